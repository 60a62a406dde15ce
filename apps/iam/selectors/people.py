"""Users, groups and open invitations of the actor's tenant."""

from __future__ import annotations

import hashlib

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.accounts.models import Person
from apps.core.errors import NotFound
from apps.iam.models import UserInvitation
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Group, Tenant, TenantUser


def users(actor: Actor, *, search: str = "", state: str = "", group: Group | None = None) -> QuerySet[TenantUser]:
    """The users of the tenant by `login`; `state` is "active", "disabled", "admin" or empty."""
    authorize(actor, Action.USER_VIEW)
    found = TenantUser.objects.filter(tenant=actor.tenant, person__kind=Person.Kind.USER)
    if search:
        found = found.filter(
            Q(person__login__icontains=search) | Q(person__name__icontains=search) | Q(person__email__icontains=search)
        )
    if state in {"active", "disabled"}:
        found = found.filter(person__is_active=state == "active")
    elif state == "admin":
        found = found.filter(is_admin=True)
    if group is not None:
        found = found.filter(person__groups=group.holder_id)
    return found.select_related("person", "tenant").annotate(login=F("person__login")).order_by("login")


def with_groups(found: QuerySet[TenantUser]) -> QuerySet[TenantUser]:
    """The same users, each knowing the groups of their person without a statement of its own."""
    return found.prefetch_related(Prefetch("person__groups"), "person__groups__tenant_group")


def get_user(actor: Actor, user_id: str) -> TenantUser:
    """The user with this id; NotFound when the tenant has none."""
    user = users(actor).filter(person__public_id=user_id).first()
    if user is None:
        raise NotFound(_("There is no such user."))
    return user


def groups(actor: Actor) -> QuerySet[Group]:
    """The groups of the tenant by name, each with `member_count` and `policy_count`."""
    authorize(actor, Action.GROUP_VIEW)
    found = Group.objects.filter(tenant=actor.tenant).select_related("holder", "tenant")
    return found.annotate(
        member_count=Count("holder__user", distinct=True), policy_count=Count("attachments", distinct=True)
    ).order_by("name")


def get_group(actor: Actor, group_id: str) -> Group:
    group = groups(actor).filter(public_id=group_id).first()
    if group is None:
        raise NotFound(_("There is no such group."))
    return group


def groups_of(user: TenantUser) -> list[Group]:
    """The groups that a user is in, by name."""
    return list(Group.objects.filter(tenant=user.tenant_id, holder__user=user.person_id).order_by("name"))


def invitations(actor: Actor) -> QuerySet[UserInvitation]:
    """Invitations that were not used yet, newest first."""
    authorize(actor, Action.USER_VIEW)
    found = UserInvitation.objects.filter(tenant=actor.tenant, used_at=None)
    return found.select_related("inviter", "tenant").order_by("-pk")


def get_invitation(actor: Actor, invitation_id: str) -> UserInvitation:
    invitation = invitations(actor).filter(public_id=invitation_id).first()
    if invitation is None:
        raise NotFound(_("There is no such invitation."))
    return invitation


def token_hash(token: str) -> str:
    """What is stored of an invitation's token: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def open_invitation(token: str) -> UserInvitation | None:
    """The invitation of a link that can still be used. Looking consumes nothing: mail scanners open links too."""
    enter_invitation(token_hash(token))
    return (
        UserInvitation.objects.select_related("tenant", "inviter")
        .filter(token_hash=token_hash(token), used_at=None, expires_at__gt=timezone.now())
        .filter(tenant__state=Tenant.State.ACTIVE)
        .first()
    )


def enter_invitation(digest: str) -> None:
    """From here on behind the wall of the tenant that sent this invitation."""
    with walls.every_tenant("a link says nothing about the tenant that sent it"):
        tenant = UserInvitation.objects.filter(token_hash=digest).values_list("tenant", flat=True).first()
    if tenant is not None:
        walls.enter(tenant)


def why_closed(token: str) -> str:
    """Why a link cannot be used: "used", "expired", or "" when it is unknown, replaced or withdrawn."""
    found = UserInvitation.objects.filter(token_hash=token_hash(token)).first()
    if found is None:
        return ""
    return "used" if found.used_at else "expired"
