"""Buckets on an S3-compatible server (S3, OBS, MinIO, SeaweedFS ...)."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from botocore.config import Config
from botocore.exceptions import ClientError
from django.core.exceptions import ImproperlyConfigured
from storages.backends.s3 import S3Storage

from apps.core.errors import Conflict, Invalid, NotFound, TagoraError
from apps.core.texts import text as _
from apps.storage.paths import Location, shown, unsafe_key
from apps.storage.s3_errors import refusals, status_of
from apps.storage.s3_streams import ObjectReader, Unclosed
from apps.storage.store import Listing, ObjectInfo, Store

_READ_BYTES = 256 * 1024
_ONE_PART_BYTES = 8 * 1024 * 1024


class S3Store(Store):
    """Objects behind one endpoint, which comes from the settings of the installation and from nowhere else.

    django-storages makes the connection. Objects go through its boto3 client, not through its file storage: that
    one normalises names, so some existing keys cannot be reached, collects a whole listing in memory, cannot
    resume one, and has no write that refuses to replace.
    """

    def __init__(self, *, endpoint: str, access_key: str, secret_key: str, region: str) -> None:
        if not (endpoint and access_key and secret_key):
            raise ImproperlyConfigured(
                "TAGORA_STORE=s3 needs TAGORA_S3_ENDPOINT, TAGORA_S3_ACCESS_KEY and TAGORA_S3_SECRET_KEY."
            )
        self._storage = S3Storage(
            endpoint_url=endpoint,
            access_key=access_key,
            secret_key=secret_key,
            region_name=region,
            client_config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                retries={"mode": "standard", "max_attempts": 5},
                connect_timeout=5,
                read_timeout=30,
                max_pool_connections=32,
                # Servers other than Amazon's do not all know the newer checksum headers.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
        self._lock = threading.Lock()
        self._made: Any = None

    @property
    def _client(self) -> Any:
        """One client for all threads (boto3 clients are thread-safe), made when it is first needed."""
        with self._lock:
            if self._made is None:
                self._made = self._storage.connection.meta.client
            return self._made

    def create_bucket(self, bucket: str) -> None:
        Location(bucket)
        with refusals(bucket):
            try:
                self._client.head_bucket(Bucket=bucket)
            except ClientError as error:
                if status_of(error) != 404:
                    raise
                self._client.create_bucket(Bucket=bucket)

    def open(self, bucket: str, key: str) -> BinaryIO:
        info = self.stat(bucket, key)
        if info is None:
            raise NotFound(_("There is no object '%(name)s'.") % {"name": shown(key)})
        return cast(BinaryIO, io.BufferedReader(ObjectReader(self._client, bucket, info), _READ_BYTES))

    def stat(self, bucket: str, key: str) -> ObjectInfo | None:
        if Location(bucket, key).is_folder:
            return None
        with refusals(key):
            try:
                answer = self._client.head_object(Bucket=bucket, Key=key)
            except ClientError as error:
                if status_of(error) == 404:
                    return None
                raise
        return ObjectInfo(key, answer["ContentLength"], answer["LastModified"], answer["ETag"].strip('"'))

    def walk(self, bucket: str, prefix: str = "", after: str = "") -> Iterator[ObjectInfo]:
        _check_prefix(bucket, prefix)
        with refusals(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=bucket, Prefix=prefix, StartAfter=after
            )
            try:
                for page in pages:
                    for entry in page.get("Contents", ()):
                        # Some servers give the key of StartAfter again.
                        if not _is_folder_marker(entry) and entry["Key"] != after:
                            yield _info(entry)
            except ClientError as error:
                if status_of(error) != 404:
                    raise

    def list_folder(self, bucket: str, prefix: str = "", after: str = "", limit: int = 200) -> Listing:
        _check_prefix(bucket, prefix)
        # A sub-folder is one entry of the server's page but all its keys come after its own name, so the
        # listing goes on behind the last key that the folder can hold.
        start = after + "\U0010ffff" if after.endswith("/") else after
        folder = prefix[: prefix.rfind("/") + 1]
        folders: list[str] = []
        objects: list[ObjectInfo] = []
        with refusals(prefix):
            try:
                answer = self._client.list_objects_v2(
                    Bucket=bucket, Prefix=prefix, Delimiter="/", StartAfter=start, MaxKeys=limit + 2
                )
            except ClientError as error:
                if status_of(error) == 404:
                    return Listing()
                raise
        for entry in answer.get("CommonPrefixes", ()):
            if entry["Prefix"] not in (after, folder):
                folders.append(entry["Prefix"])
        for entry in answer.get("Contents", ()):
            if entry["Key"] not in (after, folder):
                objects.append(_info(entry))
        keys = sorted([*folders, *(info.key for info in objects)], key=str.encode)
        if len(keys) <= limit and not answer.get("IsTruncated"):
            return Listing(folders, objects, None)
        kept = set(keys[:limit])
        return Listing(
            [key for key in folders if key in kept], [info for info in objects if info.key in kept], keys[:limit][-1]
        )

    def write(
        self, bucket: str, key: str, content: BinaryIO, *, replace: bool = True, durable: bool = True
    ) -> ObjectInfo:
        if Location(bucket, key).is_folder:
            raise Invalid(_("An object's name must not be empty or end with '/'."), field="key")
        if not replace and self.stat(bucket, key) is not None:
            raise Conflict(_("There is already an object '%(name)s'.") % {"name": shown(key)})
        with refusals(key):
            start = content.read(_ONE_PART_BYTES + 1)
            if len(start) <= _ONE_PART_BYTES:
                # The server itself refuses when another writer was faster than the question above; an upload in
                # parts has no such condition in boto3.
                condition = {} if replace else {"IfNoneMatch": "*"}
                self._client.put_object(Bucket=bucket, Key=key, Body=start, **condition)
            else:
                self._client.upload_fileobj(io.BufferedReader(Unclosed(start, content)), bucket, key)
        info = self.stat(bucket, key)
        if info is None:
            raise TagoraError(_("The store lost '%(name)s' while it was written.") % {"name": shown(key)})
        return info

    def delete(self, bucket: str, key: str) -> bool:
        Location(bucket, key)
        if not key:
            return False
        with refusals(key):
            if key.endswith("/"):
                found = self._client.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=2).get("Contents", [])
                if any(entry["Key"] != key for entry in found):
                    raise Conflict(_("The folder '%(name)s' is not empty.") % {"name": shown(key)})
                if not found:
                    return False
            elif self.stat(bucket, key) is None:
                return False
            self._client.delete_object(Bucket=bucket, Key=key)
        return True

    def make_folder(self, bucket: str, key: str) -> None:
        Location(bucket, key)
        if not key:
            self.create_bucket(bucket)
            return
        if self.stat(bucket, key.removesuffix("/")) is not None:
            raise Conflict(_("There is already an object '%(name)s'.") % {"name": shown(key.removesuffix("/"))})
        with refusals(key):
            # An empty object whose name ends with a slash is what every S3 browser shows as an empty folder.
            self._client.put_object(Bucket=bucket, Key=key, Body=b"")


def _check_prefix(bucket: str, prefix: str) -> None:
    Location(bucket, prefix[: prefix.rfind("/") + 1])


def _is_folder_marker(entry: Any) -> bool:
    return bool(entry["Key"].endswith("/") and entry["Size"] == 0)


def _info(entry: Any) -> ObjectInfo:
    key = entry["Key"]
    reason = unsafe_key(key) or (_("The name ends with '/' but it is not a folder.") if key.endswith("/") else "")
    return ObjectInfo(key, entry["Size"], entry["LastModified"], entry["ETag"].strip('"'), reason)
