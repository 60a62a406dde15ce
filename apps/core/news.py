"""News for open pages: a lower app announces a topic, the sink (filled by `live`) hears of it after commit."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

Sink = Callable[[str], None]
_sinks: list[Sink] = []


def subscribe(sink: Sink) -> None:
    """Register a sink; it must return at once and never raise."""
    if sink not in _sinks:
        _sinks.append(sink)


def announce(*topics: str) -> None:
    """Say that what a topic (`dataset:ID`, `task:ID`, `job:ID`, `acceptance:ID`, `team:ID`, `mail`) shows has changed.

    News carries no content: an open page asks again for what it shows, with its own rights, so that a
    message that is lost or doubled does no harm. Nothing is sent when the transaction is rolled back.
    """
    if not _sinks:
        return

    def deliver() -> None:
        for topic in topics:
            for sink in _sinks:
                sink(topic)

    transaction.on_commit(deliver)
