"""Creating, changing and deleting teams."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Invalid
from apps.core.news import announce
from apps.teams.models import Team
from apps.teams.texts import clean_description, clean_name
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant


def _refuse_taken_name(team: Team) -> None:
    others = Team.objects.filter(project_id=team.project_id, name=team.name).exclude(pk=team.pk)
    if others.exists():
        raise Invalid(
            _("A team named '%(name)s' exists already. Choose another name.") % {"name": team.name},
            field="workforce_name",
            code="ModelArts.4602",
        )


@transaction.atomic
def create_team(*, actor: Actor, name: str, description: str = "") -> Team:
    """A new team in the actor's project; Invalid when the name is taken or the tenant has its full number of teams."""
    authorize(actor, Action.TEAM_CREATE)
    if actor.tenant is None or actor.project is None:
        raise Invalid(_("A team belongs to a project: choose one first."), field="project_id")
    team = Team(
        tenant=actor.tenant,
        project=actor.project,
        name=clean_name(name, field="workforce_name"),
        description=clean_description(description),
    )
    # The lock makes the count below true until the new row is in.
    Tenant.objects.select_for_update(no_key=True).get(pk=actor.tenant.pk)
    _refuse_taken_name(team)
    limit = settings.TAGORA_TEAMS_PER_TENANT
    if Team.objects.filter(project__tenant=actor.tenant).count() >= limit:
        raise Invalid(
            _("There are %(limit)d teams already. Delete one that is no longer used.") % {"limit": limit},
            code="ModelArts.0116",
        )
    team.save()
    record(actor, Event.CREATE_WORKFORCE, team, request={"name": team.name})
    return team


@transaction.atomic
def update_team(*, actor: Actor, team: Team, name: str | None = None, description: str | None = None) -> Team:
    """Change the name or the description; what is None stays."""
    authorize(actor, Action.TEAM_UPDATE, team)
    if name is not None:
        team.name = clean_name(name, field="workforce_name")
        _refuse_taken_name(team)
    if description is not None:
        team.description = clean_description(description)
    team.save(update_fields=["name", "description", "updated_at"])
    announce(f"team:{team.public_id}")
    record(actor, Event.UPDATE_WORKFORCE, team, request={"name": team.name})
    return team


@transaction.atomic
def delete_team(*, actor: Actor, team: Team) -> None:
    """Delete a team with its members and invitations; refused while a team task has one of its members."""
    authorize(actor, Action.TEAM_DELETE, team)
    announce(f"team:{team.public_id}")
    record(actor, Event.DELETE_WORKFORCE, team)
    team.delete()
