"""Labels and cleaned annotations for property tests."""

from hypothesis import strategies as st

from apps.labeltypes import AttributeSpec, LabelSet, LabelSpec, SampleContext, object_detection
from apps.labeltypes.geometry import SHAPES

CAR = LabelSpec(1, "car", attributes=(AttributeSpec("colour", "select", ("red", "blue")), AttributeSpec("plate")))
LABELS = LabelSet([CAR, LabelSpec(2, "猫"), LabelSpec(3, "wheel-2_b")])
PICTURE = SampleContext(640, 480)

shares = st.floats(0, 1)
plain_texts = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=20)


@st.composite
def coordinates(draw, limit):
    return draw(st.one_of(st.integers(0, limit), st.floats(0, limit)))


@st.composite
def points(draw, shape):
    pair = st.tuples(coordinates(PICTURE.width), coordinates(PICTURE.height)).map(list)
    if shape == "circle":
        return [draw(pair), [draw(st.floats(0.001, 300))]]
    if shape == "polygon":
        return draw(st.lists(pair, min_size=3, max_size=9))
    return [draw(pair) for _ in range({"point": 1}.get(shape, 2))]


@st.composite
def common_keys(draw, by=plain_texts):
    mark = {"name": draw(st.sampled_from([spec.name for spec in LABELS]))}
    if draw(st.booleans()):
        mark["score"] = draw(shares)
    if draw(st.booleans()):
        mark["by"] = draw(by)
    if draw(st.booleans()):
        mark["hard"] = draw(st.booleans())
    if draw(st.booleans()):
        mark["hard_coefficient"] = draw(shares)
    if mark["name"] == "car" and draw(st.booleans()):
        mark["attributes"] = {"plate": draw(plain_texts), "colour": draw(st.sampled_from(["red", "blue", ""]))}
    return mark


@st.composite
def detection_marks(draw, by=plain_texts):
    """Marks as a tool could send them; some have no area and are refused."""
    mark = draw(common_keys(by))
    mark["shape"] = draw(st.sampled_from(SHAPES))
    mark["points"] = draw(points(mark["shape"]))
    return mark


def detection_annotations(by=plain_texts):
    """Cleaned annotations."""
    return st.lists(detection_marks(by), max_size=6).map(
        lambda marks: object_detection.salvage(marks, LABELS, PICTURE)[0]
    )
