"""Lines of files of any size: where each begins, and that none is held in memory."""

import io
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from apps.formats.lines import BoundedLines
from apps.formats.manifest import read_manifest
from apps.formats.records import Problem


@given(st.lists(st.text("ab", max_size=12), max_size=8), st.sampled_from(["\n", "\r\n"]), st.integers(0, 8))
def test_reading_can_go_on_at_the_offset_of_any_line(texts, newline, stop):
    data = newline.join(texts).encode()
    whole = list(BoundedLines(io.BytesIO(data), limit=5))
    first = BoundedLines(io.BytesIO(data), limit=5)
    head = list(islice(first, stop))
    rest = io.BytesIO(data)
    rest.seek(first.offset)
    assert head + list(BoundedLines(rest, offset=first.offset, limit=5)) == whole


def test_a_long_line_is_never_held_in_memory():
    class Endless(io.RawIOBase):
        """A hundred megabytes without a line end."""

        def __init__(self):
            self.given = 0
            self.largest = 0

        def readable(self):
            return True

        def readline(self, size=-1):
            assert size > 0
            self.largest = max(self.largest, size)
            self.given += size
            return b"x" * size if self.given < 100_000_000 else b"x\n"

    file = Endless()
    ((_, found),) = read_manifest(islice(BoundedLines(file), 1))
    assert isinstance(found, Problem)
    assert found.code == "line_too_long"
    assert file.largest < 2_000_000
