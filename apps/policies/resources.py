"""Resources: `service:region:tenant:type:id`, and which statements speak of one, found without asking each."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Generic, TypeVar

from apps.policies.patterns import Matcher, contains, is_wild, matcher

Rule = TypeVar("Rule")
Parts = list[str]
PARTS = 5
ANYTHING = "*"


def split(resource: str) -> Parts:
    """The five parts of a resource; the id may hold colons. ValueError for what is none."""
    parts = resource.split(":", PARTS - 1)
    if len(parts) < PARTS:
        raise ValueError(f"'{resource}' is no resource: service:region:tenant:type:id")
    return parts


def covers(wider: str, narrower: str) -> bool:
    """Whether one pattern speaks of everything that the other does. Part by part: no star reaches over a colon."""
    if ANYTHING in (wider, narrower):
        return wider == ANYTHING
    return all(map(contains, split(wider), split(narrower)))


Key = str | tuple[str, ...]
# Rules by what tells them apart, in order.
Bucket = dict[Hashable, Rule]


@dataclass
class _Shape(Generic[Rule]):
    """Patterns that are written out in the same places, so that one look into a dict finds all that fit.

    `length` is that of the id's beginning, for `bucket/folder/*`; None where the id is written out or a star.
    """

    pick: Callable[[Parts], Key] | None
    length: int | None
    table: dict[Key, Bucket[Rule]] = field(default_factory=dict)

    def key(self, parts: Parts) -> Key:
        start = () if self.pick is None else self.pick(parts)
        if self.length is None:
            return start
        return (*((start,) if isinstance(start, str) else start), parts[-1][: self.length])


class Index(Generic[Rule]):
    """The rules of one action by the resources that they speak of, each kind of pattern in a table of its own."""

    def __init__(self) -> None:
        self.everywhere: Bucket[Rule] = {}
        self._shapes: dict[tuple[tuple[int, ...], int | None], _Shape[Rule]] = {}
        self._odd: dict[str, tuple[tuple[tuple[int, Matcher], ...], Bucket[Rule]]] = {}

    def bucket(self, pattern: str) -> Bucket[Rule]:
        """The rules of a pattern, to be added to."""
        if pattern == ANYTHING:
            return self.everywhere
        parts = split(pattern)
        beginning = _beginning(parts[-1])
        if any(is_wild(part) and part != ANYTHING for part in parts[:-1]) or beginning is None:
            tests = tuple((place, matcher(part)) for place, part in enumerate(parts) if part != ANYTHING)
            return self._odd.setdefault(pattern, (tests, {}))[1]
        written = tuple(place for place, part in enumerate(parts) if not is_wild(part))
        length = len(beginning) if beginning else None
        shape = self._shapes.get((written, length))
        if shape is None:
            shape = _Shape(itemgetter(*written) if written else None, length)
            self._shapes[written, length] = shape
        return shape.table.setdefault(shape.key(parts), {})

    def about(self, parts: Parts | None) -> Iterator[Bucket[Rule]]:
        """The buckets of rules that speak of a resource; of none in particular where that is None."""
        if self.everywhere:
            yield self.everywhere
        if parts is None:
            return
        for shape in self._shapes.values():
            if found := shape.table.get(shape.key(parts)):
                yield found
        for tests, rules in self._odd.values():
            if all(test(parts[place]) for place, test in tests):
                yield rules


def _beginning(pattern: str) -> str | None:
    """What stands before a star at the end; nothing for no wildcard or a lone star, None for any other."""
    if not is_wild(pattern) or pattern == ANYTHING:
        return ""
    return pattern[:-1] if pattern.endswith(ANYTHING) and not is_wild(pattern[:-1]) else None
