"""Pictures, whole and broken, for the tests of this app."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image


def picture(mode: str = "RGB", size: tuple[int, int] = (64, 48), kind: str = "JPEG", **options: Any) -> bytes:
    """A gradient in a Pillow mode, encoded."""
    drawn = Image.linear_gradient("L").resize(size)
    if mode == "I;16":
        drawn = drawn.convert("I").point(lambda value: value * 256).convert("I;16")
    elif mode == "P":
        drawn = drawn.convert("RGB").quantize(16)
    else:
        drawn = drawn.convert(mode)
    file = io.BytesIO()
    drawn.save(file, kind, **options)
    return file.getvalue()


def png_of_any_size(width: int, height: int) -> bytes:
    """A PNG whose header promises `width` x `height` points and whose body is a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


def zlib_bomb_png(side: int) -> bytes:
    """A small file that decodes to a black picture of `side` x `side` points."""
    packer = zlib.compressobj(9)
    row = b"\0" * (side * 3 + 1)
    body = b"".join(packer.compress(row) for _row in range(side)) + packer.flush()
    whole = png_of_any_size(side, side)
    start, end = whole.index(b"IDAT") - 4, whole.index(b"IEND") - 4
    data = struct.pack(">I", len(body)) + b"IDAT" + body + struct.pack(">I", zlib.crc32(b"IDAT" + body))
    return whole[:start] + data + whole[end:]
