"""Measuring and shrinking pictures of strangers.

One grid of pixels counts everywhere: the one that is stored in the file. An orientation in the EXIF data is never
applied, neither to width and height nor to thumbnails, because the boxes of a Pascal VOC file refer to stored pixels;
pages show the pictures with `image-orientation: none`.
"""

from __future__ import annotations

import atexit
import io
import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings

from apps.core.errors import Invalid, NotFound, TagoraError
from apps.core.texts import text as _
from apps.storage.paths import Location
from apps.storage.picture_pool import PicturePool
from apps.storage.sniffing import EXTENSIONS, HEAD_BYTES, extension, foreign_picture, picture_type
from apps.storage.store import store

MAX_PIXELS = 100_000_000
"""More points than this are refused by what the header says, before anything is decoded."""

THUMBNAIL_SIZES = (256, 512)

PICTURE_EXTENSIONS = frozenset(name for names in EXTENSIONS.values() for name in names)

_REFUSALS = {
    "not_a_picture": _("It is not a JPEG, PNG or BMP picture."),
    "damaged": _("The picture is damaged or incomplete."),
    "too_many_pixels": _("The picture has more than 100 million points. Scale it down."),
    "too_much_memory": _("The picture needs too much memory to decode. Scale it down."),
}


@dataclass(frozen=True, slots=True)
class PictureInfo:
    """Width and height in stored pixels, `depth` in channels, `format` one of JPEG, PNG, BMP."""

    width: int
    height: int
    depth: int
    format: str


def probe(source: str | os.PathLike[str] | BinaryIO, *, name: str = "", limit_bytes: int | None = None) -> PictureInfo:
    """Measure a picture and decode it once, so that a broken one is found now and not by a labeler.

    `source` is a path or a seekable binary file; `name` (the path's own, when that is given) tells the extension.
    Raises Invalid with the reason: too large (default limit: the setting TAGORA_PICTURE_BYTES), not one of the
    formats JPEG, PNG, BMP, an extension of another format, too many pixels, damaged, hanging decoders.
    """
    if isinstance(source, str | os.PathLike):
        with open(source, "rb") as file:
            return probe(file, name=name or os.fspath(source), limit_bytes=limit_bytes)
    size = _checked_size(source, settings.TAGORA_PICTURE_BYTES if limit_bytes is None else limit_bytes)
    _check_type(source, name)
    answer, _nothing = _ask({"job": "probe"}, source, size)
    return PictureInfo(answer["width"], answer["height"], answer["depth"], answer["format"])


def thumbnail(source: str | os.PathLike[str] | BinaryIO, size: int) -> bytes:
    """A JPEG that fits into `size` x `size` (one of THUMBNAIL_SIZES). Raises Invalid as `probe` does."""
    if size not in THUMBNAIL_SIZES:
        raise Invalid(_("There are thumbnails of 256 and 512 points."), field="size")
    if isinstance(source, str | os.PathLike):
        with open(source, "rb") as file:
            return thumbnail(file, size)
    length = _checked_size(source, settings.TAGORA_PICTURE_BYTES)
    _check_type(source, "")
    return _ask({"job": "thumbnail", "size": size}, source, length)[1]


def probe_object(location: Location) -> PictureInfo:
    """`probe` for an object of the store. Raises NotFound when there is none."""
    with store().open(location.bucket, location.key) as file:
        return probe(file, name=location.key)


def probe_objects(
    locations: Iterable[Location], after_each: Callable[[], None] = lambda: None
) -> list[PictureInfo | TagoraError]:
    """`probe_object` for many, as many at a time as there are children; a refusal stands in its picture's place.

    `after_each` is called in the caller's thread after each picture; what it raises ends the measuring.
    """

    def attempt(location: Location) -> PictureInfo | TagoraError:
        try:
            return probe_object(location)
        except (Invalid, NotFound) as refusal:
            return refusal

    with ThreadPoolExecutor(max_workers=max(1, settings.TAGORA_PICTURE_WORKERS)) as threads:
        answers = []
        for answer in threads.map(attempt, locations):
            answers.append(answer)
            after_each()
        return answers


def _checked_size(file: BinaryIO, limit_bytes: int) -> int:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > limit_bytes:
        raise Invalid(
            _("The picture has %(size)s MB; at most %(limit)s MB are allowed.")
            % {"size": f"{size / 2**20:.1f}", "limit": f"{limit_bytes / 2**20:g}"}
        )
    if size == 0:
        raise Invalid(_("The file is empty."))
    return size


def _check_type(file: BinaryIO, name: str) -> None:
    head = file.read(HEAD_BYTES)
    file.seek(0)
    found = picture_type(head)
    if found is None:
        if foreign := foreign_picture(head):
            raise Invalid(_("It is a %(format)s picture. Convert it to JPEG, PNG or BMP.") % {"format": foreign})
        raise Invalid(_REFUSALS["not_a_picture"])
    given = extension(name)
    if given in PICTURE_EXTENSIONS and given not in EXTENSIONS[found]:
        raise Invalid(
            _("The name ends in .%(given)s but it is a %(format)s picture. Give it the extension .%(right)s.")
            % {"given": given, "format": found.partition("/")[2].upper(), "right": EXTENSIONS[found][0]}
        )


def _ask(request: dict[str, Any], content: BinaryIO, size: int) -> tuple[dict[str, Any], bytes]:
    answer, data = _pool().ask({**request, "pixels": MAX_PIXELS}, content, size)
    if reason := answer.get("refused"):
        raise Invalid(_REFUSALS.get(reason, _REFUSALS["damaged"]))
    return answer, data


def _pool_of_this_process() -> Callable[[], PicturePool]:
    """The pool, made on first use and never shared with a forked process, whose questions would mix with ours."""
    lock = threading.Lock()
    made: list[PicturePool] = []

    def pool() -> PicturePool:
        with lock:
            if not made:
                made.append(PicturePool(settings.TAGORA_PICTURE_WORKERS))
                atexit.register(made[0].close)
            return made[0]

    def forget() -> None:
        nonlocal lock
        lock = threading.Lock()
        made.clear()

    os.register_at_fork(after_in_child=forget)
    return pool


_pool = _pool_of_this_process()
