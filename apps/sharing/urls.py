"""Addresses of this app."""

from apps.sharing.pages import page_urls

__all__ = ["page_urls"]
