"""Digests of the audit log in the tenant's first bucket, below a folder that no page and no job writes to."""

from __future__ import annotations

import io

from apps.audit.shelf import FOLDER, FolderShelf, Shelf
from apps.core.errors import Conflict, NotFound
from apps.storage.store import store
from apps.tenants.models import Bucket


class BucketShelf(Shelf):
    def __init__(self) -> None:
        self._without_bucket = FolderShelf()

    def _bucket(self, tenant_id: int) -> str | None:
        return Bucket.objects.filter(tenant_id=tenant_id).order_by("pk").values_list("name", flat=True).first()

    def put(self, tenant_id: int, name: str, text: bytes) -> bool:
        bucket = self._bucket(tenant_id)
        if bucket is None:
            return self._without_bucket.put(tenant_id, name, text)
        try:
            store().write(bucket, FOLDER + name, io.BytesIO(text), replace=False)
        except Conflict:
            return False
        return True

    def names(self, tenant_id: int) -> list[str]:
        bucket = self._bucket(tenant_id)
        if bucket is None:
            return self._without_bucket.names(tenant_id)
        return [info.key.removeprefix(FOLDER) for info in store().walk(bucket, FOLDER) if not info.problem]

    def read(self, tenant_id: int, name: str) -> bytes | None:
        bucket = self._bucket(tenant_id)
        if bucket is None:
            return self._without_bucket.read(tenant_id, name)
        try:
            with store().open(bucket, FOLDER + name) as file:
                return file.read()
        except NotFound:
            return None
