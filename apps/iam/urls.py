"""Addresses of this app."""

from __future__ import annotations

from apps.iam.api import api_urls
from apps.iam.pages import page_urls

__all__ = ["api_urls", "page_urls"]
