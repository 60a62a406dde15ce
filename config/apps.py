from django.apps import AppConfig


class WiringConfig(AppConfig):
    """Installed so that the commands that put everything together (`serve`, `create_tenant`) are found."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        from apps.jobs.handlers import subject_pages
        from config import sqlite

        sqlite.tune()
        subject_pages.update({"dataset": "dataset-detail", "task": "task-detail"})
