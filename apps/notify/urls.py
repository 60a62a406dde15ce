"""Addresses of the local mail page."""

from apps.notify.pages import page_urls

__all__ = ["page_urls"]
