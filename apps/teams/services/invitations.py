"""Inviting a member by mail, and turning the link of that mail into a person with a password, once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.accounts import services as accounts
from apps.accounts.models import Person
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Denied, Invalid
from apps.core.news import announce
from apps.notify.models import Mail
from apps.notify.services import send_mail
from apps.teams import membership, states
from apps.teams.models import Invitation, Member
from apps.teams.selectors import enter_invitation, token_hash
from apps.tenants import walls
from apps.tenants.actors import Actor

TOKEN_BYTES = 32


@dataclass(frozen=True)
class TaskNotice:
    """What a mail says about the work: ids and names, already checked to be the recipient's to know."""

    task_id: str
    task_name: str
    dataset_name: str


def _known_person(member: Member) -> Person | None:
    """The worker who has this address and can sign in already."""
    person = Person.objects.filter(login=member.email, kind=Person.Kind.WORKER, is_active=True).first()
    return person if person is not None and person.has_usable_password() else None


def _join(member: Member, person: Person) -> None:
    Member.objects.filter(pk=member.pk).update(person=person)
    member.person = person
    membership.joined(member)


@transaction.atomic
def invite(*, actor: Actor, member: Member, notice: TaskNotice) -> Mail:
    """Write to a member about a task; an earlier link of theirs ends.

    Who has no password yet gets a link to set one. Who has one gets a link to the work itself, so that
    a mailbox alone never opens an existing account.
    """
    authorize(actor, Action.TASK_NOTIFY, member)
    Invitation.objects.filter(member=member, used_at=None).delete()
    person = _known_person(member)
    expires_at = None
    if person is not None:
        path = f"/work/{notice.task_id}/"
        key = secrets.token_hex(16)
        _join(member, person)
    else:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        expires_at = timezone.now() + timedelta(days=settings.TAGORA_INVITATION_DAYS)
        key = token_hash(token)
        Invitation.objects.create(member=member, task=notice.task_id, token_hash=key, expires_at=expires_at)
        path = f"/invitation/{token}/"
    inviter = actor.person
    # Who never chose a language works in the one that their browser asks for.
    chosen = (person and person.language) or (inviter and inviter.language)
    language = chosen or translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(language):
        context = {
            "member": member,
            "notice": notice,
            "inviter": inviter,
            "tenant": member.tenant,
            "link": f"{settings.TAGORA_URL}{path}",
            "expires_at": expires_at,
            "language": language,
        }
        mail = send_mail(
            tenant=member.tenant,
            to=member.email,
            subject=_("You have a new labelling task: %(task)s") % {"task": notice.task_name},
            text=render_to_string("mail/invitation.txt", context),
            html=render_to_string("mail/invitation.html", context),
            key=f"invitation:{key}",
        )
    states.member_states.apply(member, "invite")
    announce(f"team:{member.team.public_id}")
    record(actor, Event.INVITE_WORKER, member, request={"task": notice.task_id})
    return mail


@transaction.atomic
def redeem_invitation(*, token: str, password: str, by: Person | None = None) -> Person:
    """Use an invitation: the person with the member's address exists afterwards, can sign in, and belongs to the team.

    `by` is who is signed in while doing so. Exactly one of any number of simultaneous uses succeeds; a
    refusal (weak password, wrong person) leaves the invitation as it was.
    """
    now = timezone.now()
    digest = token_hash(token)
    enter_invitation(digest)
    used = Invitation.objects.filter(token_hash=digest, used_at=None, expires_at__gt=now).update(used_at=now)
    if not used:
        raise Conflict(_("This link was used already or has expired. Ask for a new invitation."))
    invitation = Invitation.objects.select_related("member__team", "member__tenant").get(token_hash=digest)
    member = invitation.member
    person = accounts.worker_for(member.email)
    if by is not None and by.pk != person.pk:
        raise Denied(_("Another person is signed in. Sign out and open the link again."))
    if not person.has_usable_password():
        accounts.set_password(person, password)
    elif by is None:
        raise Denied(_("You have a password already. Sign in with it and open the link again."))
    elif password:
        raise Invalid(_("You have a password already. Change it in your settings."), field="password")
    _join(member, person)
    states.member_states.apply(member, "sign_in")
    announce(f"team:{member.team.public_id}")
    actor = Actor(person=person).within(member.tenant, member.team.project)
    record(actor, Event.REDEEM_INVITATION, member)
    return person


def mark_signed_in(*, actor: Actor) -> None:
    """Note on every team that this worker has signed in; called when they open their list of tasks."""
    invited = Member.objects.filter(person=actor.person, state=states.MAIL_SENT)
    with walls.every_tenant("a worker is on the teams of several tenants"):
        if actor.person is not None and invited.exists():
            invited.update(state=states.SIGNED_IN, updated_at=timezone.now())
