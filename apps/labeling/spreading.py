"""Who gets which sample: evenly, at random, and never the same person twice for one sample; who has too much (pure)."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, MutableMapping
from random import Random
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)


def spread(
    items: Iterable[Item],
    loads: MutableMapping[int, int],
    *,
    each: int,
    random: Random,
    taken: Mapping[Item, Collection[int]] | None = None,
) -> Iterator[tuple[Item, int]]:
    """Pairs of item and person: each item goes to `each` distinct people, those who have least to do first.

    `loads` maps people to what they have to do already and is counted up. Ties are broken at random, which
    makes the hand-out random while no two people ever differ by more than one item that either could take.
    `taken` names people who may not get an item. An item gets fewer people when there are not enough.
    """
    for item in items:
        barred = taken.get(item, ()) if taken else ()
        free = [(load, random.random(), person) for person, load in loads.items() if person not in barred]
        for _load, _tie, person in heapq.nsmallest(each, free):
            loads[person] += 1
            yield item, person


def surplus(loads: Mapping[int, int]) -> dict[int, int]:
    """How much each person has above an equal share, negative for what they lack; all of it adds up to 0.

    Shares differ by one at most; the larger ones are left to those who have most, so that the least is moved.
    """
    if not loads:
        return {}
    share, rest = divmod(sum(loads.values()), len(loads))
    busiest_first = sorted(loads, key=lambda person: (-loads[person], person))
    return {person: loads[person] - share - (place < rest) for place, person in enumerate(busiest_first)}
