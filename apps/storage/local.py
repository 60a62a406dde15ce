"""Buckets as folders of this machine: `obs://bucket/key` is the file ROOT/bucket/key."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from apps.core.errors import Invalid, NotFound
from apps.core.texts import text as _
from apps.storage.local_handles import FOLDER, folder_handle, refusals
from apps.storage.local_listing import BucketReader, info_of
from apps.storage.paths import Location
from apps.storage.store import Listing, ObjectInfo, Store

# O_NONBLOCK: opening a named pipe that somebody left in a bucket must not wait for a writer.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_INCOMING = ".incoming"
_LEFTOVER_SECONDS = 24 * 3600
_CHUNK_BYTES = 1024 * 1024


class LocalStore(Store):
    """A folder tree. A file that a person copies into a bucket's folder is an object of that bucket.

    Each part of a path is opened by handle below the one before it, and no symbolic link is ever followed: no
    link in a bucket, and no race with one that is being made, leads out of it. (Django's FileSystemStorage
    resolves paths by name and has neither a resumable walk nor a write that refuses to replace.)
    """

    def __init__(self, root: Path | str) -> None:
        self.root = os.path.realpath(root)
        self._swept = False

    def create_bucket(self, bucket: str) -> None:
        self.make_folder(bucket, "")

    def open(self, bucket: str, key: str) -> BinaryIO:
        with refusals(key), self._parent(bucket, key) as (folder, name):
            handle = os.open(name, _FILE, dir_fd=folder)
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                os.close(handle)
                raise FileNotFoundError(errno.ENOENT, "not a regular file")
            return os.fdopen(handle, "rb")

    def stat(self, bucket: str, key: str) -> ObjectInfo | None:
        try:
            with refusals(key), self._parent(bucket, key) as (folder, name):
                facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except NotFound:
            return None
        return info_of(key, facts) if stat.S_ISREG(facts.st_mode) else None

    def is_unusable(self, bucket: str, key: str) -> bool:
        try:
            with refusals(key), self._parent(bucket, key) as (folder, name):
                kind = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        except NotFound:
            return False
        return not (stat.S_ISREG(kind) or stat.S_ISDIR(kind))

    def walk(self, bucket: str, prefix: str = "", after: str = "") -> Iterator[ObjectInfo]:
        return BucketReader(self.root, bucket).walk(prefix, after)

    def list_folder(self, bucket: str, prefix: str = "", after: str = "", limit: int = 200) -> Listing:
        return BucketReader(self.root, bucket).page(prefix, after, limit)

    def write(
        self, bucket: str, key: str, content: BinaryIO, *, replace: bool = True, durable: bool = True
    ) -> ObjectInfo:
        location = Location(bucket, key)
        if location.is_folder:
            raise Invalid(_("An object's name must not be empty or end with '/'."), field="key")
        with refusals(key), self._incoming() as incoming:
            name = secrets.token_hex(16)
            handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644, dir_fd=incoming)
            try:
                with os.fdopen(handle, "wb") as file:
                    shutil.copyfileobj(content, file, _CHUNK_BYTES)
                    file.flush()
                    if durable:
                        os.fsync(file.fileno())
                with self._parent(bucket, key, make=True) as (folder, target):
                    self._place(incoming, name, folder, target, replace)
                    if durable:
                        os.fsync(folder)
                    return info_of(key, os.stat(target, dir_fd=folder, follow_symlinks=False))
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=incoming)

    def delete(self, bucket: str, key: str) -> bool:
        try:
            with refusals(key), self._parent(bucket, key.removesuffix("/")) as (folder, name):
                if key.endswith("/"):
                    os.rmdir(name, dir_fd=folder)
                elif stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                    return False
                else:
                    os.unlink(name, dir_fd=folder)
        except NotFound:
            return False
        return True

    def make_folder(self, bucket: str, key: str) -> None:
        with refusals(key), folder_handle(self.root, bucket, key.removesuffix("/").encode(), make=True):
            pass

    @staticmethod
    def _place(incoming: int, name: str, folder: int, target: bytes, replace: bool) -> None:
        if replace:
            os.replace(name, target, src_dir_fd=incoming, dst_dir_fd=folder)
        else:
            # Unlike a rename, a hard link refuses a name that is taken, in one step.
            os.link(name, target, src_dir_fd=incoming, dst_dir_fd=folder, follow_symlinks=False)

    @contextmanager
    def _parent(self, bucket: str, key: str, *, make: bool = False) -> Iterator[tuple[int, bytes]]:
        """A handle of the folder that holds an object, and the object's name in it."""
        Location(bucket, key)
        path, _slash, name = key.encode().rpartition(b"/")
        if not name:
            raise FileNotFoundError(errno.ENOENT, "a folder is not an object")
        with folder_handle(self.root, bucket, path, make=make) as handle:
            yield handle, name

    @contextmanager
    def _incoming(self) -> Iterator[int]:
        """A handle of the folder for unfinished files; no bucket's name can begin with a dot as its does."""
        path = os.path.join(self.root, _INCOMING)
        os.makedirs(path, mode=0o700, exist_ok=True)
        handle = os.open(path, FOLDER)
        try:
            if not self._swept:
                self._swept = True
                _remove_leftovers(handle)
            yield handle
        finally:
            os.close(handle)


def _remove_leftovers(incoming: int) -> None:
    """Files of writers that were killed."""
    oldest = time.time() - _LEFTOVER_SECONDS
    for name in os.listdir(incoming):
        with suppress(OSError):
            if os.stat(name, dir_fd=incoming, follow_symlinks=False).st_mtime < oldest:
                os.unlink(name, dir_fd=incoming)
