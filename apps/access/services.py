"""The one door: may this actor do this, and if not, why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from apps.access.actions import GRANTED_BY, Action
from apps.access.resources import Resource, request_context, resource_of, unborn
from apps.access.rights import policies_of
from apps.access.selectors import holds_grant
from apps.access.verdicts import note
from apps.core.errors import Denied, NotFound
from apps.policies.evaluation import Decision, Question
from apps.policies.resources import ANYTHING
from apps.tenants.actors import Actor

Allows = TypeVar("Allows", bound=Callable[[Actor, Any], bool])
Refuses = TypeVar("Refuses", bound=Callable[[Actor, Any], str | None])

_allowing: dict[str, list[Callable[[Actor, Any], bool]]] = defaultdict(list)
_refusing: dict[str, list[Callable[[Actor, Any], str | None]]] = defaultdict(list)
# An admin can always mend a policy that shuts everybody out.
_NEVER_SHUT_OUT = "iam:"


@dataclass(frozen=True)
class Ruling:
    """Whether, by what ("policy", "grant", "rule", "admin", "bounds" or nothing) and, for people, why not.

    `policy` and `statement` (from 1) name the deciding statement where a policy decided.
    """

    allowed: bool
    by: str = ""
    reason: str = ""
    policy: str = ""
    statement: int = 0
    resource: str = "*"

    def __str__(self) -> str:
        """By what it was decided, in few letters: `policy readers 2`, `grant`, `admin`."""
        return f"{self.by} {self.policy} {self.statement}" if self.policy else self.by


class Refused(Denied):
    """What `authorize` refused: the action, and the ruling with the resource and the deciding statement."""

    def __init__(self, action: Action, ruling: Ruling, reason: str = "") -> None:
        super().__init__(reason or ruling.reason)
        self.action = action
        self.ruling = ruling


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


def _denied_by(decision: Decision, action: str, resource: str) -> Ruling:
    reason = _("The policy '%(policy)s' (statement %(number)s) denies %(action)s. Ask an admin of the tenant.") % {
        "policy": decision.policy,
        "number": decision.statement,
        "action": action,
    }
    return Ruling(False, "policy", reason, decision.policy, decision.statement, resource)


def _by_policies(actor: Actor, action: str, question: Question) -> Ruling | None:
    """What the actor's bounds and policies say; None when they say nothing."""
    if actor.bounds is not None:
        bound = actor.bounds.decide(question)
        if not bound.allowed:
            reason = _("You act with limited rights (%(by)s) that do not hold %(action)s.") % {
                "by": actor.agency or actor.credential,
                "action": action,
            }
            return Ruling(False, "bounds", reason, bound.policy, bound.statement, question.resource)
        if actor.agency:
            return Ruling(True, "bounds", "", bound.policy, bound.statement, question.resource)
    decision = policies_of(actor).decide(question)
    if decision.effect == "Deny" and not (actor.is_admin and action.startswith(_NEVER_SHUT_OUT)):
        return _denied_by(decision, action, question.resource)
    if decision.allowed:
        return Ruling(True, "policy", "", decision.policy, decision.statement, question.resource)
    return None


def explain(actor: Actor, action: str, obj: Any = None) -> Ruling:
    """What `authorize` would answer, and by what. `obj` is a row, a `Resource`, or nothing in particular.

    `action` is an Action, or the name of one of the catalogue that no feature asks for yet.
    """
    for rule in _refusing.get(action, ()):
        reason = rule(actor, obj)
        if reason:
            return Ruling(False, "rule", reason)
    if actor.is_system:
        return Ruling(True, "admin")
    resource = Resource("*", {})
    if not actor.is_worker:
        resource = resource_of(actor, obj)
        if resource.name == ANYTHING:
            resource = Resource(unborn(action, actor.tenant), resource.context)
        question = Question(action, resource.name, {**request_context(actor), **resource.context})
        ruling = _by_policies(actor, action, question)
        if ruling is not None:
            return ruling
    if actor.is_admin:
        return Ruling(True, "admin", resource=resource.name)
    if any(rule(actor, obj) for rule in _allowing.get(action, ())):
        return Ruling(True, "rule", resource=resource.name)
    grant = GRANTED_BY.get(action)
    if obj is not None and grant and holds_grant(actor, obj, grant):
        return Ruling(True, "grant", resource=resource.name)
    reason = _("You may not do this (%(action)s). Ask an admin of the tenant to allow it.") % {"action": action}
    return Ruling(False, "", reason, resource=resource.name)


def authorize(actor: Actor, action: Action, obj: Any = None) -> None:
    """Returns when `actor` may do `action` on `obj`; otherwise raises.

    NotFound for a visitor or for an object of another tenant (as if it did not exist), Refused with the reason else.
    """
    if (actor.person is None and not actor.is_system) or actor.tenant is None or _foreign(actor, obj):
        raise NotFound(_("There is no such thing."))
    ruling = explain(actor, action, obj)
    if not ruling.allowed:
        raise Refused(action, ruling)
    note(actor, action.value, ruling.resource, str(ruling))


def refusal(actor: Actor, action: Action, obj: Any = None) -> str | None:
    """Why `authorize` would refuse, or None: greys out the button that stands for the action."""
    try:
        authorize(actor, action, obj)
    except (Denied, NotFound) as error:
        return str(error)
    return None
