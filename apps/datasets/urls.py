"""Addresses of the data set app."""

from __future__ import annotations

from django.urls import URLPattern

page_urls: list[URLPattern] = []
api_urls: list[URLPattern] = []
