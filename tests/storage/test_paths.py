"""Addresses: what is read, what is refused, and that nothing leads out of a bucket."""

from __future__ import annotations

import os.path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.core.errors import Invalid
from apps.storage.paths import Location, check_disjoint, from_source, parse, parse_source, unsafe_key

HOSTILE = [
    "../x",
    "a/../b",
    "a/..",
    "./a",
    "a/./b",
    "a//b",
    "/a",
    "//",
    "/",
    "a\0b",
    "a" * 1025,
    "é" * 513,
    "\ud800.jpg",
]


@pytest.mark.parametrize("address", ["obs://pictures/a/b/", "s3://pictures/a/b/", "/pictures/a/b/"])
def test_three_spellings_name_one_folder(address: str) -> None:
    location = parse(address)
    assert location == Location("pictures", "a/b/")
    assert str(location) == "obs://pictures/a/b/"
    assert location.is_folder
    assert location.source == "pictures/a/b/"


@pytest.mark.parametrize("address", ["obs://pictures", "obs://pictures/", "/pictures", "/pictures/"])
def test_a_bucket_alone_is_its_root_folder(address: str) -> None:
    assert parse(address) == Location("pictures", "")
    assert parse(address).is_folder
    assert parse(address).child("a.jpg") == Location("pictures", "a.jpg")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "pictures/a",
        "http://pictures/a",
        "file:///etc/passwd",
        "obs:/pictures/a",
        "obs:///a",
        "//pictures/a",
        "obs://",
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse(address, field="data_path")
    assert refusal.value.field == "data_path"


@pytest.mark.parametrize(
    "bucket", ["ab", "Pictures", "-ab", "ab-", "a_b", "a..b", "a" * 64, "bücher", "a b", ".incoming", "abc\n"]
)
def test_a_malformed_bucket_name_is_refused(bucket: str) -> None:
    with pytest.raises(Invalid):
        Location(bucket, "a.jpg")
    with pytest.raises(Invalid):
        parse(f"obs://{bucket}/a.jpg")


@pytest.mark.parametrize("key", HOSTILE)
def test_a_hostile_key_is_refused_typed_or_found(key: str) -> None:
    with pytest.raises(Invalid):
        Location("pictures", key)
    with pytest.raises(Invalid):
        parse(f"obs://pictures/{key}")
    with pytest.raises(Invalid):
        parse_source(f"obs://pictures/{key}")
    with pytest.raises(Invalid):
        Location("pictures", "a/").child(key)


@pytest.mark.parametrize("key", ["a\\b", "a\nb", "a\tb", "a\x7fb", "a\u202eb", "a\u200bb", "a\u2028b"])
def test_an_odd_name_can_be_read_but_not_typed(key: str) -> None:
    assert parse_source(f"obs://pictures/{key}").key == key
    with pytest.raises(Invalid):
        parse(f"obs://pictures/{key}")


@pytest.mark.parametrize("key", ["a b.jpg", "图片/一.jpg", "e\u0301.jpg", "...", "..a", "a..", ".hidden", "a.b/c"])
def test_unusual_but_honest_names_pass_unchanged(key: str) -> None:
    assert parse(f"/pictures/{key}").key == key


@given(st.text(max_size=40).filter(lambda key: unsafe_key(key) is None))
@example("a/b/")
def test_every_location_survives_being_written_and_read(key: str) -> None:
    location = Location("pictures", key)
    assert parse_source(str(location)) == location
    assert from_source(location.source) == location


@given(st.lists(st.sampled_from(["a", "..", ".", "", "b.jpg", "...", "\0", "~", "C:"]), max_size=6))
def test_no_accepted_key_leads_out_of_its_bucket(parts: list[str]) -> None:
    key = "/".join(parts)
    try:
        location = Location("pictures", key)
    except Invalid:
        return
    path = os.path.normpath(os.path.join("/root/pictures", location.key))
    assert path == "/root/pictures" or path.startswith("/root/pictures/")
    assert path == ("/root/pictures/" + location.key).rstrip("/")


def test_names_and_parents_follow_the_slashes() -> None:
    assert Location("pictures", "a/b/c.jpg").name == "c.jpg"
    assert Location("pictures", "a/b/").name == "b"
    assert Location("pictures", "a/b/").parent == Location("pictures", "a/")
    assert Location("pictures", "a.jpg").parent == Location("pictures")
    assert Location("pictures").parent == Location("pictures")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/pictures/a/", "/pictures/a/"),
        ("/pictures/a", "/pictures/a/"),
        ("/pictures/a/", "/pictures/a/b/"),
        ("/pictures/a/b/", "/pictures/a/"),
        ("/pictures/", "/pictures/a/"),
    ],
)
def test_nested_locations_are_refused_with_a_reason(one: str, other: str) -> None:
    with pytest.raises(Invalid, match="must"):
        check_disjoint(parse(one), parse(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("/pictures/a/", "/pictures/ab/"), ("/pictures/a/", "/results/a/"), ("/pictures/a/x/", "/pictures/a/y/")],
)
def test_separate_locations_are_accepted(one: str, other: str) -> None:
    check_disjoint(parse(one), parse(other))
