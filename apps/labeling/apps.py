"""Registration of the app with Django and with the apps below it."""

from django.apps import AppConfig


class LabelingConfig(AppConfig):
    name = "apps.labeling"
    label = "labeling"

    def ready(self) -> None:
        from apps.labeling import arrivals, handlers, policies  # noqa: F401
