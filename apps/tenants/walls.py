"""Behind which tenant's wall the code that runs now stands; on PostgreSQL the database shows nothing beyond it.

This is the second belt. The first is the application's own (`authorize`, `visible_to`); what it forgets, the database
still keeps back. Here it is only said who is meant; the connection (`config.postgres`) tells the database, and only
when it differs from what it was told last. A context variable holds it, so that threads and sockets never share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import TypeVar

Part = TypeVar("Part")

# What the database is told: the key of a tenant, or one of these. With neither a row is shown nor taken.
NOBODY = ""
EVERYBODY = "*"

# What holds where nothing was entered.
OUTERMOST = NOBODY

_wall: ContextVar[str | None] = ContextVar("wall", default=None)

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LONGEST_CLAIM = 12


def told() -> str:
    """What the database has to know before the next statement: a tenant's key, NOBODY or EVERYBODY."""
    wall = _wall.get()
    return OUTERMOST if wall is None else wall


def stands_behind_one() -> bool:
    """Whether one tenant's wall was entered."""
    return told() not in {NOBODY, EVERYBODY}


@contextmanager
def _standing(wall: str) -> Iterator[None]:
    before = _wall.get()
    _wall.set(wall)
    try:
        yield
    finally:
        # Not by token: what began in one context may end in another (a fixture, a generator).
        _wall.set(before)


def behind(tenant_id: int | None) -> AbstractContextManager[None]:
    """For a request, a job, a socket's question: only this tenant's rows, or none. Afterwards all is as before."""
    return _standing(NOBODY if tenant_id is None else str(tenant_id))


def every_tenant(reason: str) -> AbstractContextManager[None]:
    """For the few places that work across tenants; `reason` says why this one must. A test lists them all."""
    assert reason
    return _standing(EVERYBODY)


def enclosed(parts: Iterable[Part], wall: str) -> Iterator[Part]:
    """The same parts, each made behind `wall` (as `told` gave it), whoever asks for them and whenever."""
    remaining = iter(parts)
    while True:
        with _standing(wall):
            try:
                part = next(remaining)
            except StopIteration:
                return
        yield part


def enter(tenant_id: int | None) -> None:
    """From here to the end of what `behind` encloses: it is known now whose rows are meant.

    Whoever works for every tenant goes on to.
    """
    if told() != EVERYBODY:
        _wall.set(NOBODY if tenant_id is None else str(tenant_id))


def claiming(tenant_id: int | None, secret: str) -> str:
    """`secret` with its tenant in front (`2s.secret`), so that the wall is known before anything is looked up.

    The claim is public and proves nothing: behind the wall of a tenant that was claimed in vain there is no such row.
    """
    return secret if tenant_id is None else f"{_short(tenant_id)}.{secret}"


def claimed(text: str) -> int | None:
    """The tenant that a session's key or a token claims; None for one that claims none."""
    head, dot, _secret = text.partition(".")
    if not dot or not head or len(head) > _LONGEST_CLAIM or set(head) - set(_DIGITS):
        return None
    return int(head, 36)


def _short(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
