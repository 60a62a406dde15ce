"""Reaching folders below a root by handle, and what the operating system refuses as the errors of a rule."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from apps.core.errors import Conflict, NotFound, TagoraError
from apps.core.texts import text as _
from apps.storage.paths import Location, shown

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
MISSING = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}
"""What the system says when there is nothing that we would look at; ELOOP and ENOTDIR stand for a link in the way."""


@contextmanager
def folder_handle(root: str, bucket: str, path: bytes, *, make: bool = False) -> Iterator[int]:
    """A handle of the folder at `path` (no slash at its end) in a bucket, reached without following a link.

    Raises OSError, and Conflict when `make` finds something else than a folder in the way.
    """
    Location(bucket)
    if make:
        os.makedirs(root, exist_ok=True)
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in (bucket.encode(), *(path.split(b"/") if path else ())):
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, 0o755, dir_fd=handle)
            try:
                below = os.open(part, FOLDER, dir_fd=handle)
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
def refusals(key: str) -> Iterator[None]:
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
        if error.errno in MISSING:
            raise NotFound(_("There is no object '%(name)s'.") % name) from None
        if error.errno == errno.ENOTEMPTY:
            raise Conflict(_("The folder '%(name)s' is not empty.") % name) from None
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise TagoraError(_("The store is full. Ask the operator for room, then try again.")) from error
        raise TagoraError(_("The store cannot read or write '%(name)s'.") % name) from error
