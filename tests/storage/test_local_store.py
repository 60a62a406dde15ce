"""Folders of this machine: links, strange files, killed writers."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest

from apps.core.errors import Conflict, NotFound
from apps.storage.local import LocalStore


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key.txt").write_text("secret")
    (tmp_path / "buckets" / "mine").mkdir(parents=True)
    (tmp_path / "buckets" / "theirs").mkdir()
    (tmp_path / "buckets" / "theirs" / "a.txt").write_text("theirs")
    return tmp_path / "buckets"


@pytest.mark.parametrize("target", ["../../secret/key.txt", "../theirs/a.txt", "/etc/passwd", "inside.txt"])
def test_a_link_to_a_file_is_reported_and_never_followed(root: Path, target: str) -> None:
    store = LocalStore(root)
    (root / "mine" / "inside.txt").write_text("inside")
    (root / "mine" / "link.txt").symlink_to(target)
    assert store.stat("mine", "link.txt") is None
    with pytest.raises(NotFound):
        store.open("mine", "link.txt")
    found = {info.key: str(info.problem) for info in store.walk("mine")}
    assert found["inside.txt"] == ""
    assert "link" in found["link.txt"]
    assert [store.is_unusable("mine", key) for key in ("link.txt", "inside.txt", "absent.txt", "no/such.txt")] == [
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize("target", ["../../secret", "../theirs", "/etc"])
def test_a_link_to_a_folder_is_never_entered(root: Path, target: str) -> None:
    store = LocalStore(root)
    (root / "mine" / "out").symlink_to(target)
    inside = os.listdir(root / "mine" / "out")[0]
    assert store.stat("mine", f"out/{inside}") is None
    assert list(store.walk("mine", "out/")) == []
    assert [info.key for info in store.walk("mine")] == ["out"]
    with pytest.raises(Conflict):
        store.write("mine", "out/planted.txt", io.BytesIO(b"x"))
    assert store.delete("mine", f"out/{inside}") is False
    assert os.listdir(root / "mine" / "out")


def test_a_bucket_that_is_a_link_is_not_entered(root: Path) -> None:
    (root / "linked").symlink_to("theirs")
    store = LocalStore(root)
    assert store.stat("linked", "a.txt") is None
    assert list(store.walk("linked")) == []


def test_writing_over_a_link_replaces_the_link_and_not_its_target(root: Path) -> None:
    (root / "mine" / "link.txt").symlink_to("../../secret/key.txt")
    LocalStore(root).write("mine", "link.txt", io.BytesIO(b"new"))
    assert (root.parent / "secret" / "key.txt").read_text() == "secret"
    assert (root / "mine" / "link.txt").read_text() == "new"


def test_a_named_pipe_is_reported_and_nobody_waits_for_it(root: Path) -> None:
    os.mkfifo(root / "mine" / "pipe.jpg")
    store = LocalStore(root)
    with pytest.raises(NotFound):
        store.open("mine", "pipe.jpg")
    (info,) = store.walk("mine")
    assert info.problem


def test_a_name_that_is_not_utf8_is_reported_and_the_rest_goes_on(root: Path) -> None:
    folder = os.fsencode(root / "mine")
    for name in (b"\xb0\xa1.jpg", b"a.jpg", "中.jpg".encode()):
        with open(os.path.join(folder, name), "wb"):
            pass
    os.mkdir(os.path.join(folder, b"\xff"))
    with open(os.path.join(folder, b"\xff", b"b.jpg"), "wb"):
        pass
    store = LocalStore(root)
    found = {info.key: bool(info.problem) for info in store.walk("mine")}
    assert found == {"a.jpg": False, "中.jpg": False, "\\xb0\\xa1.jpg": True, "\\xff/b.jpg": True}
    # Resuming after a reported name loses nothing.
    order = list(found)
    for position, key in enumerate(order):
        assert [info.key for info in store.walk("mine", after=key)] == order[position + 1 :]


def test_a_path_too_long_for_a_key_is_reported(root: Path) -> None:
    folder = root / "mine" / ("d" * 250) / ("d" * 250) / ("d" * 250) / ("d" * 250)
    folder.mkdir(parents=True)
    (folder / ("f" * 100)).write_text("x")
    (info,) = LocalStore(root).walk("mine")
    assert "1024" in str(info.problem)


def test_a_file_put_there_by_hand_is_an_object(root: Path) -> None:
    (root / "mine" / "sub").mkdir()
    (root / "mine" / "sub" / "by hand.jpg").write_bytes(b"x")
    store = LocalStore(root)
    assert [info.key for info in store.walk("mine")] == ["sub/by hand.jpg"]
    with store.open("mine", "sub/by hand.jpg") as file:
        assert file.read() == b"x"


def test_a_failed_write_leaves_the_old_bytes_and_no_rest(root: Path) -> None:
    class Broken(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            raise RuntimeError("the sender went away")

    store = LocalStore(root)
    store.write("mine", "a.txt", io.BytesIO(b"old"))
    with pytest.raises(RuntimeError):
        store.write("mine", "a.txt", Broken())  # type: ignore[arg-type]
    assert (root / "mine" / "a.txt").read_bytes() == b"old"
    assert os.listdir(root / ".incoming") == []


def test_rests_of_killed_writers_are_cleared_after_a_day(root: Path) -> None:
    incoming = root / ".incoming"
    incoming.mkdir()
    for name, age in (("old", 2 * 86400), ("new", 60)):
        (incoming / name).write_bytes(b"x")
        os.utime(incoming / name, (time.time() - age,) * 2)
    LocalStore(root).write("mine", "a.txt", io.BytesIO(b"x"))
    assert os.listdir(incoming) == ["new"]


def test_an_object_in_the_way_of_a_folder_is_a_conflict(root: Path) -> None:
    store = LocalStore(root)
    store.write("mine", "a", io.BytesIO(b"x"))
    with pytest.raises(Conflict):
        store.write("mine", "a/b", io.BytesIO(b"x"))
    store.make_folder("mine", "folder/")
    with pytest.raises(Conflict):
        store.write("mine", "folder", io.BytesIO(b"x"))


def test_an_abandoned_walk_leaves_no_open_handle(root: Path) -> None:
    store = LocalStore(root)
    for number in range(3):
        store.write("mine", f"a/{number}/x.txt", io.BytesIO(b"x"))
    before = len(os.listdir("/dev/fd"))
    walk = store.walk("mine")
    next(walk)
    walk.close()  # type: ignore[attr-defined]
    assert len(os.listdir("/dev/fd")) == before
