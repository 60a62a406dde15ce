"""Bytes of users on their way to a browser: never as something it would run, in parts, and not twice."""

from __future__ import annotations

import io
import itertools
from typing import Any

import pytest
from django.core.signals import request_finished
from django.http import HttpResponseBase
from django.test import RequestFactory
from django.utils.http import http_date
from PIL import Image

from apps.core.errors import Invalid, NotFound
from apps.storage.media import serve_object, serve_thumbnail
from apps.storage.paths import Location
from apps.storage.store import store
from tests.storage.drawn import picture

BUCKET = "pictures"
HOSTILE = {
    "a.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'></svg>",
    "a.html": b"<!doctype html><script>alert(1)</script>",
    "a.xml": b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>",
    "a.jpg": b"<script>alert(1)</script>",
    "a.png": b"GIF89a/*<script>*/=1",
    "a.bmp": b"BM<script>alert(1)</script>" + b" " * 40,
    "a.pdf": b"%PDF-1.7",
    "a.js": b"alert(1)",
    "empty.jpg": b"",
}


@pytest.fixture(autouse=True)
def _answers_end_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of an answer looks after database connections, of which these tests have none."""
    monkeypatch.setattr(request_finished, "send", lambda **_ignored: [])


def put(key: str, data: bytes) -> Location:
    store().write(BUCKET, key, io.BytesIO(data))
    return Location(BUCKET, key)


def get(location: Location, **headers: str) -> HttpResponseBase:
    return serve_object(RequestFactory().get("/", headers=headers), location)


def body(response: Any) -> bytes:
    data = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    return data


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("BMP", "image/bmp")])
def test_a_picture_is_shown_as_what_its_bytes_are(kind: str, media_type: str) -> None:
    data = picture(kind=kind)
    response = get(put("misleading.html", data))
    assert response["Content-Type"] == media_type
    assert response["Content-Disposition"].startswith("inline")
    assert response["Content-Length"] == str(len(data))
    assert body(response) == data


@pytest.mark.parametrize("key", HOSTILE)
def test_everything_else_is_a_file_to_keep(key: str) -> None:
    response = get(put(key, HOSTILE[key]))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert body(response) == HOSTILE[key]


@pytest.mark.parametrize("key", ["a.svg", "picture.jpg"])
@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-3"}, {"Range": "bytes=99999999-"}])
def test_every_answer_is_fenced_in(key: str, headers: dict[str, str]) -> None:
    response = get(put(key, HOSTILE.get(key) or picture()), **headers)
    for answer in (response, get(Location(BUCKET, key), **{"If-None-Match": response["ETag"]})):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Cache-Control"].startswith("private")
        answer.close()


def test_a_picture_can_be_downloaded() -> None:
    location = put("猫 1.jpg", picture())
    response = serve_object(RequestFactory().get("/"), location, download=True)
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E7%8C%AB%201.jpg"
    response.close()


def test_a_name_cannot_write_headers() -> None:
    response = get(put('a"\r\nSet-Cookie: x=1\r\n.jpg', picture()))
    assert "\n" not in response["Content-Disposition"]
    assert "Set-Cookie" not in response.headers
    response.close()


def test_what_the_browser_has_is_not_sent_again() -> None:
    location = put("a.jpg", picture())
    first = get(location)
    first.close()
    again = get(location, **{"If-None-Match": f'"other", W/{first["ETag"]}'})
    assert (again.status_code, body(again)) == (304, b"")
    put("a.jpg", picture(size=(20, 20)))
    changed = get(location, **{"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    changed.close()


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=10-19", slice(10, 20)),
        ("bytes=990-", slice(990, 1000)),
        ("bytes=990-5000", slice(990, 1000)),
        ("bytes=-10", slice(990, 1000)),
        ("bytes=-5000", slice(0, 1000)),
    ],
)
def test_a_part_is_sent_when_a_part_is_asked_for(wanted: str, part: slice) -> None:
    data = bytes(number % 251 for number in range(1000))
    response = get(put("a.bin", data), Range=wanted)
    assert response.status_code == 206
    start, stop, _step = part.indices(1000)
    assert response["Content-Range"] == f"bytes {start}-{stop - 1}/1000"
    assert response["Content-Length"] == str(stop - start)
    assert body(response) == data[part]


@pytest.mark.parametrize("wanted", ["bytes=1000-", "bytes=2000-3000", "bytes=-0"])
def test_a_part_outside_the_object_is_refused(wanted: str) -> None:
    response = get(put("a.bin", b"x" * 1000), Range=wanted)
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */1000"


@pytest.mark.parametrize(
    "wanted", ["bytes=", "bytes=-", "bytes=a-b", "bytes=5-3", "bytes=0-1,5-6", "lines=1-2", "bytes=٣-"]
)
def test_a_malformed_range_gets_the_whole_object(wanted: str) -> None:
    response = get(put("a.bin", b"x" * 1000), Range=wanted)
    assert response.status_code == 200
    assert len(body(response)) == 1000


def test_a_part_of_another_version_is_not_mixed_in() -> None:
    location = put("a.bin", b"x" * 1000)
    whole = get(location)
    whole.close()
    for condition, status in (
        (whole["ETag"], 206),
        (whole["Last-Modified"], 206),
        ('"other"', 200),
        (http_date(0), 200),
        ("nonsense", 200),
    ):
        response = get(location, **{"Range": "bytes=0-9", "If-Range": condition})
        assert response.status_code == status
        response.close()


def test_an_object_larger_than_one_piece_arrives_whole() -> None:
    data = bytes(itertools.islice(itertools.cycle(range(256)), 3_000_001))
    assert body(get(put("large.bin", data))) == data


def test_a_missing_object_is_not_found() -> None:
    with pytest.raises(NotFound):
        get(Location(BUCKET, "missing.jpg"))
    with pytest.raises(NotFound):
        serve_thumbnail(RequestFactory().get("/"), Location(BUCKET, "missing.jpg"))


def test_the_file_is_closed_even_when_nothing_is_read() -> None:
    response: Any = get(put("a.bin", b"x"))
    reading = response._iterator if hasattr(response, "_iterator") else response.streaming_content
    response.close()
    with pytest.raises(ValueError, match="closed file"):
        b"".join(reading)


def test_a_thumbnail_is_small_fenced_in_and_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    location = put("a.jpg", picture(size=(800, 600)))
    request = RequestFactory().get("/")
    first = serve_thumbnail(request, location, size=256)
    assert Image.open(io.BytesIO(first.content)).size == (256, 192)
    assert first["Content-Type"] == "image/jpeg"
    assert first["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert first["X-Content-Type-Options"] == "nosniff"
    monkeypatch.setattr("apps.storage.pictures.thumbnail", lambda *_: pytest.fail("it was made again"))
    assert serve_thumbnail(request, location, size=256).content == first.content
    again = serve_thumbnail(RequestFactory().get("/", headers={"If-None-Match": first["ETag"]}), location, size=256)
    assert (again.status_code, again.content) == (304, b"")


def test_a_changed_picture_has_a_new_thumbnail() -> None:
    request = RequestFactory().get("/")
    first = serve_thumbnail(request, put("a.jpg", picture(size=(800, 600))))
    second = serve_thumbnail(request, put("a.jpg", picture(size=(600, 800))))
    assert first["ETag"] != second["ETag"]
    assert Image.open(io.BytesIO(second.content)).size == (192, 256)


def test_a_thumbnail_of_no_picture_or_of_another_size_is_refused() -> None:
    request = RequestFactory().get("/")
    with pytest.raises(Invalid):
        serve_thumbnail(request, put("a.jpg", b"no picture"))
    with pytest.raises(Invalid):
        serve_thumbnail(request, put("b.jpg", picture()), size=10_000)
