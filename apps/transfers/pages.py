"""Pages of transfers: what came into a data set, and bringing in more."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from apps.datasets.selectors import get_dataset
from apps.tenants.requests import require_user


@require_safe
def transfer_list(request: HttpRequest, dataset_id: str) -> HttpResponse:
    return render(request, "datasets/detail.html", {"dataset": get_dataset(require_user(request), dataset_id)})


page_urls = [
    path("datasets/<str:dataset_id>/transfers/", transfer_list, name="dataset-transfers"),
]
