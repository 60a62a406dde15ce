"""Who takes part in a task: choosing members, taking them out, and writing to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Invalid, NotFound, TagoraError
from apps.labeling.models import Participant, TeamTask
from apps.labeling.selectors import Seat
from apps.teams.models import Member, Role
from apps.teams.services import TaskNotice, invite
from apps.teams.states import DELETED
from apps.tenants.actors import Actor
from apps.tenants.rights import rights_changed

PAUSE_BETWEEN_MAILS = timedelta(minutes=1)


def clean_members(task: TeamTask, members: Sequence[Member]) -> list[Member]:
    """The members as they can take part; Invalid without a labeler or with one address twice."""
    addresses: set[str] = set()
    for member in members:
        if member.tenant_id != task.tenant_id or member.state == DELETED:
            raise NotFound(_("There is no such member."), code="ModelArts.4604")
        if member.email in addresses:
            raise Invalid(
                _("%(email)s is chosen twice. A person has one part in a task.") % {"email": member.email},
                field="workforces_config",
            )
        addresses.add(member.email)
    labelers = sum(member.role == Role.LABELER for member in members)
    if not labelers:
        raise Invalid(_("Choose at least one labeler."), field="workforces_config")
    if task.repetition > labelers:
        raise Invalid(
            _("%(times)d answers a sample need as many labelers; %(labelers)d are chosen.")
            % {"times": task.repetition, "labelers": labelers},
            field="repetition",
        )
    if sum(member.role == Role.TEAM_MANAGER for member in members) > 1:
        raise Invalid(_("A task has one team manager."), field="workforces_config", code="ModelArts.4617")
    return list(members)


def seat_members(task: TeamTask, members: Sequence[Member], *, keep_manager: bool = False) -> bool:
    """Make exactly these members the active participants, and the task know whether it has reviewers.

    Answers whether a labeler came who did not take part before. Who was taken out keeps the answers given; what they
    had not answered goes to others with the next distribution.
    """
    chosen = {member.pk for member in members}
    present = {row.member_id: row for row in Participant.objects.filter(task=task)}
    leaving = [
        row.pk
        for row in present.values()
        if row.member_id not in chosen and not (keep_manager and row.role == Role.TEAM_MANAGER)
    ]
    labelers = {row.member_id for row in present.values() if row.active and row.role == Role.LABELER}
    Participant.objects.filter(pk__in=leaving).update(active=False)
    for row in Participant.objects.filter(pk__in=leaving).select_related("person"):
        rights_changed(None, row.person)
    returning = [row.pk for row in present.values() if row.member_id in chosen]
    Participant.objects.filter(pk__in=returning).update(active=True)
    Participant.objects.bulk_create(
        Participant(
            tenant_id=task.tenant_id, task=task, member=member, person_id=member.person_id, role=Role(member.role)
        )
        for member in members
        if member.pk not in present
    )
    task.review_required = Participant.objects.filter(task=task, active=True, role=Role.REVIEWER).exists()
    task.save(update_fields=["review_required", "updated_at"])
    return any(member.role == Role.LABELER and member.pk not in labelers for member in members)


def write_to(actor: Actor, task: TeamTask, participants: Sequence[Participant]) -> None:
    """Queue the mail that calls each participant to the task."""
    notice = TaskNotice(task_id=task.public_id, task_name=task.name, dataset_name=task.dataset.name)
    for participant in participants:
        invite(actor=actor, member=participant.member, notice=notice)
    Participant.objects.filter(pk__in=[row.pk for row in participants]).update(notified_at=timezone.now())


@transaction.atomic
def notify_members(*, seat: Seat, emails: Sequence[str]) -> list[TagoraError | None]:
    """Send the invitation again to these addresses; answers a refusal or None for each, in their order.

    An earlier link of the same person ends. Nobody is written to more than once a minute.
    """
    authorize(seat.actor, Action.TASK_NOTIFY, seat.subject)
    rows = Participant.objects.filter(task=seat.task, active=True).select_related("member__team", "member__tenant")
    by_address = {row.member.email: row for row in rows}
    answers: list[TagoraError | None] = []
    chosen: dict[int, Participant] = {}
    for email in emails:
        participant = by_address.get(email.strip().lower())
        if participant is None:
            answers.append(NotFound(_("Nobody with this address takes part in the task."), code="ModelArts.4604"))
        elif participant.notified_at and timezone.now() - participant.notified_at < PAUSE_BETWEEN_MAILS:
            answers.append(Conflict(_("A mail went out less than a minute ago. Wait a little."), code="ModelArts.4627"))
        else:
            chosen[participant.pk] = participant
            answers.append(None)
    if chosen:
        # Mails of the task come from the tenant, so a team manager's request writes with the server's hand.
        system = Actor.system(seat.task.tenant, seat.task.dataset.project, seat.actor.person)
        write_to(system, seat.task, list(chosen.values()))
        record(seat.actor, Event.SEND_EMAILS, seat.task, request={"mails": len(chosen)})
    return answers
