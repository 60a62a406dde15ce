"""Pascal VOC files: what is read, what is reported, what is refused."""

from pathlib import Path

import pytest
from hypothesis import given

from apps.formats.records import MOST_PROBLEMS, Problem
from apps.formats.voc import VocFile, read_voc
from apps.formats.voc_parser import MOST_ELEMENTS_IN_OBJECT, MOST_OBJECTS
from apps.formats.voc_writer import write_voc
from tests.labeltypes.strategies import PICTURE, detection_annotations

GOLDEN = Path(__file__).parent / "golden"

SIX_SHAPES = [
    {"name": "bag", "shape": "bndbox", "points": [[108, 101.5], [251, 238.125]]},
    {
        "name": "boots",
        "shape": "polygon",
        "points": [[373, 264], [500, 198], [437, 76], [310, 142]],
        "score": 0.91,
        "by": "modelarts/active-learning",
        "hard": True,
        "hard_coefficient": 0.8,
    },
    {"name": "circle", "shape": "circle", "points": [[405, 170], [100]]},
    {"name": "line", "shape": "line", "points": [[133, 651], [229, 561]]},
    {"name": "dashed", "shape": "dashed", "points": [[0, 0], [767, 959]]},
    {
        "name": "点",
        "shape": "point",
        "points": [[456, 596]],
        "attributes": {"colour": "红 & <blue>", "size": "big"},
    },
]


def voc(objects="", size="<width>100</width><height>80</height><depth>3</depth>", head=""):
    return f"{head}<annotation><filename>a.jpg</filename><size>{size}</size>{objects}</annotation>"


def an_object(shape, name="cat", more=""):
    return f"<object><name>{name}</name>{more}{shape}</object>"


def box(xmin, ymin, xmax, ymax):
    return f"<bndbox><xmin>{xmin}</xmin><ymin>{ymin}</ymin><xmax>{xmax}</xmax><ymax>{ymax}</ymax></bndbox>"


def read(text, **options):
    found = read_voc(text.encode() if isinstance(text, str) else text, **options)
    assert isinstance(found, VocFile), found
    return found


def refused(data, **options):
    found = read_voc(data, place="a.xml", **options)
    assert isinstance(found, Problem)
    assert found.place == "a.xml"
    return found.code


def codes(found):
    return [problem.code for problem in found.problems]


def test_every_shape_and_detail_is_read():
    found = read((GOLDEN / "detection_six_shapes.xml").read_bytes())
    assert (found.filename, found.width, found.height, found.depth) == ("street & 雨.jpg", 767, 959, 3)
    assert found.annotation == SIX_SHAPES
    assert found.problems == ()


def test_every_shape_and_detail_is_written_to_the_byte():
    written = write_voc(filename="street & 雨.jpg", width=767, height=959, depth=3, annotation=SIX_SHAPES)
    assert written == (GOLDEN / "detection_six_shapes.xml").read_bytes()


def test_a_picture_without_anything_is_written_and_read():
    written = write_voc(filename="nothing.png", width=64, height=48, depth=1, annotation=[])
    assert written == (GOLDEN / "empty.xml").read_bytes()
    assert read(written) == VocFile("nothing.png", 64, 48, 1, [], ())


@given(detection_annotations())
def test_what_was_written_is_read_back_equal(annotation):
    written = write_voc(filename="x.jpg", width=PICTURE.width, height=PICTURE.height, depth=3, annotation=annotation)
    found = read(written)
    assert found.problems == ()
    assert found.annotation == annotation


def test_a_file_name_that_xml_cannot_hold_does_not_break_the_file():
    found = read(write_voc(filename="a\x00\n<b>.jpg", width=9, height=9, depth=3, annotation=[]))
    assert found.filename == "a\ufffd\ufffd<b>.jpg"


@pytest.mark.parametrize("tags", ["<x>5</x><y>6</y>", "<x1>5</x1><y1>6</y1>", "<y1> 6.0 </y1>\n<x1>5</x1>"])
def test_a_point_is_read_in_both_spellings(tags):
    assert read(voc(an_object(f"<point>{tags}</point>"))).annotation[0]["points"] == [[5, 6]]


def test_the_points_of_a_polygon_go_by_their_number_and_a_closing_point_is_dropped():
    tags = "<x2>9</x2><x1>1</x1><y1>1</y1><y2>1</y2><x10>1</x10><y10>1</y10><x3>9</x3><y3>9</y3>"
    assert read(voc(an_object(f"<polygon>{tags}</polygon>"))).annotation[0]["points"] == [[1, 1], [9, 1], [9, 9]]


def test_an_inverted_box_is_set_right_and_reported():
    found = read(voc(an_object(box(30, 5, 10, 40))))
    assert found.annotation[0]["points"] == [[10, 5], [30, 40]]
    assert codes(found) == ["voc_inverted"]


def test_a_box_over_the_edge_is_cut_and_reported():
    found = read(voc(an_object(box(90, -5, 120, 40))))
    assert found.annotation[0]["points"] == [[90, 0], [100, 40]]
    assert codes(found) == ["voc_clipped"]


def test_the_size_of_the_real_picture_goes_before_the_size_in_the_file():
    found = read(voc(an_object(box(90, 5, 120, 40))), picture_size=(110, 80))
    assert found.annotation[0]["points"] == [[90, 5], [110, 40]]
    assert codes(found) == ["voc_size", "voc_clipped"]


def test_without_any_size_nothing_is_cut():
    found = read(voc(an_object(box(90, 5, 120, 40)), size=""))
    assert found.annotation[0]["points"] == [[90, 5], [120, 40]]
    assert (found.width, found.height, found.depth) == (None, None, None)
    assert codes(found) == ["voc_size"]


@pytest.mark.parametrize("size", ["<width>a</width>", "<width>-4</width>", "<width>1.5</width>", "<width>1e30</width>"])
def test_a_size_that_is_no_number_of_pixels_is_reported(size):
    found = read(voc(size=size + "<height>5</height>"))
    assert found.width is None
    assert codes(found) == ["voc_size", "voc_size"]


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (box(10, 10, 10, 40), "voc_points"),
        (box("nan", 10, 20, 40), "voc_points"),
        (box("inf", 10, 20, 40), "voc_points"),
        (box("1e999", 10, 20, 40), "voc_points"),
        (box("1e300", 10, 20, 40), "voc_points"),
        (box("1_0", 10, 20, 40), "voc_points"),
        (box("", 10, 20, 40), "voc_points"),
        (box("\u0661", 10, 20, 40), "voc_points"),
        (box(200, 10, 300, 40), "voc_outside"),
        ("<bndbox/>", "voc_points"),
        ("<polygon><x1>1</x1><y1>1</y1><x2>5</x2></polygon>", "voc_points"),
        ("<polygon><x1>1</x1><y1>1</y1><x2>5</x2><y2>5</y2></polygon>", "voc_points"),
        ("<circle><cx>5</cx><cy>5</cy><r>0</r></circle>", "voc_points"),
        ("<circle><cx>500</cx><cy>5</cy><r>9</r></circle>", "voc_outside"),
        ("<line><x1>5</x1><y1>5</y1><x2>5</x2><y2>5</y2></line>", "voc_points"),
        ("<cuboid/>", "voc_shape"),
        ("", "voc_shape"),
    ],
)
def test_an_object_without_a_usable_shape_is_reported_and_the_rest_goes_on(shape, code):
    found = read(voc(an_object(shape, name="bad") + an_object(box(1, 1, 5, 5))), place="b.xml")
    assert [mark["name"] for mark in found.annotation] == ["cat"]
    assert codes(found) == [code]
    assert found.problems[0].place == "b.xml"
    assert "Object 1 (bad)" in str(found.problems[0].reason)


@pytest.mark.parametrize("name", ["traffic light", "", "a/b", "x" * 33])
def test_an_object_with_a_name_that_is_no_label_is_reported(name):
    found = read(voc(an_object(box(1, 1, 5, 5), name=name)))
    assert found.annotation == []
    assert codes(found) == ["label_name"]


def test_details_that_are_wrong_are_left_out_and_reported():
    more = "<difficult>maybe</difficult><confidence>2</confidence><hard-coefficient>nan</hard-coefficient>"
    attributes = "<attributes><attribute><name>a&lt;b</name><value>1</value></attribute></attributes>"
    found = read(voc(an_object(box(1, 1, 5, 5), more=more + attributes)))
    assert found.annotation == [{"name": "cat", "shape": "bndbox", "points": [[1, 1], [5, 5]]}]
    assert codes(found) == ["voc_detail"] * 4


def test_of_two_shapes_the_first_counts_and_the_other_is_reported():
    found = read(voc(an_object(box(1, 1, 5, 5) + "<point><x>1</x><y>1</y></point>")))
    assert found.annotation[0]["shape"] == "bndbox"
    assert codes(found) == ["voc_shape"]


def test_the_parts_of_an_object_are_not_taken_for_the_object():
    part = f"<part><name>head</name>{box(2, 2, 3, 3)}</part>"
    found = read(voc(f"<object>{part}<name>cat</name>{box(1, 1, 5, 5)}</object>"))
    assert found.annotation == [{"name": "cat", "shape": "bndbox", "points": [[1, 1], [5, 5]]}]


def test_a_file_of_bad_objects_does_not_fill_the_report():
    found = read(voc(an_object("", name="no name!") * 1_000))
    assert len(found.problems) == MOST_PROBLEMS
    assert found.problems[-1].code == "too_many_problems"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb2312"])
def test_chinese_names_are_read_in_the_declared_encoding(encoding):
    head = f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?>"
    text = voc(an_object(box(1, 1, 5, 5), name="猫"), head=head)
    assert read(text.encode(encoding)).annotation[0]["name"] == "猫"


def test_line_ends_comments_and_instructions_change_nothing():
    text = voc(an_object("\r\n<!-- <bndbox/> --><?php x ?>" + box("<![CDATA[1]]>", 1, 5, 5)))
    assert read(text).annotation[0]["points"] == [[1, 1], [5, 5]]


BOMB = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = {
    "bomb": f'<!DOCTYPE annotation [<!ENTITY b0 "ha">{BOMB}]>',
    "file": '<!DOCTYPE annotation [<!ENTITY b9 SYSTEM "file:///etc/passwd">]>',
    "network": '<!DOCTYPE annotation [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>',
    "external": '<!DOCTYPE annotation SYSTEM "http://127.0.0.1:1/x.dtd">',
    "plain": "<!DOCTYPE annotation>",
    "unfinished": "<!DOCTYPE annotation [",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gbk", "utf-7"])
@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES)
def test_a_doctype_is_refused_in_every_encoding(doctype, encoding):
    declared = encoding.removesuffix("-sig")
    text = voc(an_object(box(1, 1, 5, 5), name="&b9;"), head=f"<?xml version='1.0' encoding='{declared}'?>{doctype}")
    assert refused(text.encode(encoding)) == "xml_doctype"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "xml_malformed"),
        (b"\x00", "xml_malformed"),
        (b"no xml", "xml_malformed"),
        (b"<annotation>", "xml_malformed"),
        (b"<annotation>&b9;</annotation>", "xml_malformed"),
        (b"<annotation>\xff\xfe</annotation>", "xml_malformed"),
        (b"<annotation>\x00</annotation>", "xml_malformed"),
        (b"<?xml version='1.0' encoding='nonsense'?><annotation/>", "xml_malformed"),
        ("<annotation>狗</annotation>".encode("gbk"), "xml_malformed"),
        (b"<html/>", "voc_root"),
        (b"<annotation>" + b"<a>" * 5_000, "xml_too_deep"),
        (b"<annotation><object>" + b"<a/>" * (MOST_ELEMENTS_IN_OBJECT + 1), "voc_object_too_large"),
        (b"<annotation>" + b"<a/>" * (MOST_ELEMENTS_IN_OBJECT + 1), "voc_object_too_large"),
        (b"<annotation>" + b"<object/>" * (MOST_OBJECTS + 1), "voc_too_many_objects"),
    ],
    ids=lambda value: value[:30] if isinstance(value, bytes) else value,
)
def test_a_file_of_which_nothing_can_be_used_is_one_problem(data, code):
    assert refused(data) == code


def test_a_file_above_the_limit_is_not_even_parsed():
    assert refused(b"<annotation/>", largest_bytes=12) == "xml_too_large"


def test_many_objects_are_read():
    assert len(read(voc(an_object(box(1, 1, 5, 5)) * 20_000)).annotation) == 20_000


def test_a_fault_of_the_xml_is_told_with_its_line_and_without_the_parsers_names() -> None:
    found = read_voc(b"<annotation>\n<a></b></annotation>", place="a.xml")
    assert isinstance(found, Problem)
    assert str(found.reason).startswith("The file is not well-formed XML: Opening and ending tag mismatch")
    assert str(found.reason).endswith("(line 2).")
    assert "<string>" not in str(found.reason)
