"""Addresses of jobs."""

from apps.jobs.pages import page_urls

__all__ = ["page_urls"]
