"""Writing policies: every save is a version that stays."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.catalogue import CATALOGUE
from apps.access.models import Policy, PolicyVersion
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Invalid
from apps.iam.giving import require_may_give
from apps.iam.handing import given
from apps.iam.selectors.policies import own
from apps.iam.texts import clean_description, clean_name
from apps.policies.documents import Document, parse
from apps.policies.system import SYSTEM_POLICIES
from apps.tenants.actors import Actor
from apps.tenants.rights import rights_changed


def _refuse_taken_name(policy: Policy) -> None:
    others = Policy.objects.filter(tenant=policy.tenant_id, name=policy.name).exclude(pk=policy.pk)
    if policy.name in SYSTEM_POLICIES or others.exists():
        raise Invalid(_("A policy of this name exists already. Choose another name."), field="name")


def _require_may_write(actor: Actor, policy: Policy | None, new: Document | None, old: Document | None) -> None:
    """The giver's rights count where the policy is attached, or in all projects while it is attached nowhere."""
    statements = given(new, old)
    rows = list(own(policy).attachments.select_related("project")) if policy is not None else []
    for project in {row.project for row in rows} or {None}:
        require_may_give(actor, statements, project)


def _keep_version(actor: Actor, policy: Policy) -> None:
    PolicyVersion.objects.create(
        tenant_id=policy.tenant_id,
        policy=policy,
        number=policy.number,
        document=policy.document,
        author=actor.person,
    )


@transaction.atomic
def create_policy(*, actor: Actor, name: str, document: str, description: str = "") -> Policy:
    """A policy as its first version; PolicyRefused with line and reason when the text is none."""
    authorize(actor, Action.POLICY_CREATE)
    assert actor.tenant is not None
    parsed = parse(document, CATALOGUE)
    policy = Policy(
        tenant=actor.tenant,
        name=clean_name(name),
        description=clean_description(description),
        scope=parsed.scope,
        document=parsed.text(),
    )
    _refuse_taken_name(policy)
    _require_may_write(actor, None, parsed, None)
    policy.save()
    _keep_version(actor, policy)
    record(actor, Event.CREATE_POLICY, policy, request={"name": policy.name, "document": policy.document})
    return policy


@transaction.atomic
def update_policy(
    *,
    actor: Actor,
    policy: Policy,
    name: str | None = None,
    description: str | None = None,
    document: str | None = None,
    seen: int | None = None,
) -> Policy:
    """Change what is not None; another document is a new version.

    `seen` is the version that the writer had before them: Conflict when somebody has saved another one since.
    """
    authorize(actor, Action.POLICY_UPDATE, policy)
    policy = Policy.objects.select_for_update(of=("self",)).select_related("tenant").get(pk=policy.pk)
    if seen is not None and seen != policy.number:
        raise Conflict(_("Somebody else has saved this policy in the meantime. Open it again and repeat your change."))
    if name is not None:
        policy.name = clean_name(name)
        _refuse_taken_name(policy)
    if description is not None:
        policy.description = clean_description(description)
    changed = _write(actor, policy, parse(document, CATALOGUE)) if document is not None else False
    policy.save()
    if changed:
        _keep_version(actor, policy)
        rights_changed(tenant=policy.tenant)
    record(actor, Event.UPDATE_POLICY, policy, request=_told(policy, changed=changed))
    return policy


def _write(actor: Actor, policy: Policy, parsed: Document) -> bool:
    """Puts another document into the row; whether it is another one."""
    old = own(policy).document
    if parsed == old:
        return False
    if parsed.scope != policy.scope and policy.attachments.filter(project__isnull=False).exists():
        raise Conflict(
            _("The policy is attached for single projects, but the new services exist once for all. Detach it first.")
        )
    _require_may_write(actor, policy, parsed, old)
    policy.scope, policy.document = parsed.scope, parsed.text()
    policy.number += 1
    return True


@transaction.atomic
def restore_version(*, actor: Actor, policy: Policy, number: int) -> Policy:
    """What the policy said in an earlier version, as a new version."""
    authorize(actor, Action.POLICY_UPDATE, policy)
    policy = Policy.objects.select_for_update(of=("self",)).select_related("tenant").get(pk=policy.pk)
    version = PolicyVersion.objects.filter(policy=policy, number=number).first()
    if version is None:
        raise Invalid(_("There is no such version."), field="number")
    if not _write(actor, policy, parse(version.document, CATALOGUE)):
        raise Conflict(_("The policy says this already."))
    policy.save()
    _keep_version(actor, policy)
    rights_changed(tenant=policy.tenant)
    record(actor, Event.UPDATE_POLICY, policy, request={"restored": number, **_told(policy, changed=True)})
    return policy


@transaction.atomic
def delete_policy(*, actor: Actor, policy: Policy, also_detach: bool = False) -> None:
    """Delete a policy with its versions; Conflict while somebody has it, unless told to take it from them."""
    authorize(actor, Action.POLICY_DELETE, policy)
    held = own(policy).attachments.select_related("project")
    if held and not also_detach:
        raise Conflict(_("The policy is attached. Detach it first, or confirm that those who have it lose it."))
    if held:
        authorize(actor, Action.POLICY_DETACH, policy)
        _require_may_write(actor, policy, None, own(policy).document)
        rights_changed(tenant=policy.tenant)
    record(actor, Event.DELETE_POLICY, policy, request={"name": policy.name, "document": policy.document})
    policy.delete()


def _told(policy: Policy, *, changed: bool) -> dict[str, object]:
    told: dict[str, object] = {"name": policy.name}
    if changed:
        told |= {"version": policy.number, "document": policy.document}
    return told
