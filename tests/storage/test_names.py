"""Names that the server makes for uploaded files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Invalid
from apps.storage.names import numbered, safe_key
from apps.storage.paths import parse


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("cat.jpg", "cat.jpg"),
        ("my cat.jpg", "my cat.jpg"),
        ("dir/sub/cat.jpg", "dir/sub/cat.jpg"),
        ("C:\\fakepath\\cat.jpg", "C:/fakepath/cat.jpg"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("a/./b//c.jpg", "a/b/c.jpg"),
        ("cat\n\0.jpg", "cat.jpg"),
        ("cat\u202egpj.exe", "catgpj.exe"),
        ("e\u0301.jpg", "\u00e9.jpg"),
        ("图片/一.jpg", "图片/一.jpg"),
        (".hidden", ".hidden"),
        (". ./x", ". ./x"),
        (" .. /x", "x"),
    ],
)
def test_a_name_becomes_a_key_that_stays_below_its_folder(name: str, key: str) -> None:
    assert safe_key(name) == key


@pytest.mark.parametrize("name", ["", "/", "..", "../..", "\0", " ", "\\"])
def test_a_name_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        safe_key(name)


@given(st.text(max_size=300))
def test_every_made_key_could_have_been_typed(name: str) -> None:
    try:
        key = safe_key(name)
    except Invalid:
        return
    if len(key.encode()) <= 1024:
        assert parse(f"obs://pictures/{key}").key == key
    assert all(len(part.encode()) <= 255 for part in key.split("/"))


def test_a_long_name_is_cut_and_keeps_its_extension() -> None:
    key = safe_key("猫" * 200 + ".jpeg")
    assert key.endswith("猫.jpeg")
    assert len(key.encode()) <= 255


def test_taken_names_are_numbered_before_the_extension() -> None:
    assert list(numbered("a/cat.jpg"))[:2] == ["a/cat (2).jpg", "a/cat (3).jpg"]
    assert next(numbered("a.b/cat")) == "a.b/cat (2)"
    assert next(numbered(".hidden")) == ".hidden (2)"
    assert len(next(numbered("猫" * 83 + ".jpg")).encode()) <= 255
