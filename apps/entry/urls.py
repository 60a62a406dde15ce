"""Addresses of the ways in."""

from apps.entry.api import api_urls
from apps.entry.pages import page_urls

__all__ = ["api_urls", "page_urls"]
