"""Shapes in image pixels: their one canonical form, whether they lie inside a picture, and how they are cut to it.

Coordinates are kept to a thousandth of a pixel, because Pascal VOC files are written with three decimals and a
published annotation must come back equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import Any, TypeAlias

from apps.core.errors import Invalid
from apps.core.texts import Said
from apps.core.texts import text as _

from .text import BAD_VALUE

Points: TypeAlias = list[list[float]]
"""`[[x, y], ...]`; for a circle `[[cx, cy], [r]]`."""

SHAPES = ("bndbox", "polygon", "circle", "line", "dashed", "point")
POINT_COUNT = {"bndbox": 2, "circle": 2, "line": 2, "dashed": 2, "point": 1}
MOST_POLYGON_POINTS = 5_000
DECIMALS = 3

# No picture is larger; it bounds coordinates where the size of the picture is not known.
FARTHEST = 1_000_000


def tidy(value: float) -> float:
    """`value` to three decimals, as an integer where it is one."""
    rounded = round(value, DECIMALS)
    whole = int(rounded)
    return whole if whole == rounded else rounded


def normalised(shape: str, points: Any, *, field: str = "points") -> Points:
    """The canonical form of a shape: rounded, corners ordered, a polygon open and without doubled points.

    Invalid when it is not such a shape: wrong number of points, not finite, no length or no area.
    """
    if not isinstance(points, list):
        raise _bad(_("Points are a list of [x, y]."), field)
    if shape == "circle":
        return _circle(points, field)
    if shape == "polygon":
        return _polygon(points, field)
    if shape not in POINT_COUNT:
        raise _bad(_("The shape is one of %(shapes)s.") % {"shapes": ", ".join(SHAPES)}, field)
    if len(points) != POINT_COUNT[shape]:
        raise _bad(
            _("A shape of the kind %(shape)s has exactly %(count)d points.")
            % {"shape": shape, "count": POINT_COUNT[shape]},
            field,
        )
    pairs = [_numbers(point, 2, f"{field}[{position}]") for position, point in enumerate(points)]
    if shape == "bndbox":
        (x1, y1), (x2, y2) = pairs
        if x1 == x2 or y1 == y2:
            raise _bad(_("A rectangle must have an area."), field)
        return [[min(x1, x2), min(y1, y2)], [max(x1, x2), max(y1, y2)]]
    if shape in ("line", "dashed") and pairs[0] == pairs[1]:
        raise _bad(_("A line must have a length."), field)
    return pairs


def require_inside(shape: str, points: Points, width: int | None, height: int | None, *, field: str = "points") -> None:
    """Invalid unless every point lies on the picture (edges included); of a circle, its centre.

    A circle may reach over the edge, as round things cut by the frame do, but not farther than the picture's diagonal.
    """
    right, bottom = width or FARTHEST, height or FARTHEST
    for position, point in enumerate(points[:1] if shape == "circle" else points):
        if not (0 <= point[0] <= right and 0 <= point[1] <= bottom):
            raise _bad(_("The point lies outside the picture."), f"{field}[{position}]")
    if shape == "circle" and points[1][0] > tidy(hypot(right, bottom)):
        raise _bad(_("The circle is larger than the picture."), f"{field}[1]")


def clipped(shape: str, points: Points, width: int, height: int) -> Points | None:
    """The part of a canonical shape that lies on the picture, canonical again; None when nothing of it does."""
    if shape == "circle":
        (cx, cy), (radius,) = points
        inside = 0 <= cx <= width and 0 <= cy <= height
        return [[cx, cy], [tidy(min(radius, hypot(width, height)))]] if inside else None
    if all(0 <= x <= width and 0 <= y <= height for x, y in points):
        return points
    if shape == "point":
        return None
    if shape == "bndbox":
        kept = [[min(max(x, 0), width), min(max(y, 0), height)] for x, y in points]
    elif shape == "polygon":
        kept = _clip_polygon(points, width, height)
    else:
        kept = _clip_segment(points, width, height)
    try:
        return normalised(shape, kept)
    except Invalid:
        return None


def _bad(message: Said, field: str) -> Invalid:
    return Invalid(message, field=field, code=BAD_VALUE)


def _numbers(point: Any, count: int, at: str) -> list[float]:
    if not isinstance(point, list) or len(point) != count:
        raise _bad(_("Expected a list of %(count)d numbers.") % {"count": count}, at)
    for value in point:
        # The comparison is false for a NaN and true for no infinity.
        if type(value) not in (int, float) or not -FARTHEST <= value <= FARTHEST:
            raise _bad(_("Coordinates are finite numbers of pixels."), at)
    return [tidy(value) for value in point]


def _circle(points: list[Any], field: str) -> Points:
    if len(points) != 2:
        raise _bad(_("A circle is [[cx, cy], [r]]."), field)
    centre, radius = _numbers(points[0], 2, f"{field}[0]"), _numbers(points[1], 1, f"{field}[1]")
    if radius[0] <= 0:
        raise _bad(_("The radius of a circle is above 0."), f"{field}[1]")
    return [centre, radius]


def _polygon(points: list[Any], field: str) -> Points:
    if len(points) > MOST_POLYGON_POINTS:
        raise _bad(_("A polygon has at most %(most)d points.") % {"most": MOST_POLYGON_POINTS}, field)
    ring: Points = []
    for position, point in enumerate(points):
        pair = _numbers(point, 2, f"{field}[{position}]")
        if not ring or ring[-1] != pair:
            ring.append(pair)
    while len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    if len(ring) < 3 or _on_one_line(ring):
        raise _bad(_("A polygon needs three points that are not on one line."), field)
    return ring


def _on_one_line(ring: Sequence[Sequence[float]]) -> bool:
    # Not the signed area: it is 0 for a bow tie, which is a poor drawing but covers something.
    (ax, ay), (bx, by) = ring[0], ring[1]
    return all(abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) < 5e-7 for x, y in ring[2:])


def _clip_polygon(ring: Points, width: int, height: int) -> Points:
    """Sutherland-Hodgman against the four edges of the picture."""
    for axis, limit, keeps in ((0, 0, 1), (0, width, -1), (1, 0, 1), (1, height, -1)):
        ring = _clip_ring(ring, axis, limit, keeps)
    return ring


def _clip_ring(ring: Points, axis: int, limit: int, keeps: int) -> Points:
    kept: Points = []
    for position, end in enumerate(ring):
        start = ring[position - 1]
        end_inside, start_inside = ((point[axis] - limit) * keeps >= 0 for point in (end, start))
        if end_inside != start_inside:
            share = (limit - start[axis]) / (end[axis] - start[axis])
            crossing = [start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])]
            crossing[axis] = limit
            kept.append(crossing)
        if end_inside:
            kept.append(end)
    return kept


def _clip_segment(points: Points, width: int, height: int) -> Points:
    """Liang-Barsky; no points when the segment misses the picture."""
    (x1, y1), (x2, y2) = points
    dx, dy = x2 - x1, y2 - y1
    enter, leave = 0.0, 1.0
    for slope, room in ((-dx, x1), (dx, width - x1), (-dy, y1), (dy, height - y1)):
        if slope == 0:
            if room < 0:
                return []
        elif slope < 0:
            enter = max(enter, room / slope)
        else:
            leave = min(leave, room / slope)
    if enter >= leave:
        return []
    ends = [[x1 + share * dx, y1 + share * dy] for share in (enter, leave)]
    return [[min(max(x, 0), width), min(max(y, 0), height)] for x, y in ends]
