"""Acting for another tenant: what a session remembers, and who turns it into an actor. Apps above register how."""

from __future__ import annotations

from collections.abc import Callable

from apps.tenants.actors import Actor

# Where a session keeps as whom its person acts: `kind:id`.
ACTING = "acting"
StandIn = Callable[[Actor, str], Actor | None]
_stand_ins: dict[str, StandIn] = {}


def stands_in(kind: str) -> Callable[[StandIn], StandIn]:
    """Registers a function that answers the actor which the person is under this id, or None when it has ended."""

    def register(stand_in: StandIn) -> StandIn:
        _stand_ins[kind] = stand_in
        return stand_in

    return register


Assume = Callable[[Actor, str, str], tuple[str, Actor]]
_assume: list[Assume] = []


def assumes(begin: Assume) -> Assume:
    """Registers what begins to act under an agency: `(actor, tenant's name, agency's name) -> (acting, actor)`."""
    _assume.append(begin)
    return begin


def assume(actor: Actor, domain: str, name: str) -> tuple[str, Actor]:
    """What to remember, and the actor under the agency. NotFound where there is none that the actor may use."""
    return _assume[0](actor, domain, name)


def acting_as(actor: Actor, acting: str) -> Actor:
    """The actor that `acting` makes of the signed-in one; the same actor where it has ended or names nothing."""
    kind, _colon, public_id = acting.partition(":")
    stand_in = _stand_ins.get(kind)
    if stand_in is None or actor.person is None:
        return actor
    return stand_in(actor, public_id) or actor
