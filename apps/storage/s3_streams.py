"""Bytes on their way from and to an S3 server."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any, BinaryIO

from botocore.exceptions import HTTPClientError, IncompleteReadError, ResponseStreamingError

from apps.core.errors import TagoraError
from apps.core.texts import text as _
from apps.storage.s3_errors import refusals
from apps.storage.store import ObjectInfo

_READ_ATTEMPTS = 3
_BROKEN_READ = (HTTPClientError, IncompleteReadError, ResponseStreamingError, OSError)


class ObjectReader(io.RawIOBase):
    """Reads one version of an object by ranges; goes on where a broken connection stopped."""

    def __init__(self, client: Any, bucket: str, info: ObjectInfo) -> None:
        self._client = client
        self._bucket = bucket
        self._info = info
        self._position = 0
        self._body: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._info.size}[whence]
        target = max(0, base + offset)
        if target != self._position:
            self._drop()
            self._position = target
        return target

    def readinto(self, buffer: Any) -> int:
        if self._position >= self._info.size:
            return 0
        for attempt in range(_READ_ATTEMPTS):
            try:
                if self._body is None:
                    self._body = self._request()
                data = self._body.read(len(buffer))
                if not data:
                    raise IncompleteReadError(actual_bytes=self._position, expected_bytes=self._info.size)
                break
            except _BROKEN_READ as error:
                self._drop()
                if attempt + 1 == _READ_ATTEMPTS:
                    raise TagoraError(_("The store stopped answering. Try again later.")) from error
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        self._drop()
        super().close()

    def _request(self) -> Any:
        with refusals(self._info.key):
            return self._client.get_object(
                Bucket=self._bucket,
                Key=self._info.key,
                Range=f"bytes={self._position}-",
                # Bytes of two versions of an object must never be mixed.
                IfMatch=f'"{self._info.etag}"',
            )["Body"]

    def _drop(self) -> None:
        if self._body is not None:
            with suppress(Exception):
                self._body.close()
            self._body = None


class Unclosed(io.RawIOBase):
    """What was read already and the rest of a file, for boto3, which would close the caller's file."""

    def __init__(self, start: bytes, content: BinaryIO) -> None:
        self._start = io.BytesIO(start)
        self._content = content

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._start.read(len(buffer)) or self._content.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
