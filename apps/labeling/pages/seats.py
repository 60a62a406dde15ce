"""From where the visitor of a page sees a task, and what a page shows beside its rows."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.core.errors import Denied
from apps.labeling import states
from apps.labeling.models import Participant, TeamTask
from apps.labeling.selectors import Seat, get_seat
from apps.teams.states import member_states
from apps.tenants.requests import require_person, require_user


def open_seat(request: HttpRequest, task_id: str) -> Seat:
    """The visitor's seat; NotFound when they may not know of the task."""
    actor = require_person(request)
    return get_seat(require_user(request) if actor.tenant else actor, task_id)


def open_whole_task(request: HttpRequest, task_id: str) -> Seat:
    """The seat of somebody who sees the whole task; Denied for labelers and reviewers."""
    seat = open_seat(request, task_id)
    if not seat.sees_all:
        raise Denied(_("This page is for the owner and the team manager. Your samples are under 'My tasks'."))
    return seat


def named_state(task: TeamTask) -> TeamTask:
    """The task with `state_label`, the word for its state."""
    task.state_label = states.task_states.labels[task.state]  # type: ignore[attr-defined]
    return task


def named_member(participant: Participant) -> Participant:
    """The participant with `member_state_label` and `left`, the number of answers they still owe."""
    participant.member_state_label = member_states.labels[participant.member.state]  # type: ignore[attr-defined]
    participant.left = sum(getattr(participant, state) for state in states.UNANSWERED)  # type: ignore[attr-defined]
    return participant
