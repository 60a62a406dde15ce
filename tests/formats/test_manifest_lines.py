"""Lines of manifests: what is read, what is left out and reported, and that nothing makes the reader fail."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.formats.lines import BoundedLines
from apps.formats.manifest import read_manifest
from apps.formats.records import Problem, Record
from tests.formats.manifests import an_annotation, classified, codes, read, read_one


@pytest.mark.parametrize("source", ["s3://b/d/k.jpg", "obs://b/d/k.jpg", "/b/d/k.jpg"])
def test_the_three_ways_to_name_an_object_are_one(source):
    assert read_one({"source": source}).source == "obs://b/d/k.jpg"


@pytest.mark.parametrize(
    "source",
    [
        None,
        5,
        "",
        "k.jpg",
        "http://b/k.jpg",
        "file:///etc/passwd",
        "obs://b",
        "obs://b/",
        "obs:///k",
        "/b",
        "/",
        ["obs://b/k"],
    ],
)
def test_a_line_without_a_source_in_a_bucket_is_a_problem(source):
    found = read_one({"source": source})
    assert isinstance(found, Problem)
    assert (str(found.place), found.code) == ("line 1", "location")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", "not_json"),
        (b'{"source": "obs://b/k.jpg"', "not_json"),
        (b'{"source": "obs://b/k.jpg"} x', "not_json"),
        (b'{"source": NaN}', "not_json"),
        (b'{"source": "\\ud800"}', "not_json"),
        (b'{"source": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", "not_json"),
        ('{"source": "obs://b/狗.jpg"}'.encode("gbk"), "encoding"),
        ('{"source": "obs://b/k.jpg"}'.encode("utf-16"), "encoding"),
        (b'{"source": "obs://b/\x00.jpg"}', "nul"),
        (b'{"source": "obs://b/\\u0000.jpg"}', "nul"),
        (b'{"source": "obs://b/k.jpg", "property": {"a": ["x\\u0000"]}}', "nul"),
        (b"[]", "not_an_object"),
        (b'"obs://b/k.jpg"', "not_an_object"),
        (b"null", "not_an_object"),
    ],
    ids=lambda value: value[:40] if isinstance(value, bytes) else value,
)
def test_a_line_that_cannot_be_read_is_a_problem_and_the_rest_goes_on(line, code):
    (first, problem), (second, record) = read(line, b'{"source": "obs://b/k.jpg"}')
    assert (first, second) == (1, 2)
    assert isinstance(problem, Problem)
    assert (str(problem.place), problem.code) == ("line 1", code)
    assert record == Record("obs://b/k.jpg")


def test_an_escaped_backslash_before_u0000_is_no_nul():
    assert read_one(b'{"source": "obs://b/\\\\u0000.jpg"}').source == "obs://b/\\u0000.jpg"


def test_nesting_just_below_the_parsers_limit_is_survived():
    deep = b'{"source": "obs://b/k.jpg", "property": {"a": ' + b"[" * 900 + b"]" * 900 + b', "z": "\\u0000"}}'
    assert read_one(deep).code == "nul"
    assert codes(read_one(deep.replace(b"\\u0000", b""))) == ["property"]


def test_a_byte_order_mark_line_ends_and_blank_lines_do_not_matter():
    lines = [b'\xef\xbb\xbf{"source": "obs://b/1.jpg"}\r\n', b"\r\n", b"  \n", b'{"source": "obs://b/2.jpg"}']
    assert read(*lines) == [(1, Record("obs://b/1.jpg")), (4, Record("obs://b/2.jpg"))]


def test_lines_are_numbered_from_where_the_reader_starts():
    assert [number for number, _ in read(b'{"source": "obs://b/1.jpg"}', b"x", first_line=41)] == [41, 42]


def test_a_line_above_the_limit_is_a_problem_and_one_at_the_limit_is_not():
    line = b'{"source": "obs://b/k.jpg"}'
    assert isinstance(read_one(line + b"\r\n", limit=len(line)), Record)
    found = read_one(line + b"\r\n", limit=len(line) - 1)
    assert isinstance(found, Problem)
    assert found.code == "line_too_long"


@pytest.mark.parametrize("usage", ["train", "TRAIN", "Train"])
def test_usage_is_read_in_any_case(usage):
    assert read_one({"source": "/b/k", "usage": usage}).usage == "TRAIN"


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"usage": "sell"}, "usage"),
        ({"usage": ["TRAIN"]}, "usage"),
        ({"hard": "perhaps"}, "value"),
        ({"hard": [1]}, "value"),
        ({"hard-coefficient": 2}, "value"),
        ({"hard-coefficient": "nan"}, "value"),
        ({"hard-coefficient": True}, "value"),
        ({"property": [1]}, "property"),
        ({"property": {"a": {"b": 1}}}, "property"),
        ({"property": {"a": "x" * 2_000}}, "property"),
        ({"property": {str(n): n for n in range(101)}}, "property"),
        ({"property": {"@modelarts:size": [0, 5]}}, "property"),
        ({"property": {"@modelarts:size": "big"}}, "property"),
        ({"annotation": "cat"}, "annotation"),
        ({"annotation": {"type": "modelarts/image_classification"}}, "annotation"),
        ({"annotation": ["cat"]}, "annotation"),
    ],
)
def test_what_is_wrong_about_a_sample_is_left_out_and_reported(keys, code):
    record = read_one({"source": "obs://b/k.jpg", **keys})
    assert codes(record) == [code]
    record.problems = ()
    assert record == Record("obs://b/k.jpg")


@pytest.mark.parametrize(
    ("annotation", "code"),
    [
        (an_annotation(type="modelarts/telepathy"), "annotation_type"),
        (an_annotation(type=None), "annotation_type"),
        (an_annotation(type=["x"]), "annotation_type"),
        (an_annotation(type="modelarts/object_detection"), "annotation_type"),
        (an_annotation(name=None), "annotation"),
        (an_annotation(name="not a name"), "annotation"),
        (an_annotation(name="x\u0007"), "annotation"),
        (an_annotation(property=[1]), "annotation"),
        (an_annotation(property={"@modelarts:shape": "point"}), "annotation"),
        (an_annotation(**{"annotated-by": 5}), "annotation"),
        (an_annotation(**{"annotated-by": ["human"]}), "annotation"),
    ],
)
def test_an_annotation_that_is_wrong_is_left_out_and_the_others_are_kept(annotation, code):
    record = classified({"type": "image_classification", "name": "dog"}, annotation)
    assert record.annotation == [{"name": "dog"}]
    assert codes(record) == [code]


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"property": {"kind": 5}}, "attribute"),
        ({"property": {"a<b": "x"}}, "attribute"),
        ({"confidence": 1.5}, "value"),
        ({"hard": "perhaps"}, "value"),
        ({"hard-coefficient": -1}, "value"),
        ({"creation-time": "yesterday"}, "creation_time"),
        ({"creation-time": 5}, "creation_time"),
    ],
)
def test_a_detail_that_is_wrong_costs_only_itself(keys, code):
    record = classified(an_annotation(**keys))
    assert record.annotation == [{"name": "cat"}]
    assert record.annotated
    assert codes(record) == [code]


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"annotation-loc": "http://evil/x.xml"}, "annotation"),
        ({"annotation-loc": None}, "annotation"),
        ({"annotation-loc": "/b/x.xml", "annotation-format": "COCO"}, "annotation"),
        ({"annotation-loc": "/b/x.xml", "annotation-format": ["PASCAL VOC"]}, "annotation"),
    ],
)
def test_an_annotation_file_that_cannot_be_used_leaves_the_sample_unlabelled(keys, code):
    record = classified({"type": "modelarts/object_detection", **keys})
    assert (record.annotated, record.annotation_loc) == (False, None)
    assert codes(record) == [code]


def test_of_two_annotation_files_the_first_counts():
    items = [{"type": "modelarts/object_detection", "annotation-loc": f"/b/{n}.xml"} for n in (1, 2)]
    record = classified(*items)
    assert record.annotation_loc == "obs://b/1.xml"
    assert codes(record) == ["annotation"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
known_keys = st.sampled_from(
    ["type", "name", "property", "annotated-by", "creation-time", "confidence", "hard", "id", "annotation-loc"]
)
odd_annotations = st.dictionaries(
    known_keys, json_values | st.sampled_from(["modelarts/image_classification", "modelarts/object_detection", "/b/k"])
)
odd_keys = st.sampled_from(["usage", "hard", "hard-coefficient", "id", "property", "annotation"])


@given(st.dictionaries(odd_keys, json_values | st.lists(odd_annotations, max_size=3)))
def test_no_json_value_anywhere_makes_the_reader_fail(keys):
    line = json.dumps({"source": "obs://b/k.jpg", **keys}).encode()
    ((number, found),) = read(line)
    assert number == 1
    assert isinstance(found, Record | Problem)


@given(st.binary(max_size=120))
def test_no_bytes_make_the_reader_fail(data):
    for _, found in read_manifest(BoundedLines(io.BytesIO(data))):
        assert isinstance(found, Record | Problem)
