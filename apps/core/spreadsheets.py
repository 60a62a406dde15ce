"""Lines of comma-separated values for people who open them in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

# A spreadsheet would run a cell that starts like this; a tab in front makes it text.
LIVE_CELL = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class _Echo:
    def write(self, line: str) -> str:
        return line


def as_text(cell: str) -> str:
    return "\t" + cell if cell.startswith(LIVE_CELL) else cell


def csv_lines(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The lines of a file, with the mark that makes spreadsheets read UTF-8, and no cell that they would run."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(head)
    for row in rows:
        yield writer.writerow([as_text(cell) for cell in row])
