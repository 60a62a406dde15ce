from django.apps import AppConfig


class EntryConfig(AppConfig):
    name = "apps.entry"
    label = "entry"

    def ready(self) -> None:
        from apps.entry import policies  # noqa: F401
