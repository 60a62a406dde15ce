"""What journeys run on: the real data sets where TAGORA_REALDATA names them, else pictures drawn here."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image, ImageDraw

Files = dict[str, bytes]


def real(name: str, *, most: int = 0) -> Files | None:
    """The files of a real data set by path, at most the first `most` pictures with what lies beside them."""
    folder = os.environ.get("TAGORA_REALDATA", "")
    root = Path(folder) / name
    if not folder or not root.is_dir():
        return None
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    if most:
        stems = {path.stem for path in [path for path in paths if path.suffix == ".jpg"][:most]}
        paths = [path for path in paths if path.stem in stems]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def picture(number: int, *, width: int = 320, height: int = 240) -> bytes:
    """A scene with one thing in it, whose place and colour follow from the number."""
    image = Image.new("RGB", (width, height), (40 + number * 31 % 160, 90 + number * 17 % 120, 120))
    left, top = 30 + number * 13 % 120, 20 + number * 7 % 90
    ImageDraw.Draw(image).ellipse((left, top, left + 90, top + 80), fill=(240, 200, 60))
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=88)
    return stream.getvalue()


def unlabelled(count: int) -> Files:
    """Pictures about which nothing is known: real ones stripped of their labels, or drawn ones."""
    files = real("image_classification_txt_small", most=count) or {}
    found = [data for name, data in sorted(files.items()) if name.endswith(".jpg")]
    found += [picture(number) for number in range(count - len(found))]
    return {f"photo-{number:02}.jpg": data for number, data in enumerate(found)}


def in_folders() -> Files:
    """One folder a label."""
    found = real("image_classification_folders_small")
    if found is None:
        found = {f"{label}/{number}.jpg": picture(number) for label in ("glass", "paper") for number in range(4)}
    return {name: data for name, data in found.items() if name.endswith(".jpg")}


def with_texts() -> Files:
    """A `.txt` beside each picture, one label a line."""
    found = real("image_classification_txt_small")
    if found is not None:
        return found
    files: Files = {}
    for number in range(6):
        files[f"{number}.jpg"] = picture(number)
        files[f"{number}.txt"] = ("red\nround\n" if number % 2 else "red\n").encode()
    return files


def with_boxes() -> Files:
    """A Pascal VOC file beside each picture."""
    found = real("object_detection_voc_small")
    if found is not None:
        return found
    files: Files = {}
    for number in range(6):
        files[f"card-{number}.jpg"] = picture(number)
        box = f"<xmin>{30 + number}</xmin><ymin>20</ymin><xmax>{120 + number}</xmax><ymax>100</ymax>"
        files[f"card-{number}.xml"] = (
            f"<annotation><filename>card-{number}.jpg</filename>"
            "<size><width>320</width><height>240</height><depth>3</depth></size>"
            f"<object><name>ace</name><bndbox>{box}</bndbox></object></annotation>"
        ).encode()
    return files
