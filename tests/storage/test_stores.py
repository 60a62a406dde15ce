"""What every store promises: the same tests run on folders, on an S3 server in this process, and on a real one."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from moto import mock_aws

from apps.core.errors import Conflict, Invalid, NotFound, TagoraError
from apps.storage.local import LocalStore
from apps.storage.s3 import S3Store
from apps.storage.store import Store

BUCKET = "pictures"


@pytest.fixture(params=["local", "s3", pytest.param("server", marks=pytest.mark.services)])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    if request.param == "local":
        made: Store = LocalStore(tmp_path / "buckets")
        made.create_bucket(BUCKET)
        yield made
    elif request.param == "s3":
        with mock_aws():
            made = S3Store(endpoint="https://s3.amazonaws.com", access_key="AK", secret_key="SK", region="us-east-1")
            made.create_bucket(BUCKET)
            yield made
    else:
        if not settings.TAGORA_S3_ENDPOINT:
            pytest.skip("no S3 server: set TAGORA_S3_ENDPOINT, TAGORA_S3_ACCESS_KEY and TAGORA_S3_SECRET_KEY")
        monkeypatch.setitem(globals(), "BUCKET", f"pictures-{secrets.token_hex(6)}")
        made = S3Store(
            endpoint=settings.TAGORA_S3_ENDPOINT,
            access_key=settings.TAGORA_S3_ACCESS_KEY,
            secret_key=settings.TAGORA_S3_SECRET_KEY,
            region=settings.TAGORA_S3_REGION,
        )
        made.create_bucket(BUCKET)
        yield made


def put(store: Store, key: str, data: bytes = b"data") -> None:
    store.write(BUCKET, key, io.BytesIO(data))


def keys(store: Store, prefix: str = "", after: str = "") -> list[str]:
    return [info.key for info in store.walk(BUCKET, prefix, after)]


def test_what_is_written_is_read(store: Store) -> None:
    info = store.write(BUCKET, "a/b/c.jpg", io.BytesIO(b"0123456789"))
    assert info.size == 10
    assert info.etag
    with store.open(BUCKET, "a/b/c.jpg") as file:
        assert file.read() == b"0123456789"
    assert store.stat(BUCKET, "a/b/c.jpg") == info


def test_an_open_object_can_be_read_from_anywhere(store: Store) -> None:
    put(store, "lines.txt", b"".join(b"line %d\n" % number for number in range(1000)))
    with store.open(BUCKET, "lines.txt") as file:
        lines = list(file)
        assert len(lines) == 1000
        file.seek(7)
        assert file.readline() == b"line 1\n"
        assert file.seek(0, io.SEEK_END) == sum(map(len, lines))
        assert file.read() == b""


def test_the_rest_of_a_stream_is_stored_and_the_stream_stays_open(store: Store) -> None:
    content = io.BytesIO(b"head|body")
    content.seek(5)
    store.write(BUCKET, "a.txt", content)
    assert not content.closed
    with store.open(BUCKET, "a.txt") as file:
        assert file.read() == b"body"


def test_a_large_object_arrives_whole(store: Store) -> None:
    data = bytes(range(256)) * (9 * 4096)
    assert store.write(BUCKET, "large.bin", io.BytesIO(data)).size == len(data)
    with store.open(BUCKET, "large.bin") as file:
        assert file.read() == data
        file.seek(5_000_001)
        assert file.read(3) == data[5_000_001:5_000_004]
    with pytest.raises(Conflict):
        store.write(BUCKET, "large.bin", io.BytesIO(data), replace=False)


def test_the_etag_changes_with_the_content(store: Store) -> None:
    first = store.write(BUCKET, "a.txt", io.BytesIO(b"one"))
    second = store.write(BUCKET, "a.txt", io.BytesIO(b"two"))
    assert first.etag != second.etag


def test_a_write_that_must_not_replace_refuses_and_changes_nothing(store: Store) -> None:
    put(store, "a.txt", b"old")
    with pytest.raises(Conflict):
        store.write(BUCKET, "a.txt", io.BytesIO(b"new"), replace=False)
    with store.open(BUCKET, "a.txt") as file:
        assert file.read() == b"old"


def test_a_missing_object_is_not_found(store: Store) -> None:
    put(store, "a/b.txt")
    for key in ("x.txt", "a", "a/b.txt/c", "a/x/y"):
        assert store.stat(BUCKET, key) is None
        with pytest.raises(NotFound):
            store.open(BUCKET, key)
        assert store.delete(BUCKET, key) is False


def test_a_folder_is_not_an_object(store: Store) -> None:
    store.make_folder(BUCKET, "a/")
    assert store.stat(BUCKET, "a/") is None
    with pytest.raises(NotFound):
        store.open(BUCKET, "a/")
    with pytest.raises(Invalid):
        store.write(BUCKET, "a/", io.BytesIO(b""))


@pytest.mark.parametrize("store", ["local", "s3"], indirect=True)
def test_a_walk_goes_in_the_order_of_utf8_bytes(store: Store) -> None:
    names = ["a/b.jpg", "a-b.jpg", "a.jpg", "a0", "a/b/c", "b", "A", "é", "图/1", "\U0001f600", "\ufb01", "a b"]
    for name in names:
        put(store, name)
    assert keys(store) == sorted(names, key=str.encode)
    assert keys(store, after="a/a-between") == [name for name in keys(store) if name.encode() > b"a/a-between"]


def test_a_walk_gives_everything_once_and_resumes_after_any_key(store: Store) -> None:
    names = ["a/b.jpg", "a-b.jpg", "a b", "a/b/c/d", "a/b/c/e", "a/b/c-d", "a/z", "a0", "b", "c/d", "图/1", "\ufb01"]
    for name in names:
        put(store, name)
    order = keys(store)
    assert sorted(order) == sorted(names)
    for position, name in enumerate(order):
        assert keys(store, after=name) == order[position + 1 :]


def test_a_walk_keeps_to_its_prefix(store: Store) -> None:
    for name in ("a/b.jpg", "a/c/d.jpg", "ab/c.jpg", "a.jpg"):
        put(store, name)
    assert sorted(keys(store, "a/")) == ["a/b.jpg", "a/c/d.jpg"]
    assert keys(store, "a/c") == ["a/c/d.jpg"]
    assert sorted(keys(store, "a")) == ["a.jpg", "a/b.jpg", "a/c/d.jpg", "ab/c.jpg"]
    assert keys(store, "nothing/here/") == []


def test_folders_are_not_walked_as_objects(store: Store) -> None:
    store.make_folder(BUCKET, "empty/")
    put(store, "full/a.jpg")
    assert keys(store) == ["full/a.jpg"]


def test_a_bucket_that_does_not_exist_is_empty(store: Store) -> None:
    assert list(store.walk("no-such-bucket")) == []
    assert store.list_folder("no-such-bucket").objects == []
    assert store.stat("no-such-bucket", "a") is None


def test_a_folder_is_listed_in_pages(store: Store) -> None:
    objects = [f"f/{number:02}.jpg" for number in range(5)]
    folders = [f"f/{name}/" for name in ("0-early", "02.jpg-sub", "zz")]
    for key in (*objects, *(folder + "x/y.jpg" for folder in folders), "other/a.jpg"):
        put(store, key)
    everything = sorted([*objects, *folders], key=str.encode)
    for limit in (1, 2, 3, 7, 100):
        seen: list[str] = []
        after: str | None = ""
        while after is not None:
            page = store.list_folder(BUCKET, "f/", after, limit)
            found = sorted([*page.folders, *(info.key for info in page.objects)], key=str.encode)
            assert len(found) <= limit
            seen += found
            after = page.next
        assert seen == everything


def test_a_listing_can_be_narrowed_by_the_beginning_of_names(store: Store) -> None:
    for key in ("f/apple.jpg", "f/ape/1.jpg", "f/bee.jpg"):
        put(store, key)
    page = store.list_folder(BUCKET, "f/ap")
    assert page.folders == ["f/ape/"]
    assert [info.key for info in page.objects] == ["f/apple.jpg"]


def test_an_empty_folder_shows_until_it_is_deleted(store: Store) -> None:
    store.make_folder(BUCKET, "new/")
    store.make_folder(BUCKET, "new/")
    assert store.list_folder(BUCKET).folders == ["new/"]
    assert store.list_folder(BUCKET, "new/").objects == []
    assert store.delete(BUCKET, "new/") is True
    assert store.list_folder(BUCKET).folders == []


def test_a_folder_with_something_in_it_is_not_deleted(store: Store) -> None:
    put(store, "full/a.jpg")
    with pytest.raises(Conflict):
        store.delete(BUCKET, "full/")
    assert keys(store) == ["full/a.jpg"]


def test_a_deleted_object_is_gone(store: Store) -> None:
    put(store, "a.jpg")
    assert store.delete(BUCKET, "a.jpg") is True
    assert store.delete(BUCKET, "a.jpg") is False
    assert keys(store) == []


def test_a_folder_cannot_take_the_name_of_an_object(store: Store) -> None:
    put(store, "a")
    with pytest.raises(Conflict):
        store.make_folder(BUCKET, "a/")


def test_odd_names_are_kept_as_they_are(store: Store) -> None:
    names = ["a b.jpg", "a\nb.jpg", "e\u0301.jpg", "\u00e9.jpg", "a%2Fb.jpg", "a+b.jpg", "'\"<&>.jpg"]
    for name in names:
        put(store, name, name.encode())
    assert sorted(keys(store)) == sorted(names)
    for name in names:
        with store.open(BUCKET, name) as file:
            assert file.read() == name.encode()


@pytest.mark.parametrize("key", ["../pictures/a.jpg", "a/../../b", "/etc/passwd", "a\0b", "a//b", "x" * 1025])
def test_a_hostile_key_reaches_nothing(store: Store, key: str) -> None:
    put(store, "a.jpg")
    for attempt in (
        lambda: store.open(BUCKET, key),
        lambda: store.stat(BUCKET, key),
        lambda: store.write(BUCKET, key, io.BytesIO(b"x")),
        lambda: store.delete(BUCKET, key),
    ):
        with pytest.raises(Invalid):
            attempt()
    assert keys(store) == ["a.jpg"]


@pytest.mark.parametrize("bucket", ["..", ".", "", ".incoming", "a/b", "UPPER"])
def test_a_hostile_bucket_reaches_nothing(store: Store, bucket: str) -> None:
    with pytest.raises(Invalid):
        list(store.walk(bucket))
    with pytest.raises(Invalid):
        store.open(bucket, "a")
    with pytest.raises(Invalid):
        store.create_bucket(bucket)


def test_a_server_that_cannot_be_reached_is_a_sentence_not_a_crash() -> None:
    store = S3Store(endpoint="http://127.0.0.1:9", access_key="AK", secret_key="SK", region="us-east-1")
    store._client.meta.events.register("needs-retry.s3", lambda **_ignored: False)
    with pytest.raises(TagoraError, match="cannot be reached"):
        store.stat(BUCKET, "a.jpg")


def test_a_wrong_key_for_the_server_is_a_sentence() -> None:
    from botocore.stub import Stubber

    store = S3Store(endpoint="http://127.0.0.1:9", access_key="AK", secret_key="SK", region="us-east-1")
    with Stubber(store._client) as stub:
        stub.add_client_error("head_object", "403", http_status_code=403)
        with pytest.raises(TagoraError, match="refused"):
            store.stat(BUCKET, "a.jpg")
