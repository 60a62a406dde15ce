"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from apps.quality import api
from apps.quality.pages import page_urls as _pages

_ROUND = "datasets/<str:dataset_id>/workforce-tasks/<str:task_id>/acceptance"

page_urls: list[URLPattern | URLResolver] = [*_pages]
api_urls: list[URLPattern | URLResolver] = [
    path(_ROUND, api.Rounds.as_view()),
    path(f"{_ROUND}/batch-comment", api.Judgements.as_view()),
    path(f"{_ROUND}/status", api.Status.as_view()),
    path(f"{_ROUND}/report", api.ReportOfRound.as_view()),
    path(f"{_ROUND}/samples", api.DrawnSamples.as_view()),
    path(f"{_ROUND}/samples/<str:sample_id>", api.OneDrawnSample.as_view()),
]
