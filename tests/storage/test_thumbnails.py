"""The disk cache of thumbnails stays below its limit and never stands in the way."""

from __future__ import annotations

import os
from pathlib import Path

from apps.storage.thumbnails import ThumbnailCache


def test_what_was_used_last_stays_when_room_is_made(tmp_path: Path) -> None:
    cache = ThumbnailCache(tmp_path, limit_bytes=1000)
    for number in range(10):
        cache.put(str(number), bytes(200))
        os.utime(cache._path(str(number)), (1000 + number,) * 2)
    assert cache.get("0") is not None
    cache.sweep()
    kept = [number for number in range(10) if cache._path(str(number)).exists()]
    assert kept == [0, 7, 8, 9]


def test_the_cache_sweeps_by_itself(tmp_path: Path) -> None:
    cache = ThumbnailCache(tmp_path, limit_bytes=10_000)
    for number in range(1100):
        cache.put(str(number), bytes(100))
    total = sum(path.stat().st_size for path in tmp_path.glob("*/*"))
    assert total <= 10_000 + 500 * 100


def test_a_folder_that_cannot_be_written_refuses_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = ThumbnailCache(tmp_path / "file", limit_bytes=1000)
    cache.put("a", b"data")
    assert cache.get("a") is None


def test_no_unfinished_file_is_left(tmp_path: Path) -> None:
    cache = ThumbnailCache(tmp_path, limit_bytes=1000)
    cache.put("a", b"data")
    assert cache.get("a") == b"data"
    assert [path.suffix for path in tmp_path.glob("*/*")] == [""]
