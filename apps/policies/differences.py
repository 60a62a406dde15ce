"""What changed between two versions of a policy, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from apps.policies.conditions import Condition
from apps.policies.statements import Document, Statement


@dataclass(frozen=True, slots=True)
class Parts:
    """What stands in the one but not in the other of two statements that belong together."""

    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One statement, and where it stands in the old and the new version: from 1, or 0 where it does not."""

    kind: Literal["same", "changed", "added", "removed"]
    old: int
    new: int
    before: Statement | None
    after: Statement | None

    @property
    def gained(self) -> Parts:
        return _beyond(self.after, self.before)

    @property
    def lost(self) -> Parts:
        return _beyond(self.before, self.after)


def diff(old: Document, new: Document) -> tuple[Change, ...]:
    """Every statement of both, in the order of the new version, removed ones where they stood."""
    before, after = old.statements, new.statements
    changes: list[Change] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs = [Change("same", a + i + 1, c + i + 1, before[a + i], after[c + i]) for i in range(b - a)]
            changes.extend(pairs)
        else:
            changes.extend(_replaced(before, after, range(a, b), range(c, d)))
    return tuple(changes)


def _replaced(
    before: tuple[Statement, ...], after: tuple[Statement, ...], olds: range, news: range
) -> Iterator[Change]:
    """A statement belongs to one of the same Sid, else to one of the same effect that shares an action or resource."""
    left = list(olds)
    partners: dict[int, int] = {}
    for new in news:
        likeness = [(_likeness(before[old], after[new]), -old) for old in left]
        if likeness and max(likeness)[0] > 0:
            partners[new] = -max(likeness)[1]
            left.remove(partners[new])
    for old in left:
        yield Change("removed", old + 1, 0, before[old], None)
    for new in news:
        if new in partners:
            partner = partners[new]
            yield Change("changed", partner + 1, new + 1, before[partner], after[new])
        else:
            yield Change("added", 0, new + 1, None, after[new])


def _likeness(one: Statement, other: Statement) -> float:
    if one.sid and one.sid == other.sid:
        return 2.0
    if one.effect != other.effect:
        return 0.5 if set(one.actions) == set(other.actions) else 0.0
    ours, theirs = set(one.actions), set(other.actions)
    return len(ours & theirs) / len(ours | theirs)


def _beyond(one: Statement | None, other: Statement | None) -> Parts:
    if one is None:
        return Parts()
    if other is None:
        return Parts(one.actions, one.resources, one.conditions)
    return Parts(
        tuple(action for action in one.actions if action not in other.actions),
        tuple(resource for resource in one.resources if resource not in other.resources),
        tuple(condition for condition in one.conditions if condition not in other.conditions),
    )
