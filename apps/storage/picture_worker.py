"""Decodes pictures of strangers in a process of its own, which can crash, hang or eat memory without harm.

The parent runs this file by its path: it imports Pillow and nothing of Tagora. It reads one JSON line from standard
input, followed by as many bytes of picture as the line's `bytes` says, and answers with one JSON line, followed by
as many bytes as that line's `bytes` says:

    {"job": "probe", "bytes": N, "pixels": MOST}                 {"width": W, "height": H, "depth": D, "format": "JPEG"}
    {"job": "thumbnail", "bytes": N, "pixels": MOST, "size": S}  {"bytes": M, ...} and a JPEG

or with {"refused": REASON}, REASON being one of `not_a_picture`, `damaged`, `too_many_pixels`, `too_much_memory`.
It ends when its input does, or after a minute without work.
"""

from __future__ import annotations

import io
import json
import os
import resource
import select
import sys
from contextlib import suppress
from typing import Any, BinaryIO

from PIL import BmpImagePlugin, Image, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "BMP")
DEPTHS = {"1": 1, "L": 1, "I": 1, "F": 1, "LA": 2, "P": 3, "PA": 4, "RGBA": 4, "RGBX": 4, "CMYK": 4}
MEMORY_BYTES = 1024**3
IDLE_SECONDS = 60
THUMBNAIL_QUALITY = 82
# Naming the plug-ins keeps Pillow from loading all the others, each of which is a decoder to attack.
PLUGINS = (BmpImagePlugin, JpegImagePlugin, PngImagePlugin)


class Refused(Exception):
    """The picture cannot be used; the argument is the reason's code."""


def confine() -> None:
    """Give up what decoding does not need. A system that does not know a limit runs without it."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 16),
    ):
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))


def open_picture(data: bytes, pixels: int) -> Image.Image:
    """The picture with its header read and its size found acceptable, not yet decoded."""
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise Refused("not_a_picture") from None
    if picture.width < 1 or picture.height < 1:
        raise Refused("damaged")
    if picture.width * picture.height > pixels:
        raise Refused("too_many_pixels")
    return picture


def probe(data: bytes, pixels: int) -> tuple[dict[str, Any], bytes]:
    """Size, channels and format, after decoding everything once to find damage.

    Width and height are those of the stored pixel grid: an orientation in the EXIF data is not applied.
    """
    picture = open_picture(data, pixels)
    facts = {
        "width": picture.width,
        "height": picture.height,
        "depth": DEPTHS.get(picture.mode.partition(";")[0], 3),
        # Pictures of many phones are JPEG with a second picture behind the first, which Pillow calls MPO.
        "format": "JPEG" if picture.format == "MPO" else picture.format,
    }
    # A JPEG scaled to an eighth while it is decoded is read to its end all the same, in a fraction of the time.
    picture.draft("L", (max(1, picture.width // 8), max(1, picture.height // 8)))
    picture.load()
    return facts, b""


def thumbnail(data: bytes, pixels: int, size: int) -> tuple[dict[str, Any], bytes]:
    """A JPEG that fits into `size` x `size`, in the stored orientation; transparency becomes white."""
    picture = open_picture(data, pixels)
    picture.draft("RGB", (size, size))
    if picture.mode.startswith("I"):
        # 16 bits a channel: keep the upper eight.
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif picture.mode == "1":
        picture = picture.convert("L")
    elif picture.has_transparency_data:
        picture = picture.convert("RGBA")
    elif picture.mode == "P":
        picture = picture.convert("RGB")
    picture.thumbnail((size, size), Image.Resampling.BICUBIC, reducing_gap=2.0)
    if picture.mode == "RGBA":
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        picture = paper
    elif picture.mode not in ("L", "RGB"):
        picture = picture.convert("RGB")
    small = io.BytesIO()
    picture.save(small, "JPEG", quality=THUMBNAIL_QUALITY)
    return {"width": picture.width, "height": picture.height}, small.getvalue()


def answer(request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Do one request; whatever goes wrong in a decoder is an answer too."""
    try:
        if request["job"] == "thumbnail":
            return thumbnail(data, request["pixels"], request["size"])
        return probe(data, request["pixels"])
    except Refused as refusal:
        return {"refused": str(refusal)}, b""
    except MemoryError:
        return {"refused": "too_much_memory"}, b""
    except Exception:
        return {"refused": "damaged"}, b""


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the input ends or nobody asks any more."""
    while select.select([requests], [], [], IDLE_SECONDS)[0]:
        line = requests.readline()
        if not line:
            return
        request = json.loads(line)
        head, body = answer(request, requests.read(request["bytes"]))
        answers.write(json.dumps({**head, "bytes": len(body)}).encode() + b"\n" + body)
        answers.flush()


def main() -> None:
    """Take the pipe for the answers out of everybody's reach, then serve."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    # The size is judged by `open_picture`; Pillow's own limit would only warn.
    Image.MAX_IMAGE_PIXELS = None
    confine()
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
