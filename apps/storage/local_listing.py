"""Listing buckets that are folders of this machine: streaming, resumable, reporting what cannot be used."""

from __future__ import annotations

import heapq
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import NamedTuple

from apps.core.texts import Said
from apps.core.texts import text as _
from apps.storage.local_handles import MISSING, folder_handle, refusals
from apps.storage.paths import Location, unsafe_key
from apps.storage.store import Listing, ObjectInfo


class _Path(NamedTuple):
    """A name or a path, a folder's with its slash: as it is shown and ordered, and as the disk has it.

    The two differ for names that are not UTF-8 only.
    """

    shown: bytes
    raw: bytes

    def below(self, name: _Path) -> _Path:
        return _Path(self.shown + name.shown, self.raw + name.raw)


class BucketReader:
    """Reads names and facts of one bucket. Keeps the handle of the folder it is in: a file costs one system call."""

    def __init__(self, root: str, bucket: str) -> None:
        self._root = root
        self._bucket = bucket
        self._folder: _Path | None = None
        self._handle = -1
        self._open = ExitStack()

    def walk(self, prefix: str, after: str) -> Iterator[ObjectInfo]:
        """Every object below `prefix` and after `after`; the names of the folders on the way are in memory."""
        top, start = self._split(prefix)
        cursor = after.encode()
        with refusals(prefix):
            stack = [(top, iter(sorted(self._names(top, start, cursor, deep=True))))]
        with self._open:
            while stack:
                folder, names = stack[-1]
                for name in names:
                    path = folder.below(name)
                    if not path.raw.endswith(b"/"):
                        yield self._info(folder, name)
                        continue
                    try:
                        stack.append((path, iter(sorted(self._names(path, b"", cursor, deep=True)))))
                    except OSError:
                        yield _unusable(path.shown, _("The folder cannot be read."))
                        continue
                    break
                else:
                    stack.pop()

    def page(self, prefix: str, after: str, limit: int) -> Listing:
        """What lies directly in a folder; of the names only `limit` are in memory at a time."""
        folder, start = self._split(prefix)
        with refusals(prefix):
            names = heapq.nsmallest(limit + 1, self._names(folder, start, after.encode(), deep=False))
        listing = Listing(next=folder.below(names[limit - 1]).shown.decode() if len(names) > limit else None)
        with self._open:
            for name in names[:limit]:
                if name.raw.endswith(b"/"):
                    listing.folders.append(folder.below(name).shown.decode())
                else:
                    listing.objects.append(self._info(folder, name))
        return listing

    def _split(self, prefix: str) -> tuple[_Path, bytes]:
        """The folder that a prefix names, and how the names in it begin."""
        folder, slash, start = prefix.rpartition("/")
        path = Location(self._bucket, folder + slash).key.encode()
        return _Path(path, path), start.encode()

    def _names(self, folder: _Path, start: bytes, after: bytes, *, deep: bool) -> Iterator[_Path]:
        """Names in one folder that begin with `start`, in no order.

        Left out is what comes before `after`, unless `deep` and `after` lies below it.
        """
        try:
            with (
                folder_handle(self._root, self._bucket, folder.raw.removesuffix(b"/")) as handle,
                os.scandir(handle) as found,
            ):
                for entry in found:
                    raw = os.fsencode(entry.name)
                    if entry.is_dir(follow_symlinks=False):
                        raw += b"/"
                    name = _Path(_shown(raw), raw)
                    key = folder.shown + name.shown
                    on_the_way = deep and raw.endswith(b"/") and after.startswith(key)
                    if name.shown.startswith(start) and (key > after or on_the_way):
                        yield name
        except OSError as error:
            if error.errno not in MISSING:
                raise

    def _info(self, folder: _Path, name: _Path) -> ObjectInfo:
        """Facts about one file; a file that vanishes between listing and looking is reported, not skipped."""
        path = folder.below(name)
        try:
            if folder is not self._folder:
                self._folder = None
                self._open.close()
                raw_folder = folder.raw.removesuffix(b"/")
                self._handle = self._open.enter_context(folder_handle(self._root, self._bucket, raw_folder))
                self._folder = folder
            facts = os.stat(name.raw, dir_fd=self._handle, follow_symlinks=False)
        except OSError as error:
            return _unusable(path.shown, os.strerror(error.errno or 0))
        if path.shown != path.raw:
            return _unusable(path.shown, _("The name is not valid UTF-8."))
        key = path.raw.decode()
        if reason := unsafe_key(key):
            return _unusable(path.shown, str(reason))
        if stat.S_ISLNK(facts.st_mode):
            return _unusable(path.shown, _("It is a symbolic link, and links are not followed. Copy the file itself."))
        if not stat.S_ISREG(facts.st_mode):
            return _unusable(path.shown, _("It is not a regular file."))
        return info_of(key, facts)


def info_of(key: str, facts: os.stat_result) -> ObjectInfo:
    """What the system says of a file, as facts about an object."""
    # The inode tells apart two files written within one tick of the clock: a write always makes a new one.
    etag = f"{facts.st_mtime_ns:x}-{facts.st_size:x}-{facts.st_ino:x}"
    return ObjectInfo(key, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC), etag)


def _unusable(key: bytes, problem: Said) -> ObjectInfo:
    return ObjectInfo(key.decode(), 0, datetime.fromtimestamp(0, UTC), "", problem)


def _shown(raw: bytes) -> bytes:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return raw.decode("utf-8", "backslashreplace").encode()
    return raw
