"""A random draw without replacement that anybody can repeat: by rank of a hash of seed and key (pure)."""

from __future__ import annotations

import hashlib
import heapq
from array import array
from collections.abc import Callable, Iterable
from decimal import Decimal
from math import ceil

HIGHEST = 2**256 - 1
NONE = -1
"""The cutoff that draws nothing."""

_BUCKET_BITS = 16
_SHIFT = 256 - _BUCKET_BITS


def rank(seed: str, key: int) -> int:
    """Where a key stands in the draw, 0 to 2**256-1: SHA-256 of `seed:key`. The lowest ranks are drawn."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{key}".encode()).digest(), "big")


def cutoff(seed: str, keys: Callable[[], Iterable[int]], count: int) -> int:
    """The highest rank that is drawn when `count` of the keys are; `HIGHEST` when there are no more than that.

    `keys` is called twice and must give the same keys. Memory does not grow with their number: the first pass
    counts ranks by their leading bits, the second looks only at the bucket in which the last drawn rank lies.
    """
    if count <= 0:
        return NONE
    buckets = array("Q", bytes(8 << _BUCKET_BITS))
    for key in keys():
        buckets[rank(seed, key) >> _SHIFT] += 1
    below = 0
    for bucket, size in enumerate(buckets):
        if below + size >= count:
            within = (rank(seed, key) for key in keys())
            return heapq.nsmallest(count - below, (each for each in within if each >> _SHIFT == bucket))[-1]
        below += size
    return HIGHEST


def is_drawn(seed: str, key: int, cut: int) -> bool:
    return rank(seed, key) <= cut


def sample_size(lot_size: int, *, rate: float | None = None, number: int | None = None) -> int:
    """How many of a lot are drawn: a share of it rounded up, or `number`; never more than there are.

    The share is taken in decimal: 7 % of 100 are 7, not the 8 that binary fractions would round up to.
    """
    if rate is not None:
        return min(lot_size, ceil(Decimal(repr(rate)) * lot_size))
    return min(lot_size, number or 0)
