"""Registration of the transfers app."""

from __future__ import annotations

from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "apps.transfers"
    label = "transfers"

    def ready(self) -> None:
        from apps.transfers import handlers  # noqa: F401  (importing registers them)
