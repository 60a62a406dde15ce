"""Addresses of the programs' way in."""

from apps.programs.api import api_urls
from apps.programs.pages import page_urls

__all__ = ["api_urls", "page_urls"]
