"""Team tasks for those who run them: the list of a data set, and one task with its people."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from apps.access.actions import Action
from apps.access.services import refusal
from apps.core.errors import Conflict, Denied
from apps.core.paging import keyset_page
from apps.datasets.pages.frame import frame, open_dataset, shown_job
from apps.jobs.selectors import jobs_about
from apps.labeling import selectors, services, states
from apps.labeling.models import TeamTask
from apps.labeling.pages.seats import named_member, named_state, open_whole_task
from apps.labeling.selectors import Seat
from apps.tenants.requests import require_user

PAGE = 30


def _dressed(tasks: list[TeamTask]) -> list[TeamTask]:
    """The tasks with `state_label`, `counts` of their answers and `people`, the number of active participants."""
    people = selectors.participants_by_task(tasks)
    for task in tasks:
        named_state(task)
        task.counts = selectors.summed(people[task.pk])  # type: ignore[attr-defined]
        task.people = sum(participant.active for participant in people[task.pk])  # type: ignore[attr-defined]
    return tasks


def _marker(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 19 else None


@require_safe
def task_list(request: HttpRequest, dataset_id: str) -> HttpResponse:
    actor, dataset = open_dataset(request, dataset_id)
    page = keyset_page(
        selectors.tasks(actor, dataset),
        limit=PAGE,
        after=_marker(request, "after"),
        before=_marker(request, "before"),
        descending=True,
    )
    _dressed(page.rows)
    context = {
        **frame(request, dataset, "tasks"),
        "page": page,
        "create_refusal": refusal(actor, Action.TASK_CREATE, dataset),
    }
    return render(request, "labeling/task_list.html", context)


@require_safe
def task_row(request: HttpRequest, task_id: str) -> HttpResponse:
    """One row of the list, which refetches itself."""
    task = selectors.get_task(require_user(request), task_id)
    return render(request, "labeling/_task_row.html", {"task": _dressed([task])[0]})


def _standing(seat: Seat) -> dict[str, Any]:
    """The part of a task's page that changes while people work."""
    people = [named_member(participant) for participant in selectors.participants(seat.task)]
    jobs = jobs_about(f"task:{seat.task.public_id}", tenant_id=seat.task.tenant_id)[:5]
    shown = [job for job in jobs if job.is_active] or [job for job in jobs[:1] if job.state in ("failed", "stopped")]
    return {
        "seat": seat,
        "task": named_state(seat.task),
        "people": [participant for participant in people if participant.active],
        "former": [participant for participant in people if not participant.active and _has_answers(participant)],
        "counts": selectors.summed(people),
        "jobs": [] if seat.participant else [shown_job(seat.actor, job) for job in shown],
        "notify_refusal": refusal(seat.actor, Action.TASK_NOTIFY, seat.subject),
    }


def _has_answers(participant: Any) -> bool:
    return any(getattr(participant, state) for state in states.COUNTED)


@require_safe
def task_detail(request: HttpRequest, task_id: str) -> HttpResponse:
    seat = open_whole_task(request, task_id)
    context = {
        **_standing(seat),
        "edit_refusal": refusal(seat.actor, Action.TASK_UPDATE, seat.subject),
        "delete_refusal": refusal(seat.actor, Action.TASK_DELETE, seat.subject),
        "start_refusal": refusal(seat.actor, Action.TASK_START, seat.subject),
        "review_refusal": refusal(seat.actor, Action.ANNOTATION_REVIEW, seat.subject),
        "is_created": seat.task.state == states.CREATED,
    }
    return render(request, "labeling/task_detail.html", context)


@require_safe
def task_progress(request: HttpRequest, task_id: str) -> HttpResponse:
    context = {**_standing(open_whole_task(request, task_id)), "is_fragment": True}
    return render(request, "labeling/_task_progress.html", context)


@require_POST
def task_notify(request: HttpRequest, task_id: str) -> HttpResponse:
    """Send the mail again to the address `email`, or to everybody who takes part."""
    seat = open_whole_task(request, task_id)
    address = request.POST.get("email", "")
    people = selectors.participants(seat.task).filter(active=True)
    emails = [address] if address else [participant.member.email for participant in people]
    answers = services.notify_members(seat=seat, emails=emails)
    sent = sum(answer is None for answer in answers)
    if sent:
        sentence = ngettext("%(count)d mail is on its way.", "%(count)d mails are on their way.", sent)
        messages.success(request, sentence % {"count": sent})
    for answer in {str(answer) for answer in answers if answer is not None}:
        messages.warning(request, answer)
    return redirect("task-detail", task_id)


@require_POST
def task_delete(request: HttpRequest, task_id: str) -> HttpResponse:
    actor = require_user(request)
    task = selectors.get_task(actor, task_id)
    name, dataset_id = task.name, task.dataset.public_id
    try:
        services.delete_team_task(actor=actor, task=task)
    except (Conflict, Denied) as error:
        messages.error(request, str(error))
        return redirect("task-detail", task_id)
    messages.success(request, _("The team task '%(name)s' was deleted.") % {"name": name})
    return redirect("task-list", dataset_id)
