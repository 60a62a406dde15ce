"""How a moment is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation


def told(**ago: int) -> str:
    return render_to_string("components/when.html", {"at": timezone.now() - timedelta(**ago)})


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_happened_within_a_minute_is_not_counted(language: str) -> None:
    with translation.override(language):
        assert ">0" not in told(seconds=20)


def test_a_moment_is_told_as_the_time_since() -> None:
    assert "just now" in told(seconds=20)
    assert "just now" not in told(minutes=10, seconds=20)
    assert "10\xa0minutes ago" in told(minutes=10, seconds=20)
