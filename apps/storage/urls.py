"""Addresses of storage."""

from apps.storage.pages import page_urls

__all__ = ["page_urls"]
