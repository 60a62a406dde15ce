"""Teams: listing, creating, changing and deleting them."""

from __future__ import annotations

from collections import Counter

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.actions import Action
from apps.access.services import refusal
from apps.core.errors import Conflict, Denied, Invalid
from apps.teams import selectors, services
from apps.teams.forms import TeamForm, show_refusal
from apps.teams.models import Member, Role, Team
from apps.teams.states import member_states
from apps.tenants.actors import Actor
from apps.tenants.requests import require_user

# The rule of team names speaks the wire's word.
_PLACES = {"workforce_name": "name"}


def _create_refusal(actor: Actor, count: int) -> str | None:
    limit = settings.TAGORA_TEAMS_PER_TENANT
    if count >= limit:
        return _("There are %(limit)d teams already. Delete one that is no longer used.") % {"limit": limit}
    return refusal(actor, Action.TEAM_CREATE)


@require_safe
def team_list(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    teams = list(selectors.teams(actor).order_by("name"))
    managers = {member.team_id: member.email for member in selectors.managers(actor)}
    for team in teams:
        team.manager = managers.get(team.pk, "")  # type: ignore[attr-defined]
    context = {"teams": teams, "create_refusal": _create_refusal(actor, len(teams))}
    return render(request, "teams/list.html", context)


@require_http_methods(["GET", "POST"])
def team_create(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            team = services.create_team(actor=actor, **form.cleaned_data)
        except (Invalid, Conflict) as error:
            show_refusal(form, error, _PLACES)
        else:
            messages.success(request, _("The team was created. Add its members now."))
            return redirect("team-detail", team.public_id)
    return render(request, "teams/create.html", {"form": form})


def dressed(actor: Actor, member: Member) -> Member:
    """The member with what a page shows beside the row: `state_label` and `delete_refusal`."""
    member.state_label = member_states.labels[member.state]  # type: ignore[attr-defined]
    member.delete_refusal = refusal(actor, Action.MEMBER_DELETE, member)  # type: ignore[attr-defined]
    return member


@require_safe
def team_detail(request: HttpRequest, team_id: str) -> HttpResponse:
    actor = require_user(request)
    team = selectors.get_team(actor, team_id)
    members = [dressed(actor, member) for member in selectors.members(actor, team).order_by("email")]
    roles = Counter(member.role for member in members)
    context = {
        "team": team,
        "members": members,
        "roles": [(label, roles[role]) for role, label in Role.choices],
        "add_refusal": refusal(actor, Action.MEMBER_CREATE, team),
        "edit_refusal": refusal(actor, Action.TEAM_UPDATE, team),
        "delete_refusal": refusal(actor, Action.TEAM_DELETE, team),
        "update_member_refusal": refusal(actor, Action.MEMBER_UPDATE, members[0]) if members else None,
    }
    return render(request, "teams/detail.html", context)


@require_http_methods(["GET", "POST"])
def team_edit(request: HttpRequest, team_id: str) -> HttpResponse:
    actor = require_user(request)
    team = selectors.get_team(actor, team_id)
    form = TeamForm(request.POST or None, initial={"name": team.name, "description": team.description})
    if request.method == "POST" and form.is_valid():
        try:
            services.update_team(actor=actor, team=team, **form.cleaned_data)
        except (Invalid, Conflict) as error:
            show_refusal(form, error, _PLACES)
            team = Team.objects.get(pk=team.pk)
        else:
            messages.success(request, _("The team was changed."))
            return redirect("team-detail", team.public_id)
    return render(request, "teams/edit.html", {"form": form, "team": team})


@require_POST
def team_delete(request: HttpRequest, team_id: str) -> HttpResponse:
    actor = require_user(request)
    team = selectors.get_team(actor, team_id)
    name = team.name
    try:
        services.delete_team(actor=actor, team=team)
    except (Conflict, Denied) as error:
        messages.error(request, str(error))
        return redirect("team-detail", team_id)
    messages.success(request, _("The team '%(name)s' was deleted.") % {"name": name})
    return redirect("team-list")
