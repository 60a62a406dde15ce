"""Registration of the app with Django."""

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "apps.teams"
    label = "teams"

    def ready(self) -> None:
        from apps.entry import belonging
        from apps.teams import policies  # noqa: F401
        from apps.teams.selectors import tenants_with_member

        belonging.register(tenants_with_member)
