"""Asking as somebody else: may this user do this, and why; and what a changed policy would have decided otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from apps.access.resources import Resource, request_context, resource_of
from apps.access.services import Ruling, explain
from apps.audit.models import AuditEvent
from apps.core.errors import Invalid
from apps.iam.selectors.policies import SYSTEM, AnyPolicy, holding
from apps.iam.selectors.things import row_named
from apps.policies.documents import Document
from apps.policies.evaluation import Decision, PolicySet, Question
from apps.tenants.actors import Actor
from apps.tenants.models import Project, TenantUser

MOST_REPLAYED = 1000


@dataclass(frozen=True)
class Answer:
    """`ruling` with the policy that decided, where one did, and the number of its statement."""

    ruling: Ruling
    policy: AnyPolicy | None = None

    @property
    def statement(self) -> Any:
        if self.policy is None or not self.ruling.statement:
            return None
        return self.policy.document.statements[self.ruling.statement - 1]


def acting_as(user: TenantUser, project: Project | None, *, source_ip: str = "", mfa: bool = False) -> Actor:
    """The user as they would come in by a browser."""
    return Actor(
        person=user.person,
        tenant=user.tenant,
        project=project,
        is_admin=user.is_admin,
        source_ip=source_ip,
        mfa=mfa,
        credential="session",
    )


def simulate(
    actor: Actor,
    user: TenantUser,
    *,
    action: str,
    resource: str = "*",
    project: Project | None = None,
    source_ip: str = "",
    context: Mapping[str, Any] | None = None,
) -> Answer:
    """What `authorize` would answer the user. `context` overrides condition keys: time, tags, type, own work.

    Policies, grants and the rules of the apps are asked as in a real request; a resource that exists in the tenant is
    taken with its own type and tags.
    """
    if not user.person.is_active:
        return Answer(Ruling(False, "rule", _("The user is disabled."), resource=resource))
    subject = acting_as(user, project, source_ip=source_ip)
    row: Any = row_named(user.tenant, resource) if resource != "*" else None
    own = resource_of(subject, row).context if row is not None else {}
    asked = Resource(resource, {**own, **(context or {})})
    if row is not None:
        row.resource = asked
    try:
        ruling = explain(subject, action, row if row is not None else asked)
    except ValueError:
        raise Invalid(_("A resource has five parts: service:region:tenant:type:ID."), field="resource") from None
    return Answer(ruling, _policy_named(actor, user, project, ruling.policy))


def _policy_named(actor: Actor, user: TenantUser, project: Project | None, name: str) -> AnyPolicy | None:
    held = {policy.name: policy for _row, policy in holding(actor, user.person, project)}
    return held.get(name) or next((one for one in SYSTEM.values() if one.name == name), None)


# ---------------------------------------------------------------- replaying the audit log


@dataclass(frozen=True)
class Difference:
    """One request that would turn out otherwise."""

    event: AuditEvent
    before: bool
    after: bool
    decision: Decision


@dataclass
class Replay:
    """Every request that was looked at, and by user those that a changed policy would decide otherwise."""

    asked: int = 0
    by_user: dict[str, list[Difference]] = field(default_factory=dict)

    @property
    def differences(self) -> int:
        return sum(map(len, self.by_user.values()))


@dataclass(frozen=True)
class _Subject:
    user: TenantUser
    actor: Actor
    before: PolicySet
    after: PolicySet


def replay(actor: Actor, policy: AnyPolicy, changed: Document, *, most: int = MOST_REPLAYED) -> Replay:
    """What the last requests of those who have the policy would have come to, had it said `changed` instead."""
    subjects = {subject.user.person.public_id: subject for subject in _subjects(actor, policy, changed)}
    found = Replay()
    assert actor.tenant is not None
    events = AuditEvent.objects.filter(tenant_id=actor.tenant.pk, user_id__in=subjects).exclude(action="")
    for event in events.order_by("-id")[:most]:
        found.asked += 1
        difference = _asked_again(subjects[event.user_id], event)
        if difference is not None:
            found.by_user.setdefault(event.user_name, []).append(difference)
    return found


def _subjects(actor: Actor, policy: AnyPolicy, changed: Document) -> Iterator[_Subject]:
    rows = policy.attachments.filter(tenant=actor.tenant)
    users = TenantUser.objects.filter(tenant=actor.tenant).select_related("person", "tenant")
    direct = users.filter(person__in=rows.filter(person__isnull=False).values("person"))
    by_group = users.filter(person__groups__in=rows.filter(group__isnull=False).values("group__holder"))
    for user in {user.pk: user for user in (*direct, *by_group)}.values():
        held = [one for _row, one in holding(actor, user.person, actor.project)]
        before = PolicySet((one.name, one.document) for one in held)
        after = PolicySet((one.name, changed if one.row == policy.row else one.document) for one in held)
        yield _Subject(user, acting_as(user, actor.project), before, after)


def _asked_again(subject: _Subject, event: AuditEvent) -> Difference | None:
    row = row_named(subject.user.tenant, event.target)
    context = {
        **request_context(subject.actor),
        **(resource_of(subject.actor, row).context if row is not None else {}),
        "g:CurrentTime": event.at,
        "g:SourceIp": event.source_ip,
    }
    question = Question(event.action, event.target if event.target.count(":") >= 4 else "*", context)
    before, after = subject.before.decide(question), subject.after.decide(question)
    # Where no policy speaks, an admin's right, a grant or a rule decided then, and would again.
    otherwise = subject.user.is_admin or event.statement in {"grant", "rule"}
    was, would = (_outcome(one, event.action, subject.user, otherwise=otherwise) for one in (before, after))
    return None if was == would else Difference(event, was, would, after)


def _outcome(decision: Decision, action: str, user: TenantUser, *, otherwise: bool) -> bool:
    if decision.effect == "Deny" and not (user.is_admin and action.startswith("iam:")):
        return False
    return decision.allowed or otherwise
