"""Registration of the app with Django and with the apps below it."""

from __future__ import annotations

from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "apps.quality"
    label = "quality"

    def ready(self) -> None:
        from apps.quality import additions, departures, handlers, policies  # noqa: F401  (importing registers them)
