"""What higher apps do when a person joins a team or leaves it: they register here, teams call."""

from __future__ import annotations

from collections.abc import Callable

from apps.teams.models import Member

Listener = Callable[[Member], None]
_joined: list[Listener] = []
_left: list[Listener] = []


def on_join(listener: Listener) -> Listener:
    """Call `listener(member)` in the transaction in which `member.person` becomes known."""
    _joined.append(listener)
    return listener


def on_leave(listener: Listener) -> Listener:
    """Call `listener(member)` in the transaction in which the member is deleted."""
    _left.append(listener)
    return listener


def joined(member: Member) -> None:
    for listener in _joined:
        listener(member)


def left(member: Member) -> None:
    for listener in _left:
        listener(member)
