"""Work: a person's tasks, the console in which they label, and the page on which they review."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.access.actions import Action
from apps.access.services import authorize
from apps.labeling import selectors, states
from apps.labeling.models import Participant
from apps.labeling.pages.seats import named_state, open_seat, open_whole_task
from apps.labeling.pages.tool import api_of, tool_config, tool_page
from apps.labeling.selectors import Seat
from apps.teams.models import Role
from apps.teams.services import mark_signed_in
from apps.tenants import walls
from apps.tenants.requests import require_person

# The order in which a labeler should turn to what is to be done.
_FIRST = (states.REJECTED, states.UNLABELLED, states.TO_CONFIRM)


@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """The tasks a person takes part in, of whatever tenant."""
    actor = require_person(request)
    mark_signed_in(actor=actor)
    with walls.every_tenant("a worker's list shows the tasks of every tenant they work for"):
        parts = [_card(part) for part in selectors.participations(actor).order_by("-pk")]
    return render(request, "labeling/work.html", {"parts": parts})


def _card(part: Participant) -> dict[str, Any]:
    task = named_state(part.task)
    waiting: dict[str, int] | None = None
    if part.role == Role.LABELER:
        counts = {state: getattr(part, state) for state in states.COUNTED}
        left = sum(counts[state] for state in states.UNANSWERED)
    else:
        counts = selectors.progress(task)
        left = counts[states.UNREVIEWED]
        waiting = {"unreviewed": left}
    return {"part": part, "task": task, "counts": counts, "left": left, "waiting": waiting}


def _tabs(seat: Seat, current: str) -> list[dict[str, Any]]:
    counts = selectors.counts_seen(seat)
    return [
        {
            "state": state,
            "label": label,
            "count": counts[state],
            "query": urlencode({"state": state}),
            "current": state == current,
        }
        for state, label in states.assignment_states.labels.items()
    ]


def _tab(request: HttpRequest, seat: Seat) -> str:
    """The tab that is asked for, or the first that has something to do."""
    wanted = request.GET.get("state", "")
    if wanted in states.COUNTED:
        return wanted
    counts = selectors.counts_seen(seat)
    return next((state for state in _FIRST if counts[state]), states.UNLABELLED)


@require_safe
def work_task(request: HttpRequest, task_id: str) -> HttpResponse:
    """The labeler's console; whoever has another part in the task is sent to their own page."""
    seat = open_seat(request, task_id)
    if seat.sees_all:
        return redirect("task-detail", task_id)
    mark_signed_in(actor=require_person(request))
    if not seat.sees_own_only:
        return redirect("work-review", task_id)
    current = _tab(request, seat)
    readonly = current == states.ACCEPTED or seat.task.state == states.CREATED
    config = tool_config(
        seat,
        mode="labeling",
        state=states.ASSIGNMENT_WIRE[current],
        samples=f"{api_of(seat.task)}/data-annotations/samples",
        back=reverse("work"),
        start=request.GET.get("sample", "")[:36],
        readonly=readonly,
    )
    context = {"tabs": _tabs(seat, current), "current": current}
    return tool_page(request, "labeling/console.html", seat, config, context)


@require_safe
def work_counts(request: HttpRequest, task_id: str) -> HttpResponse:
    """The tabs with their counts, which refetch themselves."""
    seat = open_seat(request, task_id)
    current = _tab(request, seat)
    address = request.GET.get("of", "")
    pages = {"answers": "task-answers"}
    context = {
        "task": seat.task,
        "tabs": _tabs(seat, current),
        "current": current,
        "of": address if address in pages else "",
        "page": reverse(pages.get(address, "work-task"), args=[task_id]),
    }
    return render(request, "labeling/_tabs.html", context)


@require_safe
def work_review(request: HttpRequest, task_id: str) -> HttpResponse:
    """What waits for review, for reviewers, the team manager and the owner."""
    seat = open_seat(request, task_id)
    authorize(seat.actor, Action.ANNOTATION_REVIEW, seat.subject)
    mark_signed_in(actor=require_person(request))
    api = api_of(seat.task)
    config = tool_config(
        seat,
        mode="review",
        state=states.ASSIGNMENT_WIRE[states.UNREVIEWED],
        samples=f"{api}/data-annotations/samples",
        review=f"{api}/data-annotations/review",
        back=reverse("task-detail", args=[task_id]) if seat.sees_all else reverse("work"),
        start=request.GET.get("sample", "")[:36],
        readonly=True,
    )
    context = {"waiting": selectors.counts_seen(seat)[states.UNREVIEWED], "heading": _("Review")}
    return tool_page(request, "labeling/review.html", seat, config, context)


@require_safe
def task_answers(request: HttpRequest, task_id: str) -> HttpResponse:
    """Everything that was answered, to look at, for the team manager and the owner."""
    seat = open_whole_task(request, task_id)
    wanted = request.GET.get("state", "")
    current = wanted if wanted in states.COUNTED else states.UNCHECKED
    config = tool_config(
        seat,
        mode="review",
        state=states.ASSIGNMENT_WIRE[current],
        samples=f"{api_of(seat.task)}/data-annotations/samples",
        back=reverse("task-detail", args=[task_id]),
        start=request.GET.get("sample", "")[:36],
        readonly=True,
    )
    context = {"tabs": _tabs(seat, current), "current": current}
    return tool_page(request, "labeling/answers.html", seat, config, context)
