"""Labels beside pictures: text files and folder names."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.formats.folders import LARGEST_LABEL_FILE_BYTES, decode_text, labels_from_folder, labels_from_txt
from apps.formats.records import MOST_PROBLEMS, Problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_chinese_labels_are_read_in_utf8_with_or_without_a_mark_and_in_gbk(encoding):
    assert labels_from_txt("猫\n狗\n".encode(encoding)) == (["猫", "狗"], ())


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_separates_labels(newline):
    assert labels_from_txt(newline.join(["Cat", "", "  Dog ", "Cat"]).encode()) == (["Cat", "Dog"], ())


def test_a_line_that_is_no_label_name_is_reported_and_the_others_are_kept():
    names, problems = labels_from_txt(b"Cat\nnot a name\n0 0.5 0.5 0.2 0.2\nDog", place="a/1.txt")
    assert names == ["Cat", "Dog"]
    assert [problem.place for problem in problems] == ["a/1.txt", "a/1.txt"]
    assert "Line 2 ('not a name')" in str(problems[0].reason)
    assert "Line 3" in str(problems[1].reason)
    assert {problem.code for problem in problems} == {"label_name"}


def test_an_empty_label_file_says_no_label():
    assert labels_from_txt(b"\xef\xbb\xbf\n \n") == ([], ())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"C\x00a\x00t\x00", "text_nul"),
        (codecs.BOM_UTF16_LE + "Cat".encode("utf-16-le"), "text_encoding"),
        (b"\xff\xff\xff", "text_encoding"),
        (b"a" * (LARGEST_LABEL_FILE_BYTES + 1), "text_too_large"),
    ],
)
def test_a_file_that_is_no_text_is_a_problem(data, code):
    names, problems = labels_from_txt(data, place="x.txt")
    assert names == []
    assert [(problem.place, problem.code) for problem in problems] == [("x.txt", code)]


def test_a_file_of_nonsense_lines_does_not_fill_the_report():
    _, problems = labels_from_txt(b"no name!\n" * 5_000)
    assert len(problems) == MOST_PROBLEMS
    assert "4901 further problems" in str(problems[-1].reason)


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_reported(data):
    assert isinstance(decode_text(data), str | Problem)
    names, problems = labels_from_txt(data)
    assert isinstance(names, list)
    assert isinstance(problems, tuple)


@pytest.mark.parametrize(
    ("key", "root", "names"),
    [
        ("set/Cat/10.jpg", "set/", ["Cat"]),
        ("set/animals/Dog/10.jpg", "set/", ["Dog"]),
        ("Cat/10.jpg", "", ["Cat"]),
        ("set/10.jpg", "set/", []),
        ("10.jpg", "", []),
        ("set/e\u0301te\u0301/1.jpg", "set/", ["\u00e9t\u00e9"]),
    ],
)
def test_the_deepest_folder_below_the_input_is_the_label(key, root, names):
    assert labels_from_folder(key, root) == (names, ())


def test_a_folder_whose_name_is_no_label_is_reported():
    names, problems = labels_from_folder("set/my cats!/1.jpg", "set/")
    assert names == []
    assert problems[0].place == "set/my cats!/1.jpg"
    assert "'my cats!'" in str(problems[0].reason)


def test_an_object_outside_the_root_is_a_programming_error():
    with pytest.raises(ValueError, match="not below"):
        labels_from_folder("other/1.jpg", "set/")
