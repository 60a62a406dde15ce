"""Thumbnails, made once and kept on this machine's disk up to a fixed total size."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from apps.storage import pictures
from apps.storage.paths import Location
from apps.storage.store import ObjectInfo, store

_DEFAULT_LIMIT_BYTES = 1024**3
_WRITES_BETWEEN_SWEEPS = 500
_KEPT_SHARE = 0.8


class ThumbnailCache:
    """Files named by what they show, so that a changed picture simply has another name.

    Processes may share the folder: files appear whole, and one that another process removed is made again.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._writes = 0

    def get(self, name: str) -> bytes | None:
        path = self._path(name)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        # The time of the last use decides what is removed first.
        with suppress(OSError):
            os.utime(path)
        return data

    def put(self, name: str, data: bytes) -> None:
        """Keep a thumbnail. A disk that is full or broken costs time later but refuses nothing now."""
        path = self._path(name)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                os.replace(unfinished, path)
            except OSError:
                os.unlink(unfinished)
                raise
        with self._lock:
            self._writes += 1
            due = self._writes % _WRITES_BETWEEN_SWEEPS == 1
        if due:
            self.sweep()

    def sweep(self) -> None:
        """Remove the files that were not used for longest when the total is over the limit."""
        found = []
        for path in self._folder.glob("*/*"):
            with suppress(OSError):
                facts = path.stat()
                found.append((facts.st_mtime, facts.st_size, path))
        total = sum(size for _used, size, _path in found)
        if total <= self._limit_bytes:
            return
        for _used, size, path in sorted(found):
            if total <= self._limit_bytes * _KEPT_SHARE:
                return
            path.unlink(missing_ok=True)
            total -= size

    def _path(self, name: str) -> Path:
        digest = hashlib.sha256(name.encode()).hexdigest()
        return self._folder / digest[:2] / digest[2:]


_caches = cache(ThumbnailCache)


def _thumbnails() -> ThumbnailCache:
    limit = getattr(settings, "TAGORA_THUMBNAIL_CACHE_BYTES", _DEFAULT_LIMIT_BYTES)
    return _caches(Path(settings.TAGORA_CACHE) / "thumbnails", limit)


def thumbnail_of(location: Location, info: ObjectInfo, size: int) -> bytes:
    """The thumbnail of a picture in the store; `info` is what `stat` says of it.

    Raises Invalid for a size that is not offered and for what is not a sound picture, NotFound when it is gone.
    """
    name = f"{location.source}\n{info.etag}\n{size}"
    kept = _thumbnails().get(name) if size in pictures.THUMBNAIL_SIZES else None
    if kept is not None:
        return kept
    file: BinaryIO
    with store().open(location.bucket, location.key) as file:
        made = pictures.thumbnail(file, size)
    _thumbnails().put(name, made)
    return made
