"""Draws the demo's pictures, so that a first run needs no file from anywhere."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter

SHAPES = ("circle", "square", "triangle")
_INKS = ("#c2410c", "#15803d", "#1d4ed8", "#a21caf", "#0f766e", "#b45309")
_PAPERS = ("#f5f5f4", "#e7e5e4", "#dbeafe", "#fef3c7", "#dcfce7")
SIZE = (480, 360)


@dataclass(frozen=True)
class Drawn:
    """One shape and its bounding box (left, top, right, bottom) in pixels."""

    shape: str
    box: tuple[int, int, int, int]


def _figure(draw: ImageDraw.ImageDraw, chance: random.Random, shape: str, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    ink = chance.choice(_INKS)
    if shape == "circle":
        draw.ellipse(box, fill=ink)
    elif shape == "square":
        draw.rectangle(box, fill=ink)
    else:
        draw.polygon([((left + right) // 2, top), (right, bottom), (left, bottom)], fill=ink)


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(0.6)).save(file, "JPEG", quality=88)
    return file.getvalue()


def one_shape(seed: int) -> bytes:
    """A JPEG with one large shape, for classification."""
    chance = random.Random(seed)
    picture = Image.new("RGB", SIZE, chance.choice(_PAPERS))
    side = chance.randint(120, 240)
    left, top = chance.randint(20, SIZE[0] - side - 20), chance.randint(20, SIZE[1] - side - 20)
    _figure(ImageDraw.Draw(picture), chance, SHAPES[seed % 3], (left, top, left + side, top + side))
    return _jpeg(picture)


def several_shapes(seed: int) -> tuple[bytes, list[Drawn]]:
    """A JPEG with two to five shapes that do not touch, for detection, and where they are."""
    chance = random.Random(1000 + seed)
    picture = Image.new("RGB", SIZE, chance.choice(_PAPERS))
    draw = ImageDraw.Draw(picture)
    cells = [(column, row) for column in range(3) for row in range(2)]
    drawn = []
    for column, row in chance.sample(cells, chance.randint(2, 5)):
        side = chance.randint(60, 120)
        left = column * 160 + chance.randint(10, 150 - side)
        top = row * 180 + chance.randint(10, 170 - side)
        box = (left, top, left + side, top + side)
        shape = chance.choice(SHAPES)
        _figure(draw, chance, shape, box)
        drawn.append(Drawn(shape, box))
    return _jpeg(picture), drawn
