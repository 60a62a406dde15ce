"""Creating a team task, choosing its people, and changing it."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.access.actions import Action
from apps.access.services import refusal
from apps.core.errors import Conflict, Denied, Invalid, NotFound
from apps.datasets.pages.frame import open_dataset
from apps.labeling import selectors, services
from apps.labeling.forms import NewTaskForm, StartForm, TaskForm
from apps.labeling.pages.seats import open_whole_task
from apps.labeling.pages.tool import TOOLS
from apps.labeling.selectors import Seat
from apps.teams.forms import show_refusal
from apps.teams.models import Member, Role
from apps.teams.selectors import managers, members
from apps.tenants.actors import Actor
from apps.tenants.requests import require_user

# Names of places in rules -> fields of the form. The choice of members is drawn by the page: its errors stand above.
_PLACES = {"task_name": "name"}


@dataclass(frozen=True)
class TeamChoice:
    """A team with its members, as the page offers them: pairs of member and whether it is chosen."""

    name: str
    members: list[tuple[Member, bool]]


def _team_choices(found: list[Member], chosen: Collection[str]) -> list[TeamChoice]:
    teams: dict[str, TeamChoice] = {}
    for member in found:
        choice = teams.setdefault(member.team.public_id, TeamChoice(member.team.name, []))
        choice.members.append((member, member.public_id in chosen))
    return list(teams.values())


def _offered(actor: Actor) -> list[Member]:
    return list(members(actor).order_by("team__name", "email"))


def _chosen(offered: list[Member], wanted: Collection[str]) -> list[Member]:
    """The members that were ticked; NotFound when one is not among those offered."""
    found = [member for member in offered if member.public_id in wanted]
    if len(found) < len(wanted):
        raise NotFound(_("There is no such member."), code="ModelArts.4604")
    return found


def _first_choice(offered: list[Member]) -> set[str]:
    """With one team everybody is chosen to begin with; among several a person chooses."""
    one_team = len({member.team_id for member in offered}) == 1
    return {member.public_id for member in offered} if one_team else set()


@require_http_methods(["GET", "POST"])
def task_create(request: HttpRequest, dataset_id: str) -> HttpResponse:
    actor, dataset = open_dataset(request, dataset_id)
    offered = _offered(actor)
    wanted = set(request.POST.getlist("member")) if request.method == "POST" else _first_choice(offered)
    hand_over = request.POST.get("who") == "manager"
    form = NewTaskForm(request.POST or None, initial={"name": f"task-{secrets.token_hex(2)}"})
    if request.method == "POST" and form.is_valid():
        try:
            manager = managers(actor).filter(public_id=request.POST.get("manager", "")).first() if hand_over else None
            if hand_over and manager is None:
                raise Invalid(_("Choose the team manager to hand the task to."), field="manager")
            task = services.create_team_task(
                actor=actor,
                dataset=dataset,
                members=[] if hand_over else _chosen_or_refused(offered, wanted),
                manager=manager,
                **form.cleaned_data,
            )
        except (Invalid, Conflict) as error:
            show_refusal(form, error, _PLACES)
        else:
            messages.success(request, _("The team task was created. Its members get a mail in a moment."))
            return redirect("task-detail", task.public_id)
    context = {
        "dataset": dataset,
        "form": form,
        "teams": _team_choices(offered, wanted),
        "managers": [member for member in offered if member.role == Role.TEAM_MANAGER],
        "manager": request.POST.get("manager", ""),
        "hand_over": hand_over,
        "refusal": refusal(actor, Action.TASK_CREATE, dataset) or _unfit(dataset.label_type),
    }
    return render(request, "labeling/task_create.html", context)


def _unfit(label_type: str) -> str | None:
    return None if label_type in TOOLS else _("Teams cannot label this type of data set yet.")


def _chosen_or_refused(offered: list[Member], wanted: Collection[str]) -> list[Member]:
    chosen = _chosen(offered, wanted)
    if not chosen:
        raise Invalid(_("Choose at least one labeler."))
    return chosen


@require_http_methods(["GET", "POST"])
def task_start(request: HttpRequest, task_id: str) -> HttpResponse:
    """The team manager, or the owner, chooses who works on a task that was handed over."""
    seat = open_whole_task(request, task_id)
    offered = _offered_for(seat)
    wanted = set(request.POST.getlist("member")) if request.method == "POST" else {m.public_id for m in offered}
    form = StartForm(request.POST or None)
    if request.method == "POST":
        try:
            services.start_team_task(seat=seat, members=_chosen_or_refused(offered, wanted))
        except (Invalid, Conflict, Denied) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The task has started. Its members get a mail in a moment."))
            return redirect("task-detail", task_id)
    context = {"seat": seat, "task": seat.task, "form": form, "teams": _team_choices(offered, wanted)}
    return render(request, "labeling/task_start.html", context)


def _offered_for(seat: Seat) -> list[Member]:
    """Whom a task can be given to: of the team manager's own team, or for people of the tenant of every team."""
    if seat.participant is None:
        return _offered(seat.actor)
    own = members(seat.actor, seat.participant.member.team)
    return list(own.exclude(role=Role.TEAM_MANAGER).order_by("email"))


@require_http_methods(["GET", "POST"])
def task_edit(request: HttpRequest, task_id: str) -> HttpResponse:
    actor = require_user(request)
    task = selectors.get_task(actor, task_id)
    offered = _offered(actor)
    present = {row.member.public_id for row in selectors.participants(task) if row.active}
    wanted = set(request.POST.getlist("member")) if request.method == "POST" else present
    initial = {"name": task.name, "description": task.description, "auto_assign": task.auto_assign}
    form = TaskForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = _chosen(offered, wanted)
        try:
            services.update_team_task(
                actor=actor, task=task, members=None if wanted == present else chosen, **form.cleaned_data
            )
        except (Invalid, Conflict) as error:
            show_refusal(form, error, _PLACES)
            task = selectors.get_task(actor, task_id)
        else:
            messages.success(request, _("The team task was changed."))
            return redirect("task-detail", task_id)
    context = {"task": task, "form": form, "teams": _team_choices(offered, wanted)}
    return render(request, "labeling/task_edit.html", context)
