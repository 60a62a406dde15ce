"""Addresses of the audit log."""

from apps.audit.api import api_urls
from apps.audit.pages import page_urls

__all__ = ["api_urls", "page_urls"]
