"""Label names, colours, shortcuts, attributes, and the swap between names and ids."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Invalid
from apps.labeltypes import AttributeSpec, LabelSet, LabelSpec
from apps.labeltypes.labels import (
    clean_attributes,
    clean_color,
    clean_default_shape,
    clean_label_name,
    clean_shortcut,
)


@pytest.mark.parametrize("name", ["cat", "A-1_b", "猫", "кошка", "قطة", "बिल्ली", "ñandú", "٣", "a" * 32, "𠀋", "แมว"])
def test_letters_of_any_script_digits_and_two_signs_make_a_label_name(name):
    assert clean_label_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "a b",
        "a" * 33,
        "a.b",
        "a/b",
        "<b>",
        "a\x00",
        "a\nb",
        "😀",
        "a\u200db\u202e",
        "\ud800",
        None,
        7,
        ["a"],
        "a" * 10**6,
    ],
)
def test_other_names_are_refused_with_the_place(name):
    with pytest.raises(Invalid) as refusal:
        clean_label_name(name, field="labels[3].name")
    assert refusal.value.field == "labels[3].name"
    assert refusal.value.code == "ModelArts.4413"


def test_two_spellings_of_one_letter_are_one_label_name():
    assert clean_label_name("e\u0301") == clean_label_name("\u00e9") == "\u00e9"


def test_the_length_of_a_name_is_counted_after_normalisation():
    assert clean_label_name("e\u0301" * 32) == "\u00e9" * 32


@given(st.text(max_size=40))
def test_cleaning_a_name_again_changes_nothing(text):
    try:
        name = clean_label_name(text)
    except Invalid:
        return
    assert clean_label_name(name) == name
    assert 1 <= len(name) <= 32
    assert unicodedata.is_normalized("NFC", name)


def test_a_colour_is_six_hex_digits():
    assert clean_color("#3DDD95") == "#3ddd95"
    assert clean_color(None) == clean_color("") == ""
    for bad in ("red", "#fff", "#3ddd9g", "#3ddd95;", "#3ddd95\n", 5, "url(x)"):
        with pytest.raises(Invalid, match="#rrggbb"):
            clean_color(bad)


def test_a_shortcut_is_one_printable_key():
    assert clean_shortcut("C") == "c"
    assert clean_shortcut("1") == "1"
    assert clean_shortcut(None) == ""
    for bad in ("ab", " ", "\n", "\x00", 3, "ctrl+c"):
        with pytest.raises(Invalid, match="one printable key"):
            clean_shortcut(bad)


def test_a_default_shape_is_one_of_the_six():
    assert clean_default_shape("circle") == "circle"
    assert clean_default_shape("") == ""
    for bad in ("polyline", "box", 1, ["circle"]):
        with pytest.raises(Invalid, match="bndbox"):
            clean_default_shape(bad)


def test_attributes_are_read_and_come_back_from_their_stored_form():
    raw = [
        {"name": "colour", "type": "select", "values": ["red", "blue"], "default": "red"},
        {"name": "plate number", "type": "text"},
    ]
    specs = clean_attributes(raw)
    assert specs == (AttributeSpec("colour", "select", ("red", "blue"), "red"), AttributeSpec("plate number"))
    assert clean_attributes([spec.as_json() for spec in specs]) == specs
    assert clean_attributes(None) == ()


@pytest.mark.parametrize(
    ("attributes", "field"),
    [
        ("colour", "attributes"),
        ([{"name": "a"}] * 51, "attributes"),
        ([{"name": "a"}, {"name": "a"}], "attributes"),
        (["colour"], "attributes[0]"),
        ([{"name": "a", "onclick": "x"}], "attributes[0]"),
        ([{"name": "a"}, {"name": ""}], "attributes[1].name"),
        ([{"name": "a<b"}], "attributes[0].name"),
        ([{"name": "@modelarts:shape"}], "attributes[0].name"),
        ([{"name": "a\x00"}], "attributes[0].name"),
        ([{"name": "a", "type": "number"}], "attributes[0].type"),
        ([{"name": "a", "type": ["text"]}], "attributes[0].type"),
        ([{"name": "a", "type": "select"}], "attributes[0].values"),
        ([{"name": "a", "type": "select", "values": ["x", "x"]}], "attributes[0].values"),
        ([{"name": "a", "type": "select", "values": ["x", ""]}], "attributes[0].values"),
        ([{"name": "a", "type": "select", "values": ["x", 3]}], "attributes[0].values[1]"),
        ([{"name": "a", "type": "select", "values": ["x"], "default": "y"}], "attributes[0].default"),
        ([{"name": "a", "type": "text", "values": ["x"]}], "attributes[0].values"),
        ([{"name": "a", "default": "x" * 257}], "attributes[0].default"),
    ],
)
def test_bad_attributes_are_refused_with_the_place(attributes, field):
    with pytest.raises(Invalid) as refusal:
        clean_attributes(attributes)
    assert refusal.value.field == field


CAT_AND_DOG = LabelSet([LabelSpec(7, "cat"), LabelSpec(9, "dog")])


def test_names_become_ids_and_ids_become_names():
    annotation = [{"name": "dog", "score": 0.5}, {"name": "cat"}]
    stored = CAT_AND_DOG.encode(annotation)
    assert stored == [{"label": 9, "score": 0.5}, {"label": 7}]
    assert CAT_AND_DOG.decode(stored) == annotation


def test_encoding_and_decoding_leave_their_input_as_it_was():
    annotation = [{"name": "cat"}]
    stored = CAT_AND_DOG.encode(annotation)
    CAT_AND_DOG.decode(stored)
    assert annotation == [{"name": "cat"}]
    assert stored == [{"label": 7}]


def test_a_rename_touches_the_label_and_no_annotation():
    stored = CAT_AND_DOG.encode([{"name": "cat"}])
    renamed = LabelSet([LabelSpec(7, "kitten"), LabelSpec(9, "dog")])
    assert renamed.decode(stored) == [{"name": "kitten"}]


def test_marks_of_a_deleted_label_are_left_out():
    stored = CAT_AND_DOG.encode([{"name": "cat"}, {"name": "dog"}])
    assert LabelSet([LabelSpec(9, "dog")]).decode(stored) == [{"name": "dog"}]


def test_an_unknown_name_is_refused_with_its_place():
    with pytest.raises(Invalid) as refusal:
        CAT_AND_DOG.encode([{"name": "cat"}, {"name": "cow"}])
    assert refusal.value.field == "[1].name"
    assert refusal.value.code == "ModelArts.4410"


def test_the_names_a_data_set_lacks_are_told_once_and_in_order():
    annotation = [{"name": name} for name in ("cow", "cat", "ant", "cow")]
    assert CAT_AND_DOG.missing(annotation) == ["cow", "ant"]
