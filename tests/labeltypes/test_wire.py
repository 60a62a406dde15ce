"""Annotations and labels on the wire."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Invalid
from apps.labeltypes import AttributeSpec, LabelSpec, image_classification, object_detection
from apps.labeltypes.wire import from_wire, label_from_wire, label_to_wire, to_wire

from .strategies import LABELS, PICTURE, detection_annotations


@given(detection_annotations(by=st.just("auto")))
def test_an_annotation_comes_back_from_the_wire_unchanged(annotation):
    sent = json.loads(json.dumps(to_wire(annotation, object_detection)))
    assert object_detection.clean(from_wire(sent, object_detection), LABELS, PICTURE) == annotation


def test_a_detection_mark_is_written_as_the_contract_says():
    mark = {
        "name": "car",
        "shape": "polygon",
        "points": [[1, 1], [9, 1], [9, 9]],
        "attributes": {"colour": "red"},
        "score": 0.25,
        "by": "some-model",
        "hard": True,
        "hard_coefficient": 0.8,
        "id": "m1",
    }
    assert to_wire([mark], object_detection) == [
        {
            "name": "car",
            "type": 1,
            "annotated_by": "auto",
            "property": {
                "@modelarts:shape": "polygon",
                "@modelarts:feature": [[1, 1], [9, 1], [9, 9], [1, 1]],
                "colour": "red",
                "@modelarts:hard": "true",
                "@modelarts:hard_coefficient": "0.8",
            },
            "score": 0.25,
            "id": "m1",
        }
    ]


def test_writing_does_not_change_the_annotation():
    annotation = [{"name": "car", "shape": "polygon", "points": [[1, 1], [9, 1], [9, 9]]}]
    to_wire(annotation, object_detection)
    assert annotation == [{"name": "car", "shape": "polygon", "points": [[1, 1], [9, 1], [9, 9]]}]


def test_an_open_polygon_is_accepted_as_well():
    sent = [
        {"name": "car", "property": {"@modelarts:shape": "polygon", "@modelarts:feature": [[1, 1], [9, 1], [9, 9]]}}
    ]
    assert from_wire(sent, object_detection)[0]["points"] == [[1, 1], [9, 1], [9, 9]]


@pytest.mark.parametrize("hard", ["true", "True", "1", True, 1, 1.0])
def test_every_spelling_of_yes_is_understood(hard):
    sent = [{"name": "car", "property": {"@modelarts:hard": hard, "@modelarts:hard_coefficient": "0.5"}}]
    assert from_wire(sent, image_classification) == [{"name": "car", "hard": True, "hard_coefficient": 0.5}]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, ""),
        (["car"], "[0]"),
        ([{"name": "car", "onclick": 1}], "[0]"),
        ([{"name": "car", "type": 0}], "[0].type"),
        ([{"name": "car", "type": "1"}], "[0].type"),
        ([{"name": "car", "type": True}], "[0].type"),
        ([{"name": "car", "annotated_by": "me"}], "[0].annotated_by"),
        ([{"name": "car", "annotated_by": ["auto"]}], "[0].annotated_by"),
        ([{"name": "car", "property": []}, {"name": "car", "property": [1]}], "[0].property"),
        ([{"name": "car", "property": {"@modelarts:content": "x"}}], "[0].property"),
        ([{"name": "car", "property": {"@modelarts:hard": "maybe"}}], "[0].property.@modelarts:hard"),
        (
            [{"name": "car", "property": {"@modelarts:hard_coefficient": "nan"}}],
            "[0].property.@modelarts:hard_coefficient",
        ),
        (
            [{"name": "car", "property": {"@modelarts:hard_coefficient": "0" * 99}}],
            "[0].property.@modelarts:hard_coefficient",
        ),
    ],
)
def test_what_the_contract_does_not_know_is_refused_with_the_place(sent, field):
    with pytest.raises(Invalid) as refusal:
        from_wire(sent, object_detection)
    assert refusal.value.field == field


def test_a_shape_has_no_meaning_for_a_whole_picture():
    with pytest.raises(Invalid, match="no meaning"):
        from_wire([{"name": "car", "property": {"@modelarts:shape": "point"}}], image_classification)


def test_a_label_comes_back_from_the_wire_unchanged():
    attributes = (AttributeSpec("colour", "select", ("red", "blue"), "blue"), AttributeSpec("plate"))
    label = LabelSpec(0, "car", "#3ddd95", "c", attributes, "bndbox")
    assert label_from_wire(label_to_wire(label, object_detection), object_detection) == label


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ("car", "labels[0]"),
        ({"name": "car", "id": 1}, "labels[0]"),
        ({"name": "a b"}, "labels[0].name"),
        ({"name": "car", "type": 0}, "labels[0].type"),
        ({"name": "car", "property": {"x": 1}}, "labels[0].property"),
        ({"name": "car", "property": {"@modelarts:color": "red"}}, "labels[0].property.@modelarts:color"),
        ({"name": "car", "attributes": {}}, "labels[0].attributes"),
        ({"name": "car", "attributes": [{"name": "a", "x": 1}]}, "labels[0].attributes[0]"),
        ({"name": "car", "attributes": [{"name": "a", "values": ["x"]}]}, "labels[0].attributes[0].values"),
    ],
)
def test_a_wrong_label_is_refused_with_the_place(sent, field):
    with pytest.raises(Invalid) as refusal:
        label_from_wire(sent, object_detection, field="labels[0]")
    assert refusal.value.field == field


def test_labels_of_whole_pictures_have_no_shape():
    with pytest.raises(Invalid, match="no shape"):
        label_from_wire({"name": "car", "property": {"@modelarts:default_shape": "point"}}, image_classification)
