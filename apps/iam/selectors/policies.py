"""Policies of the actor's tenant and of the system, and to whom they are attached."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.models import Attachment, Policy, PolicyVersion
from apps.access.resources import Resource, resource_name
from apps.access.rights import document_of
from apps.access.services import authorize
from apps.accounts.models import Person
from apps.core.errors import NotFound
from apps.iam.kinds import POLICY, SERVICE
from apps.policies.documents import Document, restore
from apps.policies.system import SYSTEM_POLICIES
from apps.tenants.actors import Actor
from apps.tenants.models import Group, Project, Tenant


@dataclass(frozen=True)
class AnyPolicy:
    """A policy of the tenant (`row`) or of the system: what can be attached."""

    public_id: str
    name: str
    document: Document
    description: str = ""
    row: Policy | None = None

    @property
    def is_system(self) -> bool:
        return self.row is None

    def named(self, tenant: Tenant) -> Policy | Resource:
        """What is asked about when somebody does something to it: policies of the system have no row."""
        return self.row or Resource(resource_name(SERVICE, POLICY, self.public_id, tenant), {})

    @property
    def attachments(self) -> QuerySet[Attachment]:
        """All of them, whoever's tenant: the caller narrows."""
        if self.row is None:
            return Attachment.objects.filter(policy=None, system=self.name)
        return Attachment.objects.filter(policy=self.row)


def _of_system(name: str) -> AnyPolicy:
    found = SYSTEM_POLICIES[name]
    return AnyPolicy(f"system-{slugify(name)}", name, found.document, found.description)


SYSTEM: dict[str, AnyPolicy] = {one.public_id: one for one in map(_of_system, SYSTEM_POLICIES)}


def own(row: Policy) -> AnyPolicy:
    """A policy of the tenant, read again."""
    return AnyPolicy(row.public_id, row.name, restore(row.document), row.description, row)


def policy_of(attachment: Attachment) -> AnyPolicy:
    """What an attachment attaches, with what it says there: less, where it holds in one project only."""
    policy = _of_system(attachment.system) if attachment.policy is None else own(attachment.policy)
    return replace(policy, document=document_of(attachment))


def policy_rows(actor: Actor) -> QuerySet[Policy]:
    """The policies that the tenant wrote, by name."""
    authorize(actor, Action.POLICY_VIEW)
    return Policy.objects.filter(tenant=actor.tenant).select_related("tenant").order_by("name")


def policies(actor: Actor) -> list[AnyPolicy]:
    """Everything that can be attached: the tenant's own policies, then those of the system."""
    return [*map(own, policy_rows(actor)), *SYSTEM.values()]


def get_policy(actor: Actor, policy_id: str) -> AnyPolicy:
    """The policy with this id, of the tenant or of the system; NotFound when there is none."""
    rows = policy_rows(actor)
    if policy_id in SYSTEM:
        return SYSTEM[policy_id]
    row = rows.filter(public_id=policy_id).first()
    if row is None:
        raise NotFound(_("There is no such policy."))
    return own(row)


def get_own_policy(actor: Actor, policy_id: str) -> Policy:
    """A policy that can be changed; NotFound for one of the system."""
    row = policy_rows(actor).filter(public_id=policy_id).first()
    if row is None:
        raise NotFound(_("There is no such policy."))
    return row


def versions(policy: Policy) -> QuerySet[PolicyVersion]:
    """Newest first."""
    return PolicyVersion.objects.filter(policy=policy).select_related("author").order_by("-number")


def get_version(policy: Policy, number: int) -> PolicyVersion:
    found = versions(policy).filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no such version."))
    return found


def attachments(actor: Actor) -> QuerySet[Attachment]:
    """Who in the tenant has which policy."""
    authorize(actor, Action.POLICY_VIEW)
    found = Attachment.objects.filter(tenant=actor.tenant)
    return found.select_related("policy", "group", "person", "project").order_by("pk")


def attachments_of_policy(actor: Actor, policy: AnyPolicy) -> list[Attachment]:
    kept = attachments(actor)
    return list(kept.filter(policy=policy.row) if policy.row else kept.filter(policy=None, system=policy.name))


def attachments_of_group(actor: Actor, group: Group) -> list[Attachment]:
    return list(attachments(actor).filter(group=group))


def attachments_of_person(actor: Actor, person: Person) -> list[Attachment]:
    """Those of the person directly, not those of their groups."""
    return list(attachments(actor).filter(person=person))


def get_attachment(actor: Actor, pk: int) -> Attachment:
    found = attachments(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("The policy is not attached there."))
    return found


def holding(actor: Actor, person: Person, project: Project | None) -> list[tuple[Attachment, AnyPolicy]]:
    """What binds a person in a project, directly or through groups. Without a project: what binds them in all."""
    held_by = Q(person=person) | Q(group__holder__user=person)
    within = Q(project=None) if project is None else Q(project=None) | Q(project=project)
    rows = Attachment.objects.filter(held_by, within, tenant=actor.tenant)
    rows = rows.select_related("policy", "group", "person", "project").order_by("pk").distinct()
    return [(row, policy_of(row)) for row in rows]


def held_by_groups(actor: Actor, person: Person) -> list[Attachment]:
    """What a person has by the groups they are in."""
    return list(attachments(actor).filter(group__holder__user=person))
