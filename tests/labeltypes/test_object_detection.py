"""Object detection: six shapes inside a picture."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Invalid
from apps.labeltypes import SampleContext, object_detection
from apps.labeltypes.geometry import SHAPES, clipped, normalised

from .strategies import LABELS, PICTURE, detection_marks, points


def clean(shape, at, context=PICTURE):
    (mark,) = object_detection.clean([{"name": "car", "shape": shape, "points": at}], LABELS, context)
    return mark["points"]


@pytest.mark.parametrize(
    ("shape", "at", "canonical"),
    [
        ("bndbox", [[10, 20], [30, 40]], [[10, 20], [30, 40]]),
        ("bndbox", [[30, 20], [10, 40]], [[10, 20], [30, 40]]),
        ("bndbox", [[30.12345, 40.0], [10, 20]], [[10, 20], [30.123, 40]]),
        ("bndbox", [[0, 0], [640, 480]], [[0, 0], [640, 480]]),
        ("bndbox", [[-0.0004, 0], [640.0004, 480]], [[0, 0], [640, 480]]),
        ("polygon", [[0, 0], [9, 0], [9, 9], [0, 0]], [[0, 0], [9, 0], [9, 9]]),
        ("polygon", [[0, 0], [9, 0], [9, 0], [9, 9]], [[0, 0], [9, 0], [9, 9]]),
        ("polygon", [[0, 0], [9, 9], [9, 0], [0, 9]], [[0, 0], [9, 9], [9, 0], [0, 9]]),
        ("circle", [[5, 5], [50]], [[5, 5], [50]]),
        ("line", [[9, 9], [1, 1]], [[9, 9], [1, 1]]),
        ("dashed", [[1, 1], [1, 2]], [[1, 1], [1, 2]]),
        ("point", [[1, 2]], [[1, 2]]),
    ],
)
def test_each_shape_has_one_canonical_form(shape, at, canonical):
    assert clean(shape, at) == canonical


@pytest.mark.parametrize(
    ("shape", "at", "field"),
    [
        ("polyline", [[1, 1], [2, 2]], "shape"),
        (None, [[1, 1]], "shape"),
        (["point"], [[1, 1]], "shape"),
        ("point", None, "points"),
        ("point", [[1, 1], [2, 2]], "points"),
        ("point", [[1]], "points[0]"),
        ("point", [[1, "2"]], "points[0]"),
        ("point", [[1, True]], "points[0]"),
        ("point", [[1, math.nan]], "points[0]"),
        ("point", [[math.inf, 1]], "points[0]"),
        ("point", [[10**400, 1]], "points[0]"),
        ("point", [[-1, 1]], "points[0]"),
        ("point", [[641, 1]], "points[0]"),
        ("bndbox", [[1, 1]], "points"),
        ("bndbox", [[1, 1], [1, 9]], "points"),
        ("bndbox", [[1, 1], [1.0001, 9]], "points"),
        ("bndbox", [[1, 1], [9, 481]], "points[1]"),
        ("polygon", [[1, 1], [2, 2]], "points"),
        ("polygon", [[1, 1], [2, 2], [1, 1]], "points"),
        ("polygon", [[1, 1], [2, 2], [3, 3]], "points"),
        ("polygon", [[1, 1], [2, 2], [3, 500]], "points[2]"),
        ("polygon", [[float(i % 600), float(i % 400)] for i in range(5_001)], "points"),
        ("circle", [[5, 5]], "points"),
        ("circle", [[5, 5], [0]], "points[1]"),
        ("circle", [[5, 5], 7], "points[1]"),
        ("circle", [[700, 5], [3]], "points[0]"),
        ("circle", [[5, 5], [801]], "points[1]"),
        ("line", [[5, 5], [5, 5]], "points"),
        ("dashed", [[5, 5], [6, 6], [7, 7]], "points"),
    ],
)
def test_a_wrong_shape_is_refused_with_the_place(shape, at, field):
    with pytest.raises(Invalid) as refusal:
        clean(shape, at)
    assert refusal.value.field == f"[0].{field}"


def test_where_the_size_is_unknown_only_negative_and_absurd_places_are_outside():
    assert clean("point", [[5_000, 7_000]], SampleContext()) == [[5_000, 7_000]]
    for outside in ([[-1, 0]], [[2_000_000, 0]]):
        with pytest.raises(Invalid):
            clean("point", outside, SampleContext())


@given(st.lists(detection_marks(), max_size=5))
def test_cleaning_again_changes_nothing(marks):
    try:
        cleaned = object_detection.clean(marks, LABELS, PICTURE)
    except Invalid:
        return
    assert object_detection.clean(cleaned, LABELS, PICTURE) == cleaned


@given(st.lists(detection_marks(), max_size=5))
def test_what_an_importer_keeps_is_clean(marks):
    kept, _ = object_detection.salvage(marks, LABELS, PICTURE)
    assert object_detection.clean(kept, LABELS, PICTURE) == kept


@given(st.sampled_from(SHAPES).flatmap(lambda shape: st.tuples(st.just(shape), points(shape))))
def test_a_shape_inside_the_picture_is_not_cut(drawn):
    shape, at = drawn
    try:
        canonical = normalised(shape, at)
    except Invalid:
        return
    assert clipped(shape, canonical, PICTURE.width, PICTURE.height) == canonical


anywhere = st.tuples(st.integers(-300, 900), st.integers(-300, 900)).map(list)


@given(st.sampled_from(["bndbox", "line", "dashed", "polygon", "point"]), st.lists(anywhere, min_size=3, max_size=7))
def test_what_remains_of_a_cut_shape_is_valid(shape, corners):
    count = {"point": 1, "polygon": len(corners)}.get(shape, 2)
    try:
        canonical = normalised(shape, corners[:count])
    except Invalid:
        return
    rest = clipped(shape, canonical, PICTURE.width, PICTURE.height)
    if rest is not None:
        assert clean(shape, rest) == rest


def test_shapes_are_cut_exactly_at_the_edge():
    assert clipped("bndbox", [[-5, -5], [700, 10]], 640, 480) == [[0, 0], [640, 10]]
    assert clipped("bndbox", [[650, 5], [700, 10]], 640, 480) is None
    assert clipped("line", [[-10, 0], [10, 20]], 640, 480) == [[0, 10], [10, 20]]
    assert clipped("line", [[-10, 5], [-1, 9]], 640, 480) is None
    assert clipped("line", [[-10, 5], [5, -10]], 640, 480) is None
    assert clipped("polygon", [[-10, 0], [10, 0], [10, 20], [-10, 20]], 640, 480) == [
        [0, 0],
        [10, 0],
        [10, 20],
        [0, 20],
    ]
    assert clipped("point", [[641, 3]], 640, 480) is None
    assert clipped("circle", [[10, 10], [9_999]], 640, 480) == [[10, 10], [800]]
    assert clipped("circle", [[-1, 10], [5]], 640, 480) is None


def test_an_importer_hears_of_cut_and_dropped_shapes():
    marks = [
        {"name": "car", "shape": "bndbox", "points": [[600, 400], [700, 500]]},
        {"name": "car", "shape": "point", "points": [[9_999, 1]]},
        {"name": "car", "shape": "bndbox", "points": [[math.nan, 1], [5, 5]]},
        {"name": "car"},
    ]
    kept, reasons = object_detection.salvage(marks, LABELS, PICTURE)
    assert kept == [{"name": "car", "shape": "bndbox", "points": [[600, 400], [640, 480]]}]
    assert len(reasons) == 4
    assert "cut at the edge" in str(reasons[0])
    assert "outside the picture" in str(reasons[1])
