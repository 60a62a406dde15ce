"""Buckets as folders of this machine: `obs://bucket/key` is the file ROOT/bucket/key."""

from __future__ import annotations

import errno
import heapq
import os
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from apps.core.errors import Conflict, Invalid, NotFound, TagoraError
from apps.storage.paths import Location, shown, unsafe_key
from apps.storage.store import Listing, ObjectInfo, Store

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: opening a named pipe that somebody left in a bucket must not wait for a writer.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_INCOMING = ".incoming"
_LEFTOVER_SECONDS = 24 * 3600
_CHUNK_BYTES = 1024 * 1024
_MISSING = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}


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
        with _refusals(key), self._parent(bucket, key) as (folder, name):
            handle = os.open(name, _FILE, dir_fd=folder)
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                os.close(handle)
                raise FileNotFoundError(errno.ENOENT, "not a regular file")
            return os.fdopen(handle, "rb")

    def stat(self, bucket: str, key: str) -> ObjectInfo | None:
        try:
            with _refusals(key), self._parent(bucket, key) as (folder, name):
                facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except NotFound:
            return None
        return _info(key, facts) if stat.S_ISREG(facts.st_mode) else None

    def walk(self, bucket: str, prefix: str = "", after: str = "") -> Iterator[ObjectInfo]:
        top, start = _split_prefix(bucket, prefix)
        cursor = after.encode()
        open_folder = _OpenFolder(self)
        with _refusals(prefix):
            stack = [(top, iter(self._sorted_names(bucket, top, start, cursor)))]
        try:
            while stack:
                folder, names = stack[-1]
                for shown_name, raw_name in names:
                    if not raw_name.endswith(b"/"):
                        yield open_folder.info(bucket, folder, shown_name, raw_name)
                        continue
                    below = _Folder(folder.shown + shown_name, folder.raw + raw_name)
                    try:
                        stack.append((below, iter(self._sorted_names(bucket, below, b"", cursor))))
                    except OSError:
                        yield _unusable(below.shown, _("The folder cannot be read."))
                        continue
                    break
                else:
                    stack.pop()
        finally:
            open_folder.close()

    def list_folder(self, bucket: str, prefix: str = "", after: str = "", limit: int = 200) -> Listing:
        folder, start = _split_prefix(bucket, prefix)
        with _refusals(prefix):
            names = heapq.nsmallest(limit + 1, self._names(bucket, folder, start, after.encode(), deep=False))
        page, listing, open_folder = names[:limit], Listing(), _OpenFolder(self)
        try:
            for shown_name, raw_name in page:
                if raw_name.endswith(b"/"):
                    listing.folders.append((folder.shown + shown_name).decode())
                else:
                    listing.objects.append(open_folder.info(bucket, folder, shown_name, raw_name))
        finally:
            open_folder.close()
        last = (folder.shown + page[-1][0]).decode() if len(names) > limit else None
        return Listing(listing.folders, listing.objects, last)

    def write(
        self, bucket: str, key: str, content: BinaryIO, *, replace: bool = True, durable: bool = True
    ) -> ObjectInfo:
        location = Location(bucket, key)
        if location.is_folder:
            raise Invalid(_("An object's name must not be empty or end with '/'."), field="key")
        with _refusals(key), self._incoming() as incoming:
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
                    return _info(key, os.stat(target, dir_fd=folder, follow_symlinks=False))
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=incoming)

    def delete(self, bucket: str, key: str) -> bool:
        try:
            with _refusals(key), self._parent(bucket, key.removesuffix("/")) as (folder, name):
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
        with _refusals(key), self._folder(bucket, key.removesuffix("/").encode(), make=True):
            pass

    @staticmethod
    def _place(incoming: int, name: str, folder: int, target: bytes, replace: bool) -> None:
        if replace:
            os.replace(name, target, src_dir_fd=incoming, dst_dir_fd=folder)
        else:
            # Unlike a rename, a hard link refuses a name that is taken, in one step.
            os.link(name, target, src_dir_fd=incoming, dst_dir_fd=folder, follow_symlinks=False)

    @contextmanager
    def _folder(self, bucket: str, path: bytes, *, make: bool = False) -> Iterator[int]:
        """A handle of the folder at `path` (no slash at its end) in a bucket, reached without following a link."""
        Location(bucket)
        if make:
            os.makedirs(self.root, exist_ok=True)
        handle = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in (bucket.encode(), *(path.split(b"/") if path else ())):
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(part, 0o755, dir_fd=handle)
                try:
                    below = os.open(part, _FOLDER, dir_fd=handle)
                except OSError as error:
                    if make and error.errno in (errno.ENOTDIR, errno.ELOOP):
                        raise Conflict(_("'%(name)s' is not a folder.") % {"name": shown(os.fsdecode(part))}) from None
                    raise
                os.close(handle)
                handle = below
            yield handle
        finally:
            os.close(handle)

    @contextmanager
    def _parent(self, bucket: str, key: str, *, make: bool = False) -> Iterator[tuple[int, bytes]]:
        """A handle of the folder that holds an object, and the object's name in it."""
        Location(bucket, key)
        path, _slash, name = key.encode().rpartition(b"/")
        if not name:
            raise FileNotFoundError(errno.ENOENT, "a folder is not an object")
        with self._folder(bucket, path, make=make) as handle:
            yield handle, name

    @contextmanager
    def _incoming(self) -> Iterator[int]:
        """A handle of the folder for unfinished files; no bucket's name can begin with a dot as its does."""
        path = os.path.join(self.root, _INCOMING)
        os.makedirs(path, mode=0o700, exist_ok=True)
        handle = os.open(path, _FOLDER)
        try:
            if not self._swept:
                self._swept = True
                _remove_leftovers(handle)
            yield handle
        finally:
            os.close(handle)

    def _names(
        self, bucket: str, folder: _Folder, start: bytes, after: bytes, *, deep: bool
    ) -> Iterator[tuple[bytes, bytes]]:
        """Names in one folder as (shown, raw), folders with a slash at the end, that begin with `start`.

        Left out is what comes before `after`, unless `deep` and `after` lies below it.
        """
        try:
            with self._folder(bucket, folder.raw.removesuffix(b"/")) as handle, os.scandir(handle) as found:
                for entry in found:
                    raw = os.fsencode(entry.name)
                    if entry.is_dir(follow_symlinks=False):
                        raw += b"/"
                    name = _shown_bytes(raw)
                    key = folder.shown + name
                    if name.startswith(start) and (
                        key > after or (deep and raw[-1:] == b"/" and after.startswith(key))
                    ):
                        yield name, raw
        except OSError as error:
            if error.errno not in _MISSING:
                raise

    def _sorted_names(self, bucket: str, folder: _Folder, start: bytes, after: bytes) -> list[tuple[bytes, bytes]]:
        return sorted(self._names(bucket, folder, start, after, deep=True))


class _Folder:
    """A folder's path in a bucket, with its slash: as the disk has it, and as it is shown and ordered."""

    __slots__ = ("raw", "shown")

    def __init__(self, shown_path: bytes, raw_path: bytes) -> None:
        self.shown = shown_path
        self.raw = raw_path


class _OpenFolder:
    """Keeps the handle of the folder that a walk is in, so that a file costs one system call."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store
        self._folder: _Folder | None = None
        self._close: Callable[[], object] | None = None
        self._handle = -1

    def close(self) -> None:
        if self._close is not None:
            self._close()
        self._close = self._folder = None

    def info(self, bucket: str, folder: _Folder, shown_name: bytes, raw_name: bytes) -> ObjectInfo:
        """Facts about one file; a file that vanishes between listing and looking is reported, not skipped."""
        shown_key, raw_key = folder.shown + shown_name, folder.raw + raw_name
        try:
            if folder is not self._folder:
                self.close()
                opened = self._store._folder(bucket, folder.raw.removesuffix(b"/"))
                self._handle = opened.__enter__()
                self._close = lambda: opened.__exit__(None, None, None)
                self._folder = folder
            facts = os.stat(raw_name, dir_fd=self._handle, follow_symlinks=False)
        except OSError as error:
            return _unusable(shown_key, os.strerror(error.errno or 0))
        if shown_key != raw_key:
            return _unusable(shown_key, _("The name is not valid UTF-8."))
        key = raw_key.decode()
        if reason := unsafe_key(key):
            return _unusable(shown_key, str(reason))
        if stat.S_ISLNK(facts.st_mode):
            return _unusable(shown_key, _("It is a symbolic link, and links are not followed. Copy the file itself."))
        if not stat.S_ISREG(facts.st_mode):
            return _unusable(shown_key, _("It is not a regular file."))
        return _info(key, facts)


def _shown_bytes(raw: bytes) -> bytes:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return raw.decode("utf-8", "backslashreplace").encode()
    return raw


def _split_prefix(bucket: str, prefix: str) -> tuple[_Folder, bytes]:
    """The folder that a prefix names, and how the names in it begin."""
    folder, slash, start = prefix.rpartition("/")
    path = Location(bucket, folder + slash).key.encode()
    return _Folder(path, path), start.encode()


def _info(key: str, facts: os.stat_result) -> ObjectInfo:
    # The inode tells apart two files written within one tick of the clock: a write always makes a new one.
    etag = f"{facts.st_mtime_ns:x}-{facts.st_size:x}-{facts.st_ino:x}"
    return ObjectInfo(key, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC), etag)


def _unusable(key: bytes, problem: str) -> ObjectInfo:
    return ObjectInfo(key.decode(), 0, datetime.fromtimestamp(0, UTC), "", problem)


def _remove_leftovers(incoming: int) -> None:
    """Files of writers that were killed."""
    oldest = time.time() - _LEFTOVER_SECONDS
    for name in os.listdir(incoming):
        with suppress(OSError):
            if os.stat(name, dir_fd=incoming, follow_symlinks=False).st_mtime < oldest:
                os.unlink(name, dir_fd=incoming)


@contextmanager
def _refusals(key: str) -> Iterator[None]:
    """Errors of the operating system as the errors of a rule."""
    name = {"name": shown(key)}
    try:
        yield
    except FileExistsError:
        raise Conflict(_("There is already an object '%(name)s'.") % name) from None
    except (IsADirectoryError, NotADirectoryError) as error:
        if error.errno == errno.ENOTDIR:
            raise NotFound(_("There is no object '%(name)s'.") % name) from None
        raise Conflict(_("'%(name)s' is the name of a folder.") % name) from None
    except OSError as error:
        if error.errno in _MISSING:
            raise NotFound(_("There is no object '%(name)s'.") % name) from None
        if error.errno == errno.ENOTEMPTY:
            raise Conflict(_("The folder '%(name)s' is not empty.") % name) from None
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise TagoraError(_("The store is full. Ask the operator for room, then try again.")) from error
        raise TagoraError(_("The store cannot read or write '%(name)s'.") % name) from error
