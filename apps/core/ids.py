"""Identifiers: random public ids, and time-ordered UUIDs whose order is the order of creation."""

from __future__ import annotations

import os
import secrets
import threading
import time
import uuid

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def public_id() -> str:
    """20 lower-case letters and digits (103 bits): the contract's form for data sets, versions, tasks and teams."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(20))


def hex_id() -> str:
    """32 hexadecimal digits, the form the wire contract gives members and samples."""
    return uuid.uuid4().hex


class OrderedIds:
    """UUIDs of version 7 (RFC 9562, method 1: a counter below the millisecond), strictly rising within a process.

    Time order keeps inserts at the right edge of every index and makes "by creation" a keyset on the primary key.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> uuid.UUID:
        return self.take(1)[0]

    def take(self, count: int) -> list[uuid.UUID]:
        """`count` rising ids: 48 bits of milliseconds, 42 bits of counter with a random start, 32 random bits."""
        with self._lock:
            start = max((time.time_ns() // 1_000_000) << 42 | int.from_bytes(os.urandom(4), "big"), self._last + 1)
            self._last = start + count - 1
        noise = os.urandom(4 * count)
        ids = []
        for index in range(count):
            value = start + index
            milliseconds, counter = value >> 42, value & ((1 << 42) - 1)
            number = (
                milliseconds << 80
                | 7 << 76
                | (counter >> 30) << 64
                | 2 << 62
                | (counter & ((1 << 30) - 1)) << 32
                | int.from_bytes(noise[4 * index : 4 * index + 4], "big")
            )
            ids.append(uuid.UUID(int=number))
        return ids


ordered_ids = OrderedIds()


def ordered_id() -> uuid.UUID:
    """One time-ordered UUID; default of primary keys."""
    return ordered_ids.next()


def id_at(milliseconds: int) -> uuid.UUID:
    """The smallest time-ordered UUID of a moment: turns a time filter into a range of the primary key.

    Moments before 1970 and beyond the 48 bits of milliseconds (the year 10889) give the first and the last one.
    """
    return uuid.UUID(int=min(max(milliseconds, 0), 2**48 - 1) << 80 | 7 << 76 | 2 << 62)
