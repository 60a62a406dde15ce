"""Addresses of the ways in."""

from apps.entry.pages import page_urls

__all__ = ["page_urls"]
