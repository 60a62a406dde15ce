"""Pictures of strangers: odd ones work, broken and hostile ones are refused with a reason, and the next one works."""

from __future__ import annotations

import io
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from apps.core.errors import Invalid, NotFound
from apps.storage import picture_pool, pictures
from apps.storage.local import LocalStore
from apps.storage.paths import Location
from apps.storage.picture_pool import PicturePool
from apps.storage.pictures import PictureInfo, probe, probe_object, probe_objects, thumbnail
from tests.storage.drawn import picture, png_of_any_size, zlib_bomb_png


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[PicturePool]:
    """A pool of one child, which no other test has seen."""
    made = PicturePool(1)
    monkeypatch.setattr(pictures, "_pool", lambda: made)
    yield made
    made.close()


def child_of(pool: PicturePool) -> picture_pool._Child:
    child = pool._slots.queue[-1]
    assert child is not None
    return child


def measured(data: bytes, name: str = "") -> PictureInfo:
    return probe(io.BytesIO(data), name=name)


@pytest.mark.parametrize(
    ("mode", "kind", "depth"),
    [
        ("RGB", "JPEG", 3),
        ("L", "JPEG", 1),
        ("CMYK", "JPEG", 4),
        ("RGB", "PNG", 3),
        ("RGBA", "PNG", 4),
        ("LA", "PNG", 2),
        ("L", "PNG", 1),
        ("1", "PNG", 1),
        ("P", "PNG", 3),
        ("I;16", "PNG", 1),
        ("RGB", "BMP", 3),
        ("L", "BMP", 1),
        ("P", "BMP", 3),
        ("1", "BMP", 1),
    ],
)
def test_every_kind_of_picture_is_measured_and_shrunk(mode: str, kind: str, depth: int) -> None:
    data = picture(mode, (640, 480), kind)
    assert measured(data) == PictureInfo(640, 480, depth, kind)
    small = Image.open(io.BytesIO(thumbnail(io.BytesIO(data), 256)))
    assert (small.format, small.size) == ("JPEG", (256, 192))
    # The gradient is still there: dark above, light below, whatever the channels were.
    grey = small.convert("L")
    assert grey.getpixel((128, 8)) < 80 < 170 < grey.getpixel((128, 184))  # type: ignore[operator]


def test_a_progressive_jpeg_works() -> None:
    assert measured(picture(size=(200, 100), progressive=True)) == PictureInfo(200, 100, 3, "JPEG")


def test_transparency_becomes_white() -> None:
    data = io.BytesIO()
    Image.new("RGBA", (300, 300), (255, 0, 0, 0)).save(data, "PNG")
    small = Image.open(io.BytesIO(thumbnail(data, 256)))
    assert small.convert("L").getextrema()[0] > 250


def test_a_turned_picture_keeps_its_stored_grid() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = picture(size=(640, 480), exif=exif)
    info = measured(data)
    assert (info.width, info.height) == (640, 480)
    small = Image.open(io.BytesIO(thumbnail(io.BytesIO(data), 256)))
    assert small.size == (256, 192)
    assert 0x0112 not in small.getexif()


def test_a_picture_of_a_phone_with_a_second_one_behind_it_is_a_jpeg() -> None:
    data = io.BytesIO()
    first = Image.new("RGB", (80, 60), "red")
    first.save(data, "MPO", save_all=True, append_images=[Image.new("RGB", (80, 60), "blue")])
    assert measured(data.getvalue(), "phone.jpg") == PictureInfo(80, 60, 3, "JPEG")


def test_a_small_picture_is_not_blown_up() -> None:
    small = Image.open(io.BytesIO(thumbnail(io.BytesIO(picture(size=(40, 30))), 256)))
    assert small.size == (40, 30)


def test_a_thumbnail_has_one_of_two_sizes() -> None:
    with pytest.raises(Invalid):
        thumbnail(io.BytesIO(picture()), 9999)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_picture_is_refused(kind: str, share: float) -> None:
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    data = io.BytesIO()
    noise.save(data, kind)
    whole = data.getvalue()
    assert measured(whole).format == kind
    with pytest.raises(Invalid, match="damaged or incomplete"):
        measured(whole[: int(len(whole) * share)])


def test_a_picture_damaged_in_the_middle_is_refused() -> None:
    whole = bytearray(picture(size=(300, 300), kind="PNG"))
    middle = whole.index(b"IDAT") + 20
    whole[middle : middle + 8] = b"\xff" * 8
    with pytest.raises(Invalid, match="damaged"):
        measured(bytes(whole))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"BM",
        b"not a picture at all, only text",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"\0" * 4096,
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        measured(data)


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "WEBP"])
def test_another_picture_format_is_refused_by_its_name(kind: str) -> None:
    name = {"WEBP": "WebP"}.get(kind, kind)
    with pytest.raises(Invalid, match=f"{name}.*Convert"):
        measured(picture(kind=kind), "a.jpg")


def test_a_wrong_extension_is_refused_with_the_right_one() -> None:
    with pytest.raises(Invalid, match=r"ends in \.jpg but it is a PNG"):
        measured(picture(kind="PNG"), "folder/cat.JPG")
    assert measured(picture(kind="JPEG"), "folder/cat.JPEG").format == "JPEG"
    assert measured(picture(kind="JPEG"), "no extension").format == "JPEG"


def test_a_file_over_the_limit_is_refused_before_anything_else(pool: PicturePool) -> None:
    with pytest.raises(Invalid, match="at most 25 MB"):
        measured(b"\xff\xd8\xff" + b"\0" * (25 * 1024 * 1024))
    with pytest.raises(Invalid, match="at most"):
        probe(io.BytesIO(picture()), limit_bytes=100)
    assert list(pool._slots.queue) == [None]


@pytest.mark.parametrize(
    ("width", "height"), [(10_001, 10_000), (2**31 - 1, 1), (2**31 - 1, 2**31 - 1), (60_000, 60_000)]
)
def test_a_header_that_promises_too_many_points_is_refused(width: int, height: int) -> None:
    with pytest.raises(Invalid):
        measured(png_of_any_size(width, height))


def test_a_header_without_points_is_refused() -> None:
    with pytest.raises(Invalid):
        measured(png_of_any_size(0, 10))


def test_a_bomb_below_the_limit_of_points_is_decoded_in_the_child(pool: PicturePool) -> None:
    bomb = zlib_bomb_png(6000)
    assert len(bomb) < 200_000
    assert measured(bomb).width == 6000
    assert Image.open(io.BytesIO(thumbnail(io.BytesIO(bomb), 256))).size == (256, 256)


def test_after_a_killed_child_the_next_picture_works(pool: PicturePool) -> None:
    assert measured(picture()).width == 64
    first = child_of(pool)
    os.kill(first.pid, signal.SIGKILL)
    first._process.wait()
    assert measured(picture()).width == 64
    assert child_of(pool).pid != first.pid


def test_a_child_that_hangs_is_killed_and_the_next_picture_works(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = PicturePool(1, seconds=0.3)
    monkeypatch.setattr(pictures, "_pool", lambda: pool)
    started = PicturePool(1)
    started.ask({"job": "probe", "pixels": 10**6}, io.BytesIO(picture()), len(picture()))
    child = child_of(started)
    pool._slots.get()
    pool._slots.put(child)
    os.kill(child.pid, signal.SIGSTOP)
    with pytest.raises(Invalid, match="too long"):
        measured(picture())
    assert not child.is_alive()
    pool._seconds = 20
    assert measured(picture()).width == 64
    pool.close()


def test_a_child_that_dies_over_every_picture_is_reported(pool: PicturePool, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Path(__file__).with_name("dying_worker.py")
    monkeypatch.setattr(picture_pool, "_PROGRAM", program)
    with pytest.raises(Invalid, match="decoding it fails"):
        measured(picture())


def test_a_child_that_answers_nonsense_is_not_believed(pool: PicturePool, monkeypatch: pytest.MonkeyPatch) -> None:
    for line in (b"hello\n", b"[]\n", b'{"bytes": -1}\n', b'{"bytes": 99999999999}\n', b'{"bytes": 0, "width": "x"}\n'):
        with pytest.raises(picture_pool.ChildGone):
            picture_pool._checked_head(line)


def test_the_child_gets_none_of_the_servers_secrets(pool: PicturePool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAGORA_SECRET_KEY", "must-not-travel")
    measured(picture())
    environment = Path(f"/proc/{child_of(pool).pid}/environ")
    if not environment.exists():
        pytest.skip("this system does not show the environment of a process as a file")
    assert b"must-not-travel" not in environment.read_bytes()


def test_many_threads_get_their_own_answers() -> None:
    sizes = [(width, 20) for width in range(20, 60)]
    found: dict[int, int] = {}

    def measure(width: int, data: bytes) -> None:
        found[width] = measured(data).width

    threads = [threading.Thread(target=measure, args=(size[0], picture(size=size))) for size in sizes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {width: width for width, _height in sizes}


def test_a_path_can_be_measured(tmp_path: Path) -> None:
    path = tmp_path / "cat.png"
    path.write_bytes(picture(kind="PNG"))
    assert probe(path) == PictureInfo(64, 48, 3, "PNG")
    assert probe(str(path)).format == "PNG"


def test_objects_are_measured_together_and_refusals_stand_in_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = LocalStore(tmp_path)
    monkeypatch.setattr(pictures, "store", lambda: local)
    local.write("pictures", "good.jpg", io.BytesIO(picture()))
    local.write("pictures", "bad.jpg", io.BytesIO(picture()[:100]))
    assert probe_object(Location("pictures", "good.jpg")).width == 64
    good, bad, missing = probe_objects([Location("pictures", f"{name}.jpg") for name in ("good", "bad", "missing")])
    assert good == PictureInfo(64, 48, 3, "JPEG")
    assert isinstance(bad, Invalid)
    assert isinstance(missing, NotFound)


@given(st.sampled_from(["JPEG", "PNG", "BMP"]), st.data())
@settings(max_examples=150, deadline=None)
def test_a_picture_with_any_bytes_changed_is_measured_or_refused(kind: str, data: st.DataObject) -> None:
    broken = bytearray(picture(size=(40, 30), kind=kind))
    for _change in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    for attempt in (lambda: measured(bytes(broken)), lambda: thumbnail(io.BytesIO(broken), 256)):
        with suppress(Invalid):
            assert attempt()


def test_every_real_picture_has_the_size_that_its_annotation_says() -> None:
    folder = os.environ.get("TAGORA_REALDATA")
    if not folder:
        pytest.skip("no real data: TAGORA_REALDATA names no folder")
    checked = 0
    for annotation in sorted(Path(folder).glob("object_detection_voc_small/*.xml")):
        size = ElementTree.parse(annotation).find("size")
        assert size is not None
        info = probe(annotation.with_suffix(".jpg"))
        assert [info.width, info.height, info.depth] == [int(each.text or "") for each in size]
        checked += 1
    assert checked == 50
