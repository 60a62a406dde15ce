"""Every read of this app: teams, members, invitations."""

from __future__ import annotations

import hashlib

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.selectors import visible_to
from apps.accounts.models import Person
from apps.core.errors import NotFound
from apps.teams import states
from apps.teams.models import Invitation, Member, Role, Team
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant


def teams(actor: Actor) -> QuerySet[Team]:
    """The teams of the actor's project that they may see, each with `member_count`."""
    visible = visible_to(actor, Team.objects.all()).select_related("project", "tenant")
    if actor.project is not None:
        visible = visible.filter(project=actor.project)
    return visible.annotate(member_count=Count("members", filter=~Q(members__state=states.DELETED)))


def get_team(actor: Actor, team_id: str) -> Team:
    """The team with this public id; NotFound when there is none or the actor may not know of it."""
    team = teams(actor).filter(public_id=team_id).first()
    if team is None:
        raise NotFound(_("There is no such team."), code="ModelArts.4601")
    return team


def teams_of_task(task_id: str) -> QuerySet[Member, int]:
    """Primary keys of the teams whose members take part in a team task."""
    return Member.objects.filter(participations__task__public_id=task_id).values_list("team", flat=True)


def members(actor: Actor, team: Team | None = None) -> QuerySet[Member]:
    """The members of one team, or of every team the actor may see in their project."""
    found = Member.objects.exclude(state=states.DELETED).select_related("team__project", "tenant", "person")
    if team is not None:
        return found.filter(team=team)
    return found.filter(team__in=teams(actor).values("pk"))


def get_member(actor: Actor, team: Team, member_id: str) -> Member:
    """The member with this public id; NotFound when the team has none."""
    member = members(actor, team).filter(public_id=member_id).first()
    if member is None:
        raise NotFound(_("There is no such member in this team."), code="ModelArts.4604")
    return member


def managers(actor: Actor) -> QuerySet[Member]:
    """The team managers among the members the actor may see: who a task can be handed to as a whole."""
    return members(actor).filter(role=Role.TEAM_MANAGER)


def token_hash(token: str) -> str:
    """What is stored of an invitation's token: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def open_invitation(token: str) -> Invitation | None:
    """The invitation of a link that can still be used. Looking consumes nothing: mail scanners open links too."""
    enter_invitation(token_hash(token))
    return (
        Invitation.objects.select_related("member__team__project", "member__tenant")
        .filter(token_hash=token_hash(token), used_at=None, expires_at__gt=timezone.now())
        .first()
    )


def enter_invitation(digest: str) -> None:
    """From here on behind the wall of the tenant that sent this invitation."""
    with walls.every_tenant("a link says nothing about the tenant that sent it"):
        tenant = Invitation.objects.filter(token_hash=digest).values_list("member__tenant", flat=True).first()
    if tenant is not None:
        walls.enter(tenant)


def needs_password(invitation: Invitation) -> bool:
    """Whether the page behind the link asks for a new password (otherwise: for a sign-in)."""
    person = Person.objects.filter(login=invitation.member.email, kind=Person.Kind.WORKER).first()
    return person is None or not person.has_usable_password()


def why_closed(token: str) -> str:
    """Why a link cannot be used: "used", "expired", or "" when it is unknown, replaced or withdrawn."""
    found = Invitation.objects.filter(token_hash=token_hash(token)).first()
    if found is None:
        return ""
    return "used" if found.used_at else "expired"


def tenants_with_member(person: Person) -> list[Tenant]:
    """The tenants on whose teams somebody is, the oldest membership first; looks across all tenants."""
    rows = Member.objects.filter(person=person, tenant__state=Tenant.State.ACTIVE).exclude(state=states.DELETED)
    return list(dict.fromkeys(row.tenant for row in rows.select_related("tenant").order_by("pk")))
