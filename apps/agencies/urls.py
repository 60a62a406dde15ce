"""Addresses of this app."""

from apps.agencies.pages import page_urls

__all__ = ["page_urls"]
