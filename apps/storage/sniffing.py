"""What kind of file some bytes are, judged by the bytes and never by a name."""

from __future__ import annotations

HEAD_BYTES = 32
"""How many bytes from the start `picture_type` needs."""

EXTENSIONS = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/bmp": ("bmp",),
}
"""The picture types that data sets take, and the extensions that go with each."""


def picture_type(head: bytes) -> str | None:
    """`image/jpeg`, `image/png` or `image/bmp`, or None for everything else."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    # "BM" alone begins many a text; the size of the second header tells a bitmap.
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in (12, 16, 40, 52, 56, 64, 108, 124):
        return "image/bmp"
    return None


def foreign_picture(head: bytes) -> str | None:
    """The name of a picture format that data sets do not take, for a message that says so."""
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if head.startswith((b"II*\0", b"MM\0*")):
        return "TIFF"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"):
        return "HEIF"
    return None


def extension(name: str) -> str:
    """The part of a file's name behind the last dot, in small letters; empty when there is none."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if dot and stem else ""
