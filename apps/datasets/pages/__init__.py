"""Pages of data sets: the list, creating, and one data set with its samples, labels, versions and settings."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from apps.datasets.selectors import datasets_of, get_dataset
from apps.tenants.requests import require_user


@require_safe
def dataset_list(request: HttpRequest) -> HttpResponse:
    return render(request, "datasets/list.html", {"datasets": datasets_of(require_user(request))[:50]})


@require_safe
def dataset_create(request: HttpRequest) -> HttpResponse:
    require_user(request)
    return render(request, "datasets/create.html")


@require_safe
def one(request: HttpRequest, dataset_id: str) -> HttpResponse:
    return render(request, "datasets/detail.html", {"dataset": get_dataset(require_user(request), dataset_id)})


page_urls = [
    path("datasets/", dataset_list, name="dataset-list"),
    path("datasets/new/", dataset_create, name="dataset-create"),
    path("datasets/<str:dataset_id>/", one, name="dataset-detail"),
    path("datasets/<str:dataset_id>/samples/", one, name="dataset-samples"),
    path("datasets/<str:dataset_id>/labels/", one, name="dataset-labels"),
    path("datasets/<str:dataset_id>/versions/", one, name="dataset-versions"),
    path("datasets/<str:dataset_id>/settings/", one, name="dataset-settings"),
    path("datasets/<str:dataset_id>/label/", one, name="dataset-label"),
]
