"""Registration of the app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "apps.programs"
    label = "programs"

    def ready(self) -> None:
        from apps.programs import policies, readers  # noqa: F401  (importing registers them)
