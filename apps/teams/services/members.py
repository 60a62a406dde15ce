"""Putting addresses on a team's list, changing them and taking them off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Invalid
from apps.core.news import announce
from apps.teams import membership, states
from apps.teams.models import Invitation, Member, Role, Team
from apps.teams.texts import clean_addresses, clean_description
from apps.tenants.actors import Actor
from apps.tenants.rights import rights_changed


def _clean_role(role: str) -> Role:
    try:
        return Role(role)
    except ValueError:
        raise Invalid(_("A member is a labeler, a reviewer or the team manager."), field="role") from None


def _refuse_second_manager(team: Team, *, but: int | None = None) -> None:
    managers = Member.objects.filter(team=team, role=Role.TEAM_MANAGER).exclude(state=states.DELETED)
    if any(pk != but for pk in managers.values_list("pk", flat=True)):
        raise Invalid(
            _("The team has a team manager already. Give the present one another role first."),
            field="role",
            code="ModelArts.4617",
        )


@transaction.atomic
def add_members(
    *, actor: Actor, team: Team, emails: str | Iterable[str], role: str, description: str = ""
) -> list[Member]:
    """Put addresses on the team's list; nobody is written to before a team task needs them.

    All or none: Invalid when one address is malformed or on the list already, when the team would have
    two managers, or more members than the limit.
    """
    authorize(actor, Action.MEMBER_CREATE, team)
    addresses = clean_addresses(emails)
    kind = _clean_role(role)
    text = clean_description(description)
    # The lock makes the counts below true until the new rows are in.
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    present = set(Member.objects.filter(team=team).exclude(state=states.DELETED).values_list("email", flat=True))
    for address in addresses:
        if address in present:
            raise Invalid(
                _("%(email)s is a member of this team already.") % {"email": address},
                field="emails",
                code="ModelArts.4605",
            )
    limit = settings.TAGORA_MEMBERS_PER_TEAM
    if len(present) + len(addresses) > limit:
        raise Invalid(
            _("A team has at most %(limit)d members. Make a second team.") % {"limit": limit},
            field="emails",
            code="ModelArts.0116",
        )
    if kind == Role.TEAM_MANAGER:
        if len(addresses) > 1:
            raise Invalid(_("A team has one team manager."), field="emails", code="ModelArts.4617")
        _refuse_second_manager(team)
    members = Member.objects.bulk_create(
        Member(tenant_id=team.tenant_id, team=team, email=address, role=kind, description=text) for address in addresses
    )
    announce(f"team:{team.public_id}")
    record(actor, Event.CREATE_WORKER, team, request={"emails": addresses, "role": kind.value})
    return members


@transaction.atomic
def update_member(*, actor: Actor, member: Member, role: str | None = None, description: str | None = None) -> Member:
    """Change role or description; the address never changes. A new role ends invitations that are under way.

    Parts in team tasks that exist already keep the role they were given.
    """
    authorize(actor, Action.MEMBER_UPDATE, member)
    if description is not None:
        member.description = clean_description(description)
    if role is not None and _clean_role(role) != member.role:
        Team.objects.select_for_update(no_key=True).get(pk=member.team_id)
        if role == Role.TEAM_MANAGER:
            _refuse_second_manager(member.team, but=member.pk)
        member.role = _clean_role(role)
        Invitation.objects.filter(member=member, used_at=None).delete()
    member.save(update_fields=["role", "description", "updated_at"])
    announce(f"team:{member.team.public_id}")
    record(actor, Event.UPDATE_WORKER, member, request={"role": member.role})
    return member


@transaction.atomic
def delete_members(*, actor: Actor, members: Sequence[Member]) -> None:
    """Take members off their team: their address is erased, their invitations end, answers given stay.

    All or none: refused while one of them has unfinished work in a team task.
    """
    for member in members:
        authorize(actor, Action.MEMBER_DELETE, member)
    gone = [member.public_id for member in members]
    for member in members:
        states.member_states.apply(member, "delete", also={"email": "", "description": ""})
        Invitation.objects.filter(member=member).delete()
        membership.left(member)
        rights_changed(None, member.person)
        Member.objects.filter(pk=member.pk).update(person=None)
        announce(f"team:{member.team.public_id}")
    if members:
        event = Event.DELETE_WORKER if len(members) == 1 else Event.BATCH_DELETE_WORKER
        record(actor, event, members[0].team, request={"members": gone})
