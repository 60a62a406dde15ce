"""Nobody hands out more than they may do themselves: what a change would give, held against what the giver has.

Pure: works on policy documents. Where it cannot be sure it says no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from apps.policies.catalogue import Catalogue
from apps.policies.documents import Document, Statement
from apps.policies.patterns import contains
from apps.policies.resources import ANYTHING, covers, split


def given(new: Document | None, old: Document | None = None) -> tuple[Statement, ...]:
    """The statements by which replacing `old` by `new` may widen somebody's rights.

    What is newly allowed, and what was denied and is no longer. A statement that stays widens nothing.
    """
    before = old.statements if old else ()
    after = new.statements if new else ()
    allowed = [one for one in after if one.effect == "Allow" and one not in before]
    freed = [one for one in before if one.effect == "Deny" and one not in after]
    return (*allowed, *freed)


@lru_cache(maxsize=4096)
def meet(first: str, second: str) -> bool:
    """Whether some text fits both patterns."""
    reached = {(0, 0)}
    waiting = [(0, 0)]
    while waiting:
        at, beside = waiting.pop()
        if at == len(first) and beside == len(second):
            return True
        for step in _steps(first, at, second, beside):
            if step not in reached:
                reached.add(step)
                waiting.append(step)
    return False


def _steps(first: str, at: int, second: str, beside: int) -> Iterator[tuple[int, int]]:
    here = first[at] if at < len(first) else ""
    there = second[beside] if beside < len(second) else ""
    if here == "*":
        yield at + 1, beside
        if there:
            yield at, beside + 1
    if there == "*":
        yield at, beside + 1
        if here:
            yield at + 1, beside
    if here and there and "*" not in (here, there) and (here == there or "?" in (here, there)):
        yield at + 1, beside + 1


def _share(first: str, second: str) -> bool:
    """Whether some resource fits both. Part by part: a star never reaches across a colon."""
    return ANYTHING in (first, second) or all(map(meet, split(first), split(second)))


# What these say depends on who asks: a right that the giver has by them is none that somebody else would have.
_OF_THE_SUBJECT = {"g:UserName", "g:UserId", "modelarts:OwnWork"}


def _allows(own: Statement, action: str, resource: str, handed: Statement) -> bool:
    """Whether `own` surely allows `action` on everything that fits `resource`, at least when `handed` would."""
    return (
        own.effect == "Allow"
        and any(contains(pattern, action) for pattern in own.actions)
        and any(covers(pattern, resource) for pattern in own.resources)
        and set(own.conditions) <= set(handed.conditions)
        and not any(condition.key in _OF_THE_SUBJECT for condition in own.conditions)
    )


def _may_deny(own: Statement, action: str, resource: str) -> bool:
    return (
        own.effect == "Deny"
        and any(meet(pattern, action) for pattern in own.actions)
        and any(_share(pattern, resource) for pattern in own.resources)
    )


def first_beyond(own: Sequence[Document], handed: Iterable[Statement], catalogue: Catalogue) -> str:
    """The first action that `handed` gives and `own` does not hold, or "" when all of it is held.

    Wildcards of what is handed out are taken apart into the actions of the catalogue; the pattern itself counts too,
    so that it gives nothing more when the catalogue grows.
    """
    statements = [statement for document in own for statement in document.statements]
    for statement in handed:
        for pattern in statement.actions:
            for action in (pattern, *catalogue.matching(pattern)):
                for resource in statement.resources:
                    if not any(_allows(one, action, resource, statement) for one in statements):
                        return action
                    if any(_may_deny(one, action, resource) for one in statements):
                        return action
    return ""
