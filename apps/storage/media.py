"""Answers that carry bytes of users: as one of a closed list of types, never as something a browser would run.

Nothing here asks who may see an object: the view that knows what the object belongs to does so first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe
from django.utils.translation import gettext as _

from apps.core.errors import NotFound
from apps.storage.paths import Location, shown
from apps.storage.sniffing import HEAD_BYTES, picture_type
from apps.storage.store import ObjectInfo, store
from apps.storage.thumbnails import thumbnail_of

_CHUNK_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})\Z")
_CACHE_SECONDS = 300
Answer = TypeVar("Answer", bound=HttpResponseBase)

# What a browser keeps outlives a revoked right by five minutes at most; then it asks again, and mostly hears
# "not modified".
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": f"private, max-age={_CACHE_SECONDS}",
}


def serve_object(request: HttpRequest, location: Location, *, download: bool = False) -> HttpResponseBase:
    """The whole object, or the part that a Range header names. Raises NotFound.

    JPEG, PNG and BMP (told by their first bytes, never by the name) are shown; everything else, and
    everything when `download` is set, is handed over as a file to keep.
    """
    info = _info(location)
    etag = f'"{info.etag}"'
    if _unchanged(request, etag):
        return _finished(HttpResponse(status=304), info, etag)
    part = _wanted_part(request, info, etag)
    if part is None:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{info.size}"
        return _finished(response, info, etag)
    file = store().open(location.bucket, location.key)
    try:
        kind = picture_type(file.read(HEAD_BYTES))
        file.seek(part.first)
    except BaseException:
        file.close()
        raise
    answer = StreamingHttpResponse(_Reading(file, part.size), status=206 if part.asked else 200)
    if part.asked:
        answer["Content-Range"] = f"bytes {part.first}-{part.last}/{info.size}"
    answer["Content-Length"] = str(part.size)
    answer["Content-Type"] = kind or "application/octet-stream"
    disposition = content_disposition_header(download or kind is None, _file_name(location))
    answer["Content-Disposition"] = disposition or "attachment"
    return _finished(answer, info, etag)


def serve_thumbnail(request: HttpRequest, location: Location, *, size: int = 256) -> HttpResponse:
    """A small JPEG of a picture. Raises NotFound when it is gone, Invalid when it is no sound picture."""
    info = _info(location)
    etag = f'"{info.etag}-{size}"'
    if _unchanged(request, etag):
        return _finished(HttpResponse(status=304), info, etag)
    response = HttpResponse(thumbnail_of(location, info, size), content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    return _finished(response, info, etag)


class _Part(NamedTuple):
    """The first and the last byte of an answer, and whether the client asked for a part."""

    first: int
    last: int
    asked: bool

    @property
    def size(self) -> int:
        return self.last - self.first + 1


class _Reading:
    """Reads so many bytes of a file in pieces. Django closes it, and with it the file, when the answer ends."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = size

    def __iter__(self) -> Iterator[bytes]:
        while self._left > 0:
            data = self._file.read(min(self._left, _CHUNK_BYTES))
            if not data:
                return
            self._left -= len(data)
            yield data

    def close(self) -> None:
        self._file.close()


def _info(location: Location) -> ObjectInfo:
    info = store().stat(location.bucket, location.key)
    if info is None:
        raise NotFound(_("There is no object '%(name)s'.") % {"name": shown(location.key)})
    return info


def _unchanged(request: HttpRequest, etag: str) -> bool:
    given = request.headers.get("If-None-Match", "")
    return etag in (tag.strip().removeprefix("W/") for tag in given.split(","))


def _wanted_part(request: HttpRequest, info: ObjectInfo, etag: str) -> _Part | None:
    """The bytes to answer with; None when the range that was asked for lies outside the object.

    What is not one plain range of bytes, or was meant for another version, gets the whole object, which the standard
    allows.
    """
    whole = _Part(0, info.size - 1, asked=False)
    match = _RANGE.match(request.headers.get("Range", ""))
    if match is None or not (match[1] or match[2]) or not _same_version(request, info, etag):
        return whole
    if not match[1]:
        part = _Part(max(0, info.size - int(match[2])), info.size - 1, asked=True)
    else:
        part = _Part(int(match[1]), min(int(match[2] or info.size), info.size - 1), asked=True)
        if match[2] and int(match[2]) < part.first:
            return whole
    return part if part.size > 0 else None


def _same_version(request: HttpRequest, info: ObjectInfo, etag: str) -> bool:
    condition = request.headers.get("If-Range")
    if condition is None or condition == etag:
        return True
    return parse_http_date_safe(condition) == int(info.modified.timestamp())


def _file_name(location: Location) -> str:
    return shown(location.name).replace("\N{REPLACEMENT CHARACTER}", "_")


def _finished(response: Answer, info: ObjectInfo, etag: str) -> Answer:
    for name, value in _HEADERS.items():
        response[name] = value
    response["ETag"] = etag
    response["Last-Modified"] = http_date(info.modified.timestamp())
    response["Accept-Ranges"] = "bytes"
    return response
