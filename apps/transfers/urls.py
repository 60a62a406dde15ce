"""Addresses of the transfers app."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.transfers.api import Imports, OneImport, Sync, SyncState
from apps.transfers.pages import page_urls

__all__ = ["api_urls", "page_urls"]

_DATASET = "datasets/<str:dataset_id>"

api_urls: list[URLPattern] = [
    path(f"{_DATASET}/import-tasks", Imports.as_view(), name="api-imports"),
    path(f"{_DATASET}/import-tasks/<str:task_id>", OneImport.as_view(), name="api-import"),
    path(f"{_DATASET}/sync-data", Sync.as_view(), name="api-sync"),
    path(f"{_DATASET}/sync-data/status", SyncState.as_view(), name="api-sync-state"),
]
