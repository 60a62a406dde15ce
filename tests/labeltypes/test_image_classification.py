"""Image classification: labels of a whole picture."""

import json

import pytest

from apps.core.errors import Invalid, NotFound
from apps.labeltypes import SampleContext, image_classification, label_types

from .strategies import LABELS

ANY_PICTURE = SampleContext()


def clean(annotation):
    return image_classification.clean(annotation, LABELS, ANY_PICTURE)


def test_several_labels_are_allowed():
    assert clean([{"name": "car"}, {"name": "猫"}]) == [{"name": "car"}, {"name": "猫"}]


def test_no_label_is_an_answer_too():
    assert clean([]) == []


def test_what_says_nothing_is_not_kept():
    mark = {"name": "car", "by": "human", "hard": False, "attributes": {"plate": " "}, "score": None, "id": ""}
    assert clean([mark]) == [{"name": "car"}]


def test_all_the_common_keys_are_kept_in_one_order():
    mark = {
        "id": "a1",
        "hard_coefficient": 1,
        "hard": True,
        "by": "auto",
        "score": 0,
        "attributes": {"plate": " X 1 ", "colour": "red"},
        "name": "car",
    }
    (cleaned,) = clean([mark])
    assert json.dumps(cleaned) == json.dumps(
        {
            "name": "car",
            "attributes": {"colour": "red", "plate": "X 1"},
            "score": 0.0,
            "by": "auto",
            "hard": True,
            "hard_coefficient": 1.0,
            "id": "a1",
        }
    )


@pytest.mark.parametrize(
    ("annotation", "field"),
    [
        ({"name": "car"}, ""),
        ("car", ""),
        ([{"name": "car"}] * 10_001, ""),
        (["car"], "[0]"),
        ([{"name": "car"}, {"name": "car"}], "[1].name"),
        ([{}], "[0].name"),
        ([{"name": ["car"]}], "[0].name"),
        ([{"name": "car", "shape": "point", "points": [[1, 1]]}], "[0]"),
        ([{"name": "car", "label": 1}], "[0]"),
        ([{"name": "car", "score": 1.01}], "[0].score"),
        ([{"name": "car", "score": float("nan")}], "[0].score"),
        ([{"name": "car", "score": True}], "[0].score"),
        ([{"name": "car", "score": "0.5"}], "[0].score"),
        ([{"name": "car", "hard": "true"}], "[0].hard"),
        ([{"name": "car", "hard_coefficient": -0.1}], "[0].hard_coefficient"),
        ([{"name": "car", "by": "a\nb"}], "[0].by"),
        ([{"name": "car", "id": "x" * 37}], "[0].id"),
        ([{"name": "car", "id": 5}], "[0].id"),
        ([{"name": "car", "attributes": ["red"]}], "[0].attributes"),
        ([{"name": "car", "attributes": {"size": "1"}}], "[0].attributes"),
        ([{"name": "car", "attributes": {"colour": "green"}}], "[0].attributes.colour"),
        ([{"name": "car", "attributes": {"plate": 5}}], "[0].attributes.plate"),
        ([{"name": "car", "attributes": {"plate": "a\x00b"}}], "[0].attributes.plate"),
    ],
)
def test_a_wrong_annotation_is_refused_with_the_place(annotation, field):
    with pytest.raises(Invalid) as refusal:
        clean(annotation)
    assert refusal.value.field == field


def test_an_unknown_label_is_refused_with_its_own_code():
    with pytest.raises(Invalid) as refusal:
        clean([{"name": "car"}, {"name": "cow"}])
    assert (refusal.value.field, refusal.value.code) == ("[1].name", "ModelArts.4410")


def test_an_importer_keeps_what_is_right_and_hears_of_the_rest():
    annotation = [
        {"name": "car", "attributes": {"colour": "red", "size": "big"}},
        {"name": "cow"},
        {"name": "car"},
        {"name": "猫"},
    ]
    kept, reasons = image_classification.salvage(annotation, LABELS, ANY_PICTURE)
    assert kept == [{"name": "car", "attributes": {"colour": "red"}}, {"name": "猫"}]
    assert len(reasons) == 3
    assert "'size'" in str(reasons[0])
    assert "Mark 2 (cow)" in str(reasons[1])
    assert "given twice" in str(reasons[2])


def test_label_types_are_found_by_key_and_by_wire_code():
    assert label_types.get("image_classification") is image_classification
    assert label_types.by_wire_code(0) is image_classification
    for unknown in (77, "0", None, True, [0]):
        with pytest.raises(NotFound):
            label_types.by_wire_code(unknown)
    with pytest.raises(NotFound):
        label_types.get("telepathy")


def test_every_label_type_offers_a_schema_that_is_json():
    for label_type in label_types:
        schema = json.loads(json.dumps(label_type.json_schema()))
        assert schema["type"] == "array"
        assert set(schema["items"]["properties"]) == label_type.mark_keys
