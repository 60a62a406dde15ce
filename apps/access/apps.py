from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "apps.access"
    label = "access"

    def ready(self) -> None:
        """Registers what a new tenant starts with."""
        from apps.access import founding  # noqa: F401
