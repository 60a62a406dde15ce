"""Address of the first page."""

from apps.overview.pages import page_urls

__all__ = ["page_urls"]
