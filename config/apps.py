from django.apps import AppConfig


class WiringConfig(AppConfig):
    """Installed so that the commands that put everything together (`serve`, `create_tenant`) are found."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        from django.utils.translation import gettext

        from apps.core.texts import translate_with
        from apps.jobs.handlers import subject_pages
        from config import sqlite
        from config.postgres import migrating

        sqlite.tune()
        translate_with(gettext)
        migrating.keep_walls()
        subject_pages.update({"dataset": "dataset-detail", "task": "task-detail"})
