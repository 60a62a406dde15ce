"""Writing Pascal VOC: the same annotation gives the same bytes, and `voc.read_voc` reads back what was written."""

from __future__ import annotations

from xml.sax.saxutils import escape

from apps.labeltypes import Annotation, Mark
from apps.labeltypes.geometry import DECIMALS
from apps.labeltypes.text import UNSAFE

_HEAD = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<annotation>
    <folder>NA</folder>
    <filename>{filename}</filename>
    <source>
        <database>Unknown</database>
    </source>
    <size>
        <width>{width}</width>
        <height>{height}</height>
        <depth>{depth}</depth>
    </size>
    <segmented>0</segmented>
"""
_OBJECT = """    <object>
        <name>{name}</name>
        <pose>Unspecified</pose>
        <truncated>0</truncated>
        <occluded>0</occluded>
        <difficult>{difficult}</difficult>
"""


def write_voc(*, filename: str, width: int, height: int, depth: int, annotation: Annotation) -> bytes:
    """The UTF-8 bytes of a VOC file for a cleaned annotation; an unknown side or depth is written as 0.

    The ids of marks are the clients' own and are not written. Characters that XML cannot hold are written as U+FFFD;
    only a file name can have such.
    """
    parts = [_HEAD.format(filename=_text(filename), width=width, height=height, depth=depth)]
    parts.extend(_object(mark) for mark in annotation)
    parts.append("</annotation>\n")
    return "".join(parts).encode()


def _object(mark: Mark) -> str:
    lines = [_OBJECT.format(name=_text(mark["name"]), difficult=1 if mark.get("hard") else 0)]
    if "score" in mark:
        lines.append(f"        <confidence>{mark['score']!r}</confidence>\n")
    if "hard_coefficient" in mark:
        lines.append(f"        <hard-coefficient>{mark['hard_coefficient']!r}</hard-coefficient>\n")
    if "by" in mark:
        lines.append(f"        <annotated-by>{_text(mark['by'])}</annotated-by>\n")
    if mark.get("attributes"):
        lines.append("        <attributes>\n")
        for name, value in mark["attributes"].items():
            lines.append(
                "            <attribute>\n"
                f"                <name>{_text(name)}</name>\n"
                f"                <value>{_text(value)}</value>\n"
                "            </attribute>\n"
            )
        lines.append("        </attributes>\n")
    shape = mark["shape"]
    lines.append(f"        <{shape}>\n")
    lines.extend(f"            <{tag}>{_coordinate(value)}</{tag}>\n" for tag, value in _tagged(mark))
    lines.append(f"        </{shape}>\n    </object>\n")
    return "".join(lines)


def _tagged(mark: Mark) -> list[tuple[str, float]]:
    points = mark["points"]
    values = [value for point in points for value in point]
    if mark["shape"] == "bndbox":
        return list(zip(("xmin", "ymin", "xmax", "ymax"), values, strict=True))
    if mark["shape"] == "circle":
        return list(zip(("cx", "cy", "r"), values, strict=True))
    return [
        (f"{axis}{number}", value)
        for number, point in enumerate(points, 1)
        for axis, value in zip("xy", point, strict=True)
    ]


def _coordinate(value: float) -> str:
    text = f"{value:.{DECIMALS}f}"
    return text.rstrip("0").rstrip(".")


def _text(value: str) -> str:
    return escape(UNSAFE.sub("\ufffd", value))
