"""The draw: uniform by a hash, without replacement, and the same whoever repeats it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.quality import drawing

KEYS = st.sets(st.integers(min_value=1, max_value=10**9), max_size=200)


@given(seed=st.text(max_size=8), keys=KEYS, count=st.integers(min_value=0, max_value=250))
def test_exactly_as_many_are_drawn_as_asked_for_or_as_there_are(seed: str, keys: set[int], count: int) -> None:
    cut = drawing.cutoff(seed, lambda: keys, count)
    assert sum(drawing.is_drawn(seed, key, cut) for key in keys) == min(count, len(keys))


@given(seed=st.text(max_size=8), keys=KEYS, count=st.integers(min_value=0, max_value=250))
def test_those_with_the_lowest_ranks_are_drawn(seed: str, keys: set[int], count: int) -> None:
    cut = drawing.cutoff(seed, lambda: keys, count)
    lowest = sorted(keys, key=lambda key: drawing.rank(seed, key))[:count]
    assert {key for key in keys if drawing.is_drawn(seed, key, cut)} == set(lowest)


def test_every_key_has_the_same_chance() -> None:
    keys = range(20)
    drawn: Counter[int] = Counter()
    for seed in map(str, range(400)):
        cut = drawing.cutoff(seed, lambda: keys, 5)
        drawn.update(key for key in keys if drawing.is_drawn(seed, key, cut))
    # 400 draws of 5 in 20 are 100 for each key, with a standard deviation of 8.7.
    assert sum(drawn.values()) == 2000
    assert all(60 < drawn[key] < 140 for key in keys)


@pytest.mark.parametrize(
    ("lot", "rate", "size"), [(100, 0.07, 7), (100, 0.071, 8), (3, 0.1, 1), (10, 1.0, 10), (1, 0.01, 1), (0, 0.5, 0)]
)
def test_a_share_is_rounded_up_in_decimal(lot: int, rate: float, size: int) -> None:
    assert drawing.sample_size(lot, rate=rate) == size


@pytest.mark.parametrize(("lot", "number", "size"), [(10, 3, 3), (10, 10, 10), (2, 10, 2)])
def test_a_number_is_capped_by_the_lot(lot: int, number: int, size: int) -> None:
    assert drawing.sample_size(lot, number=number) == size
