from django.apps import AppConfig


class StorageConfig(AppConfig):
    name = "apps.storage"
    label = "storage"

    def ready(self) -> None:
        from apps.audit import shelf
        from apps.storage.digest_shelf import BucketShelf

        shelf.use(BucketShelf())
