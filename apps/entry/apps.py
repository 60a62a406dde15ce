from django.apps import AppConfig


class EntryConfig(AppConfig):
    name = "apps.entry"
    label = "entry"
