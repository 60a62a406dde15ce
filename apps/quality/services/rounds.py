"""The life of an acceptance round: started, opened for judging, completed or cancelled."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Invalid
from apps.core.news import announce
from apps.jobs.services import start_job
from apps.labeling import states as labeling_states
from apps.labeling.models import TeamTask
from apps.labeling.selectors import Seat
from apps.quality.models import Acceptance, Drawn
from apps.quality.selectors import lot, waiting_for_acceptance
from apps.quality.states import DRAWING, OPEN, Method, Scope, acceptance_states

_NOTHING_TO_CHECK = "ModelArts.4625"


def held(acceptance: Acceptance) -> Acceptance:
    """The round and its task as they are now, locked until the end of the transaction: always the task first."""
    task = TeamTask.objects.select_for_update(no_key=True, of=("self",)).select_related("dataset")
    fresh_task = task.get(pk=acceptance.task_id)
    fresh = Acceptance.objects.select_for_update(no_key=True).get(pk=acceptance.pk)
    fresh.task = fresh_task
    return fresh


def tell(acceptance: Acceptance) -> None:
    task = acceptance.task
    announce(acceptance.topic, f"task:{task.public_id}", f"dataset:{task.dataset.public_id}")


def _clean_size(rate: float | None, number: int | None) -> Method:
    if (rate is None) == (number is None):
        raise Invalid(_("Give either a share or a number of answers to draw."), field="sampling_num")
    if rate is not None and not 0 < rate <= 1:
        raise Invalid(_("The share to draw is above 0 and at most 1 (100 %)."), field="sampling_rate")
    if number is not None and not 1 <= number <= 2**31 - 1:
        raise Invalid(_("Draw at least one answer."), field="sampling_num")
    return Method.PERCENT if rate is not None else Method.NUMBER


@transaction.atomic
def start_acceptance(*, seat: Seat, rate: float | None = None, number: int | None = None) -> Acceptance:
    """Start a round: the answers that wait for acceptance now become its lot, and a job draws from it.

    `rate` is a share of the lot above 0 and at most 1, `number` a count that the lot caps; exactly one is given.
    Conflict while another round is under way, before the task has started, or when nothing waits for acceptance.
    """
    authorize(seat.actor, Action.ACCEPTANCE_START, seat.subject)
    method = _clean_size(rate, number)
    # The lock makes the checks below true until the round exists, and gives lots their numbers one by one.
    fresh = TeamTask.objects.select_for_update(no_key=True).get(pk=seat.task.pk)
    if fresh.state in labeling_states.ROUND_OPEN:
        raise Conflict(
            _("An acceptance of this task is open. Continue and complete that one first."), code="ModelArts.4623"
        )
    if fresh.state in (labeling_states.CREATED, labeling_states.STARTING):
        raise Conflict(_("The task is not running yet."), code="ModelArts.4621")
    if not waiting_for_acceptance(fresh).exists():
        raise Conflict(_("Nobody has handed in an answer that waits for acceptance yet."), code=_NOTHING_TO_CHECK)
    labeling_states.task_states.apply(fresh, "draw", also={"lot": fresh.lot + 1})
    seat.task.state, seat.task.lot = fresh.state, fresh.lot
    acceptance = Acceptance.objects.create(
        tenant_id=fresh.tenant_id,
        task=seat.task,
        number=fresh.lot,
        method=method,
        rate=rate,
        size=number,
        started_by=seat.actor.person,
    )
    start_job(
        seat.actor.within(seat.task.tenant, seat.task.dataset.project),
        kind="draw_acceptance_sample",
        params={"acceptance": acceptance.public_id},
        subject=f"task:{fresh.public_id}",
        subject_name=fresh.name,
        key=f"acceptance:{acceptance.public_id}",
    )
    tell(acceptance)
    record(seat.actor, Event.START_SAMPLING_TASK, acceptance, request={"sampling_rate": rate, "sampling_num": number})
    return acceptance


@transaction.atomic
def open_round(acceptance: Acceptance) -> bool:
    """Let people judge what the job has drawn; False when the round was cancelled meanwhile.

    Counts once, under the lock that whoever deletes samples takes too; from then on counters move by differences.
    A lot that was emptied before it could be frozen ends the round instead.
    """
    fresh = held(acceptance)
    if fresh.state != DRAWING:
        return False
    lot_size = lot(fresh).count()
    if lot_size == 0:
        _end(fresh)
        return False
    also = {
        "lot_size": lot_size,
        "sampled": Drawn.objects.filter(acceptance=fresh).count(),
        "opened_at": timezone.now(),
    }
    acceptance_states.apply(fresh, "open", also=also)
    labeling_states.task_states.apply(fresh.task, "open")
    tell(fresh)
    return True


@transaction.atomic
def complete_acceptance(*, seat: Seat, acceptance: Acceptance, scope: Scope, overwrite: bool = False) -> Acceptance:
    """End a round: a job takes what `scope` accepts over into the data set and sends the rest back to its labelers.

    With `overwrite` samples that have labels already get the team's; without it they keep theirs. Conflict when the
    round is not open.
    """
    authorize(seat.actor, Action.ACCEPTANCE_COMPLETE, seat.subject)
    fresh = held(acceptance)
    _refuse_unless_open(fresh)
    also = {"scope": scope.value, "overwrite": overwrite, "completed_by": seat.actor.person}
    acceptance_states.apply(fresh, "complete", also=also)
    labeling_states.task_states.apply(fresh.task, "complete")
    start_job(
        seat.actor.within(seat.task.tenant, seat.task.dataset.project),
        kind="complete_acceptance",
        params={"acceptance": fresh.public_id},
        subject=f"task:{fresh.task.public_id}",
        subject_name=fresh.task.name,
        key=f"acceptance:{fresh.public_id}",
    )
    tell(fresh)
    request = {"action": scope.value, "overwrite_last_result": overwrite}
    record(seat.actor, Event.UPDATE_SAMPLING_TASK, fresh, request=request)
    return fresh


@transaction.atomic
def cancel_acceptance(*, seat: Seat, acceptance: Acceptance) -> Acceptance:
    """End a round without deciding anything: its lot is open for changes again, verdicts stay in its report only."""
    authorize(seat.actor, Action.ACCEPTANCE_COMPLETE, seat.subject)
    fresh = held(acceptance)
    if fresh.state != DRAWING:
        _refuse_unless_open(fresh)
    _end(fresh, completed_by=seat.actor.person)
    record(seat.actor, Event.UPDATE_SAMPLING_TASK, fresh, request={"action": 2})
    return fresh


@transaction.atomic
def give_up_drawing(acceptance: Acceptance) -> None:
    """Cancel a round whose draw failed or was stopped, so that another can be started."""
    fresh = held(acceptance)
    if fresh.state == DRAWING:
        _end(fresh)


def _end(acceptance: Acceptance, **also: object) -> None:
    # The lot need not be touched: only the number of a round under way holds an answer.
    acceptance_states.apply(acceptance, "cancel", also={**also, "completed_at": timezone.now()})
    labeling_states.task_states.apply(acceptance.task, "cancel")
    tell(acceptance)


def _refuse_unless_open(acceptance: Acceptance) -> None:
    if acceptance.state == DRAWING:
        raise Conflict(_("Samples are still being drawn. Wait a moment."), code="ModelArts.4624")
    if acceptance.state != OPEN:
        raise Conflict(_("This acceptance has ended."), code="ModelArts.4606")
