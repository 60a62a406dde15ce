"""Inviting users by e-mail: a link that works once, for a week."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.accounts.models import Person
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Invalid
from apps.iam.giving import require_may_bring_in
from apps.iam.joining import join
from apps.iam.models import UserInvitation
from apps.iam.selectors.people import open_invitation, token_hash
from apps.iam.texts import clean_address
from apps.notify.services import send_mail
from apps.tenants.actors import Actor
from apps.tenants.models import Group, TenantUser
from apps.tenants.rights import rights_changed

TOKEN_BYTES = 32


def _expiry() -> datetime:
    return timezone.now() + timedelta(days=settings.TAGORA_INVITATION_DAYS)


def _write_to(actor: Actor, invitation: UserInvitation, token: str) -> None:
    language = translation.get_language() or settings.LANGUAGE_CODE
    context = {
        "invitation": invitation,
        "inviter": actor.person,
        "tenant": invitation.tenant,
        "link": f"{settings.TAGORA_URL}/user-invitation/{token}/",
        "language": language,
    }
    send_mail(
        tenant=invitation.tenant,
        to=invitation.email,
        subject=_("You are invited to %(tenant)s on Tagora") % {"tenant": invitation.tenant.name},
        text=render_to_string("mail/user_invitation.txt", context),
        html=render_to_string("mail/user_invitation.html", context),
        key=f"user-invitation:{invitation.token_hash}",
    )


@transaction.atomic
def invite_user(*, actor: Actor, email: str, groups: Sequence[Group] = ()) -> UserInvitation:
    """Write to somebody who shall become a user of the tenant, in its default group and in `groups`."""
    authorize(actor, Action.USER_CREATE)
    assert actor.tenant is not None
    for group in groups:
        authorize(actor, Action.GROUP_UPDATE, group)
        require_may_bring_in(actor, group)
    address = clean_address(email)
    if TenantUser.objects.filter(tenant=actor.tenant, person__email=address).exists():
        raise Invalid(_("A user of this tenant has this address already."), field="email")
    if UserInvitation.objects.filter(tenant=actor.tenant, email=address, used_at=None).exists():
        raise Invalid(_("This address is invited already. Send that invitation again instead."), field="email")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = UserInvitation.objects.create(
        tenant=actor.tenant,
        email=address,
        inviter=actor.person,
        token_hash=token_hash(token),
        expires_at=_expiry(),
    )
    invitation.groups.set(groups)
    _write_to(actor, invitation, token)
    record(actor, Event.INVITE_USER, invitation, request={"email": address, "groups": [g.name for g in groups]})
    return invitation


@transaction.atomic
def resend_invitation(*, actor: Actor, invitation: UserInvitation) -> UserInvitation:
    """Write again with a new link; the earlier one is worth nothing any more."""
    authorize(actor, Action.USER_CREATE, invitation)
    for group in invitation.groups.all():
        require_may_bring_in(actor, group)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    fresh = UserInvitation.objects.filter(pk=invitation.pk, used_at=None)
    if not fresh.update(token_hash=token_hash(token), expires_at=_expiry()):
        raise Conflict(_("This invitation was used already."))
    invitation.refresh_from_db()
    _write_to(actor, invitation, token)
    record(actor, Event.INVITE_USER, invitation, request={"email": invitation.email})
    return invitation


@transaction.atomic
def revoke_invitation(*, actor: Actor, invitation: UserInvitation) -> None:
    """Take an invitation back; its link is worth nothing any more."""
    authorize(actor, Action.USER_CREATE, invitation)
    record(actor, Event.REVOKE_INVITATION, invitation, request={"email": invitation.email})
    UserInvitation.objects.filter(pk=invitation.pk, used_at=None).delete()


@transaction.atomic
def redeem_invitation(*, token: str, name: str, full_name: str, password: str) -> Person:
    """Use an invitation: a user of the tenant with this name and password exists afterwards.

    Exactly one of any number of simultaneous uses succeeds; a refusal (weak password, taken name) leaves the
    invitation as it was.
    """
    invitation = open_invitation(token)  # from here on behind its tenant's wall
    now = timezone.now()
    mine = UserInvitation.objects.filter(token_hash=token_hash(token), used_at=None, expires_at__gt=now)
    if invitation is None or not mine.update(used_at=now):
        raise Conflict(_("This link was used already or has expired. Ask for a new invitation."))
    user = join(invitation.tenant, name=name, email=invitation.email, full_name=full_name, password=password)
    for group in invitation.groups.all():
        user.person.groups.add(group.holder_id)
    rights_changed(tenant=invitation.tenant, person=user.person)
    actor = Actor(person=user.person, tenant=invitation.tenant)
    record(actor, Event.REDEEM_INVITATION, user.person, request={"name": user.person.login})
    return user.person
