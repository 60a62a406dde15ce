"""Asked before rights are given: does the giver hold them?"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from guardian.models import GroupObjectPermission

from apps.access.catalogue import CATALOGUE
from apps.access.models import Attachment
from apps.core.errors import Denied
from apps.iam.handing import first_beyond, given
from apps.iam.selectors.policies import holding, policy_of
from apps.policies.documents import Document, Statement
from apps.tenants.actors import Actor
from apps.tenants.models import Group, Project, TenantUser


def _refuse_narrowed(actor: Actor) -> None:
    """Who came in with less than the person's full rights would get around it by giving them to somebody else."""
    if actor.agency:
        raise Denied(_("Who acts under an agency cannot change anybody's rights. Ask a user of the tenant."))
    if actor.bounds is not None:
        raise Denied(_("This credential is narrowed to some actions and cannot change rights. Sign in instead."))


def require_may_give(actor: Actor, statements: Iterable[Statement], project: Project | None) -> None:
    """Denied unless the actor may do everything that the statements allow or stop denying, there or in all projects.

    Admins of the tenant may give anything.
    """
    wanted = tuple(statements)
    if actor.is_system or not wanted:
        return
    _refuse_narrowed(actor)
    if actor.is_admin or actor.person is None:
        return
    within = [policy.document for _row, policy in holding(actor, actor.person, project)]
    if project is None:
        within += _denials_anywhere(actor)
    action = first_beyond(within, wanted, CATALOGUE)
    if action:
        raise Denied(
            _("You cannot give a right that you do not have in full yourself: %(action)s. Ask an admin of the tenant.")
            % {"action": action}
        )


def _denials_anywhere(actor: Actor) -> list[Document]:
    """What is denied to the actor in one project counts against what they give in all."""
    rows = Attachment.objects.filter(tenant=actor.tenant, project__isnull=False).select_related("policy")
    rows = rows.filter(person=actor.person) | rows.filter(group__holder__user=actor.person)
    documents = [policy_of(row).document for row in rows.distinct()]
    denials = [tuple(one for one in document.statements if one.effect == "Deny") for document in documents]
    return [Document(kept) for kept in denials if kept]


def require_may_bring_in(actor: Actor, group: Group) -> None:
    """Denied unless the actor holds what membership of the group gives: its policies and what was shared with it."""
    for row in Attachment.objects.filter(group=group).select_related("policy", "project"):
        require_may_give(actor, given(policy_of(row).document), row.project)
    shared = GroupObjectPermission.objects.filter(group=group.holder_id)
    if not shared.exists():
        return
    _refuse_narrowed(actor)
    if actor.is_admin or actor.is_system:
        return
    assert actor.person is not None
    for grant in shared.select_related("permission", "content_type"):
        label = f"{grant.content_type.app_label}.{grant.permission.codename}"
        if grant.content_object is not None and not actor.person.has_perm(label, grant.content_object):
            raise Denied(_("Something is shared with this group that is not shared with you. Ask an admin."))


def require_may_let_go(actor: Actor, group: Group) -> None:
    """Denied when leaving the group would free somebody of a denial that binds the actor."""
    for row in Attachment.objects.filter(group=group).select_related("policy", "project"):
        require_may_give(actor, given(None, policy_of(row).document), row.project)


def require_not_below(actor: Actor, user: TenantUser) -> None:
    """Denied when the user has rights that the actor lacks: whoever sets their password or address could take them."""
    if actor.is_admin or actor.is_system:
        _refuse_narrowed(actor)
        return
    if user.is_admin:
        raise Denied(_("Only an admin of the tenant can change an admin."))
    direct = Attachment.objects.filter(tenant=user.tenant_id, person=user.person_id)
    for row in direct.select_related("policy", "project"):
        require_may_give(actor, given(policy_of(row).document), row.project)
    for group in Group.objects.filter(tenant=user.tenant_id, holder__user=user.person_id):
        require_may_bring_in(actor, group)
