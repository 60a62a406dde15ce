from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "apps.live"
    label = "live"

    def ready(self) -> None:
        from apps.core import news
        from apps.live.publisher import publisher

        news.subscribe(publisher.publish)
