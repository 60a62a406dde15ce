"""What `authorize` decided last, for whoever writes down what was done with it.

A service asks and records in one go, in one thread or task, for the same actor: the audit log takes from here which
action was allowed on what, and why, without every service having to hand it on.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from apps.tenants.actors import Actor


@dataclass(frozen=True, slots=True)
class Verdict:
    """`resource` is what policies call the thing, `by` the statement, grant or rule that allowed it."""

    actor: Actor
    action: str
    resource: str
    by: str


_last: ContextVar[Verdict | None] = ContextVar("tagora_last_verdict", default=None)


def note(actor: Actor, action: str, resource: str, by: str) -> None:
    _last.set(Verdict(actor, action, resource, by))


def noted(actor: Actor) -> Verdict | None:
    """The last decision, if it was about this very actor: one of an earlier request was about another."""
    verdict = _last.get()
    return verdict if verdict is not None and verdict.actor is actor else None
