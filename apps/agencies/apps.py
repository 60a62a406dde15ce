from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "apps.agencies"
    label = "agencies"

    def ready(self) -> None:
        """Registers how somebody comes to act for a tenant."""
        from apps.agencies import acting, services  # noqa: F401
