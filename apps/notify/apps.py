from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "apps.notify"
    label = "notify"

    def ready(self) -> None:
        from apps.entry import letters
        from apps.notify.services import send_mail

        letters.carried_by(send_mail)
