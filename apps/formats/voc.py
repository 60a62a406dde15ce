"""Pascal VOC: the XML file beside a picture that says what is where in it (docs/formats/pascal-voc.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from apps.core.errors import Invalid
from apps.core.texts import Said, Text
from apps.core.texts import text as _
from apps.labeltypes import Annotation, Mark
from apps.labeltypes.geometry import SHAPES, Points, clipped, normalised
from apps.labeltypes.labels import clean_attribute_name, clean_attribute_value, clean_label_name
from apps.labeltypes.text import clean_text
from apps.labeltypes.wire import share, truth

from .records import Problem, capped
from .voc_parser import Part, Refused, parse

LARGEST_FILE_BYTES = 32 << 20
LARGEST_SIDE = 1_000_000

_NUMBERED = re.compile(r"([xy])([1-9][0-9]{0,4})", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)


@dataclass(slots=True)
class VocFile:
    """What a VOC file says: the picture's name and size (None where not given) and marks in the picture's pixels.

    `problems` names the objects that were changed or left out.
    """

    filename: str
    width: int | None
    height: int | None
    depth: int | None
    annotation: Annotation
    problems: tuple[Problem, ...]


def read_voc(
    data: bytes,
    *,
    place: str = "",
    picture_size: tuple[int, int] | None = None,
    largest_bytes: int = LARGEST_FILE_BYTES,
) -> VocFile | Problem:
    """Read one file; a Problem when nothing of it can be used.

    Shapes are cut to `picture_size` (width, height) of the real picture where the caller knows it, otherwise to the
    size that the file gives, otherwise not at all. Inverted rectangles are set right; both are reported.
    """
    if len(data) > largest_bytes:
        reason = _("The file is larger than %(limit)d bytes.") % {"limit": largest_bytes}
        return Problem(place, reason, "xml_too_large")
    reading = _Reading(place)
    try:
        head = parse(data, reading.add)
    except Refused as refusal:
        return Problem(place, refusal.reason, refusal.code)
    return reading.finish(head, picture_size)


class _Reading:
    """The reading of one file: objects become marks, and problems are collected on the way."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.problems: list[Problem] = []
        self.marks: list[tuple[Text, Mark]] = []
        self.count = 0

    def report(self, reason: Said, code: str) -> None:
        self.problems.append(Problem(self.place, reason, code))

    def add(self, parts: dict[str, Part]) -> None:
        """One <object>; it is cut to the picture only when the whole file, and so the picture's size, is known."""
        self.count += 1
        raw_name = parts["name"].text if "name" in parts else ""
        title = _("Object %(number)d (%(name)s)") % {"number": self.count, "name": raw_name[:40]}
        try:
            name = clean_label_name(raw_name)
        except Invalid as refusal:
            self._left_out(title, refusal.message, "label_name")
            return
        shapes = [tag for tag in parts if tag in SHAPES]
        if not shapes:
            self._left_out(title, _("it has none of %(shapes)s.") % {"shapes": ", ".join(SHAPES)}, "voc_shape")
            return
        if len(shapes) > 1:
            others = {"object": title, "shape": shapes[0], "others": ", ".join(shapes[1:])}
            self.report(_("%(object)s: only its %(shape)s was used, not its %(others)s.") % others, "voc_shape")
        try:
            raw = _raw_points(shapes[0], parts[shapes[0]])
            points = normalised(shapes[0], raw)
        except Invalid as refusal:
            self._left_out(title, refusal.message, "voc_points")
            return
        if shapes[0] == "bndbox" and (raw[0][0] > raw[1][0] or raw[0][1] > raw[1][1]):
            swapped = _("%(object)s: the corners of the rectangle were swapped and have been set right.")
            self.report(swapped % {"object": title}, "voc_inverted")
        mark: Mark = {"name": name, "shape": shapes[0], "points": points}
        self._details(mark, parts, title)
        self.marks.append((title, mark))

    def _left_out(self, title: Text, reason: Said, code: str) -> None:
        self.report(_("%(object)s was left out: %(reason)s") % {"object": title, "reason": reason}, code)

    def finish(self, head: dict[str, str], picture_size: tuple[int, int] | None) -> VocFile:
        width, height, depth = (self._side(head, tag) for tag in ("width", "height", "depth"))
        stated = (width, height) if width and height else None
        if picture_size and stated and stated != picture_size:
            sizes = {"stated": "{}x{}".format(*stated), "found": "{}x{}".format(*picture_size)}
            self.report(_("The file says the picture has %(stated)s pixels, but it has %(found)s.") % sizes, "voc_size")
        bounds = picture_size or stated
        if bounds is None:
            self.report(_("The file does not say the size of the picture."), "voc_size")
            annotation = [mark for _title, mark in self.marks]
        else:
            annotation = [mark for title, mark in self.marks if self._cut(mark, title, bounds)]
        filename = head.get("filename", "")[:1024]
        return VocFile(filename, width, height, depth, annotation, capped(self.problems))

    def _cut(self, mark: Mark, title: Text, bounds: tuple[int, int]) -> bool:
        inside = clipped(mark["shape"], mark["points"], *bounds)
        if inside is None:
            self._left_out(title, _("it lies outside the picture."), "voc_outside")
            return False
        if inside != mark["points"]:
            mark["points"] = inside
            self.report(_("%(object)s was cut at the edge of the picture.") % {"object": title}, "voc_clipped")
        return True

    def _side(self, head: dict[str, str], tag: str) -> int | None:
        text = head.get(f"size/{tag}")
        if not text:
            return None
        try:
            value = _number(text)
        except Invalid:
            value = -1
        if not 0 <= value <= LARGEST_SIDE or value != int(value):
            self.report(_("The %(tag)s in <size> is not a number of pixels.") % {"tag": tag}, "voc_size")
            return None
        return int(value) or None

    def _details(self, mark: Mark, parts: dict[str, Part], title: Text) -> None:
        if "attributes" in parts:
            attributes = self._attributes(parts["attributes"], title)
            if attributes:
                mark["attributes"] = attributes
        for tag, key, read in (
            ("confidence", "score", share),
            ("annotated-by", "by", _machine),
            ("difficult", "hard", truth),
            ("hard-coefficient", "hard_coefficient", share),
        ):
            text = parts[tag].text if tag in parts else ""
            if not text:
                continue
            try:
                value = read(text, field=tag)
            except Invalid as refusal:
                detail = {"object": title, "tag": tag, "reason": refusal.message}
                self.report(_("%(object)s: its %(tag)s was left out: %(reason)s") % detail, "voc_detail")
            else:
                # False and "" say what an absent key says; a share of 0.0 does not.
                if value or isinstance(value, float):
                    mark[key] = value

    def _attributes(self, part: Part, title: Text) -> dict[str, str]:
        attributes: dict[str, str] = {}
        name = ""
        for path, text in part.inner:
            if path == "attribute/name":
                name = text
            elif path == "attribute/value" and text:
                try:
                    attributes[clean_attribute_name(name)] = clean_attribute_value(text)
                except Invalid as refusal:
                    detail = {"object": title, "reason": refusal.message}
                    self.report(_("%(object)s: an attribute was left out: %(reason)s") % detail, "voc_detail")
        return attributes


def _machine(text: str, *, field: str) -> str:
    name = clean_text(text, field=field, what=_("Who labelled"), longest=64)
    return "" if name == "human" else name


def _number(text: str | None) -> float:
    if text and len(text) <= 40 and _NUMBER.fullmatch(text):
        return float(text)
    raise Invalid(_("'%(text)s' is not a number.") % {"text": (text or "")[:20]})


def _raw_points(shape: str, part: Part) -> Points:
    if shape == "bndbox":
        xmin, ymin, xmax, ymax = (_number(part.first(tag)) for tag in ("xmin", "ymin", "xmax", "ymax"))
        return [[xmin, ymin], [xmax, ymax]]
    if shape == "circle":
        cx, cy, radius = (_number(part.first(tag)) for tag in ("cx", "cy", "r"))
        return [[cx, cy], [radius]]
    if shape == "point" and part.first("x") is not None:
        return [[_number(part.first("x")), _number(part.first("y"))]]
    return _numbered_points(part)


def _numbered_points(part: Part) -> Points:
    """`<x1><y1><x2><y2>...`, in whatever order they stand."""
    axes: dict[str, dict[int, float]] = {"x": {}, "y": {}}
    for path, text in part.inner:
        match = _NUMBERED.fullmatch(path)
        if match:
            axes[match[1]].setdefault(int(match[2]), _number(text))
    if axes["x"].keys() != axes["y"].keys():
        raise Invalid(_("Not every x has its y."))
    return [[axes["x"][position], axes["y"][position]] for position in sorted(axes["x"])]
