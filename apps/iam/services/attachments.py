"""Giving policies to users and groups, and taking them back."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.models import Attachment
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Invalid, NotFound
from apps.iam.giving import require_may_give
from apps.iam.handing import given
from apps.iam.selectors.policies import AnyPolicy, policy_of
from apps.tenants.actors import Actor
from apps.tenants.models import Group, Project, Tenant, TenantUser
from apps.tenants.rights import rights_changed


@transaction.atomic
def attach_policy(
    *,
    actor: Actor,
    policy: AnyPolicy,
    group: Group | None = None,
    user: TenantUser | None = None,
    project: Project | None = None,
) -> Attachment:
    """Give a policy to one group or one user, for a project or for all. What is attached already stays as it is."""
    holder = group or user
    if holder is None or (group is not None and user is not None):
        raise Invalid(_("A policy is attached to a group or to a user."), field="holder")
    tenant = holder.tenant
    authorize(actor, Action.POLICY_ATTACH, policy.named(tenant))
    _require_own(actor, tenant)
    if project is not None and project.tenant_id != tenant.pk:
        raise Invalid(_("There is no such project."), field="project")
    if project is not None and "project" not in policy.document.scopes:
        raise Invalid(
            _("The services of this policy exist once for all projects: attach it for all projects."), field="project"
        )
    said = policy.document if project is None else policy.document.within("project")
    require_may_give(actor, given(said), project)
    person = user.person if user else None
    attachment, _created = Attachment.objects.get_or_create(
        tenant=tenant,
        policy=policy.row,
        system="" if policy.row else policy.name,
        group=group,
        person=person,
        project=project,
    )
    rights_changed(tenant=tenant, person=person)
    record(actor, Event.ATTACH_POLICY, holder if group else person, request=_told(attachment))
    return attachment


@transaction.atomic
def detach_policy(*, actor: Actor, attachment: Attachment) -> None:
    """Take a policy back from the group or user that has it."""
    authorize(actor, Action.POLICY_DETACH, policy_of(attachment).named(attachment.tenant))
    _require_own(actor, attachment.tenant)
    require_may_give(actor, given(None, policy_of(attachment).document), attachment.project)
    rights_changed(tenant=attachment.tenant, person=attachment.person)
    record(actor, Event.DETACH_POLICY, attachment.group or attachment.person, request=_told(attachment))
    attachment.delete()


def _require_own(actor: Actor, tenant: Tenant) -> None:
    if actor.tenant is None or actor.tenant.pk != tenant.pk:
        raise NotFound(_("There is no such thing."))


def _told(attachment: Attachment) -> dict[str, str]:
    return {
        "policy": policy_of(attachment).name,
        "policy_id": policy_of(attachment).public_id,
        "project": attachment.project.name if attachment.project else "*",
    }
