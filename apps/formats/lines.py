"""The lines of a file of any size, in bounded memory and with the byte offset at which to go on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

LONGEST_LINE_BYTES = 1 << 20


class BoundedLines:
    """The lines of a binary file, none held in memory beyond `limit` bytes.

    `offset` is the position of the end of the line given out last: to go on later, open the file and seek there.
    A longer line is given out cut off just above the limit, so that the reader reports it.
    """

    def __init__(self, file: BinaryIO, *, offset: int = 0, limit: int = LONGEST_LINE_BYTES) -> None:
        self.offset = offset
        self._file = file
        self._limit = limit

    def __iter__(self) -> Iterator[bytes]:
        # The newline and a byte more, so that a line of exactly `limit` bytes is not taken for a longer one.
        while line := self._file.readline(self._limit + 2):
            self.offset += len(line)
            if len(line) > self._limit + 1 and not line.endswith(b"\n"):
                self._skip_rest()
            yield line

    def _skip_rest(self) -> None:
        while piece := self._file.readline(1 << 16):
            self.offset += len(piece)
            if piece.endswith(b"\n"):
                return
