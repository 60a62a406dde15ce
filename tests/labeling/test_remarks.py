"""What the server says of an answer is told in the reader's language, what people say as they said it."""

from __future__ import annotations

import pytest

from apps.labeling import remarks


def test_only_remarks_of_the_server_are_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remarks, "gettext", str.upper)
    assert remarks.worded(remarks.WITH_ITS_LOT) == remarks.WITH_ITS_LOT.upper()
    assert remarks.worded(remarks.ALL_LABELS_DELETED) == remarks.ALL_LABELS_DELETED.upper()
    assert remarks.worded("Delete") == "Delete"
    assert remarks.worded("") == ""
