from django.apps import AppConfig


class IamConfig(AppConfig):
    name = "apps.iam"
    label = "iam"

    def ready(self) -> None:
        from apps.iam.kinds import name_rows

        name_rows()
