"""The yardstick of bench/labelers.py: a view that does nothing but one SELECT by primary key."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from apps.tenants import walls
from apps.tenants.models import Tenant


def bare(request: HttpRequest, key: int) -> HttpResponse:
    with walls.every_tenant("a stranger asks, so that nothing but the SELECT is measured"):
        return JsonResponse({"name": Tenant.objects.values_list("name", flat=True).get(pk=key)})


urlpatterns = [path("bare/<int:key>", bare)]
