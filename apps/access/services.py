"""The one door: may this actor do this, and if not, why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from apps.access.actions import GRANTED_BY, Action
from apps.access.selectors import holds_grant
from apps.core.errors import Denied, NotFound
from apps.tenants.actors import Actor

Allows = TypeVar("Allows", bound=Callable[[Actor, Any], bool])
Refuses = TypeVar("Refuses", bound=Callable[[Actor, Any], str | None])

_allowing: dict[Action, list[Callable[[Actor, Any], bool]]] = defaultdict(list)
_refusing: dict[Action, list[Callable[[Actor, Any], str | None]]] = defaultdict(list)


def grants(*actions: Action) -> Callable[[Allows], Allows]:
    """Registers a rule of an app's `policies.py` that is a further way to be allowed: `(actor, object) -> bool`."""

    def register(rule: Allows) -> Allows:
        for action in actions:
            _allowing[action].append(rule)
        return rule

    return register


def forbids(*actions: Action) -> Callable[[Refuses], Refuses]:
    """Registers a rule that refuses even an admin: `(actor, object) -> reason or None`."""

    def register(rule: Refuses) -> Refuses:
        for action in actions:
            _refusing[action].append(rule)
        return rule

    return register


def _foreign(actor: Actor, obj: Any) -> bool:
    owner = getattr(obj, "tenant_id", None)
    return owner is not None and (actor.tenant is None or actor.tenant.pk != owner)


def _decide(actor: Actor, action: Action, obj: Any) -> str | None:
    for rule in _refusing[action]:
        reason = rule(actor, obj)
        if reason:
            return reason
    if actor.is_admin:
        return None
    if any(rule(actor, obj) for rule in _allowing[action]):
        return None
    grant = GRANTED_BY.get(action)
    if obj is not None and grant and holds_grant(actor, obj, grant):
        return None
    return _("You may not do this (%(action)s). Ask an admin of the tenant to allow it.") % {"action": action.value}


def authorize(actor: Actor, action: Action, obj: Any = None) -> None:
    """Returns when `actor` may do `action` on `obj`; otherwise raises.

    NotFound for a visitor or for an object of another tenant (as if it did not exist), Denied with the reason else.
    """
    if (actor.person is None and not actor.is_system) or actor.tenant is None or _foreign(actor, obj):
        raise NotFound(_("There is no such thing."))
    reason = _decide(actor, action, obj)
    if reason:
        raise Denied(reason)


def refusal(actor: Actor, action: Action, obj: Any = None) -> str | None:
    """Why `authorize` would refuse, or None: greys out the button that stands for the action."""
    try:
        authorize(actor, action, obj)
    except (Denied, NotFound) as error:
        return str(error)
    return None
