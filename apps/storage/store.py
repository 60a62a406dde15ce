"""What a store of objects can do, and which one this installation has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.core.texts import Said


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """One object of a listing. `size` is in bytes, `modified` is aware, `etag` changes when the content does.

    `problem` is a sentence when there is something at `key` that cannot be used as an object (a link, a name
    that is not UTF-8 ...); then size and etag mean nothing and `key` is only good for showing.
    """

    key: str
    size: int
    modified: datetime
    etag: str
    problem: Said = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a folder: full keys of sub-folders (ending with `/`) and objects, both in key order.

    `next` is the `after` of the following page, or None at the end.
    """

    folders: list[str] = field(default_factory=list)
    objects: list[ObjectInfo] = field(default_factory=list)
    next: str | None = None


class Store(ABC):
    """Buckets of objects.

    Listings are in the order of the keys' UTF-8 bytes; a few S3 servers sort folder by folder instead. Either way the
    order is stable, and a walk or a listing goes on after any key that it gave.

    Every method raises Invalid for a malformed bucket or key (see `paths.Location`), and TagoraError with a
    sentence when the store cannot be reached or is full. Nothing here asks who may do it: callers do.
    """

    @abstractmethod
    def create_bucket(self, bucket: str) -> None:
        """Make the bucket unless it exists."""

    @abstractmethod
    def open(self, bucket: str, key: str) -> BinaryIO:
        """The object's bytes, buffered, seekable, to be closed by the caller. Raises NotFound."""

    @abstractmethod
    def stat(self, bucket: str, key: str) -> ObjectInfo | None:
        """What is known of an object without reading it, or None when there is none."""

    def is_unusable(self, bucket: str, key: str) -> bool:
        """Whether something lies at `key` that is no object and that a walk reports: a link, a pipe, a device."""
        return False

    @abstractmethod
    def walk(self, bucket: str, prefix: str = "", after: str = "") -> Iterator[ObjectInfo]:
        """Every object whose key starts with `prefix` and comes after `after`, streaming.

        Folders are not listed. A bucket or folder that does not exist is empty.
        """

    @abstractmethod
    def list_folder(self, bucket: str, prefix: str = "", after: str = "", limit: int = 200) -> Listing:
        """A page of the folder that `prefix` names up to its last `/`: what lies there and begins like the rest."""

    @abstractmethod
    def write(
        self, bucket: str, key: str, content: BinaryIO, *, replace: bool = True, durable: bool = True
    ) -> ObjectInfo:
        """Store all of `content` from where it stands; readers see the old bytes or the new ones, never a part.

        Missing folders are made. Raises Conflict when `replace` is False and the object exists, or when a folder
        is in the way. `durable` False may lose the object in a power failure: for what can be made again.
        """

    @abstractmethod
    def delete(self, bucket: str, key: str) -> bool:
        """Remove an object, or an empty folder when `key` ends with `/`; False when there was none.

        Raises Conflict for a folder that is not empty.
        """

    @abstractmethod
    def make_folder(self, bucket: str, key: str) -> None:
        """Make an empty folder (`key` ends with `/`) unless it exists. Raises Conflict when an object has its name."""


@cache
def store() -> Store:
    """The store of this installation, from the setting TAGORA_STORE: `local` or `s3`."""
    if settings.TAGORA_STORE == "local":
        from apps.storage.local import LocalStore

        return LocalStore(settings.TAGORA_BUCKETS)
    if settings.TAGORA_STORE == "s3":
        from apps.storage.s3 import S3Store

        return S3Store(
            endpoint=settings.TAGORA_S3_ENDPOINT,
            access_key=settings.TAGORA_S3_ACCESS_KEY,
            secret_key=settings.TAGORA_S3_SECRET_KEY,
            region=settings.TAGORA_S3_REGION,
        )
    raise ImproperlyConfigured("TAGORA_STORE must be 'local' or 's3'.")
