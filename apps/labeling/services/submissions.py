"""Handing in answers: the road that every labeler takes for every sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import BigIntegerField
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.cursors import at_once
from apps.core.errors import Conflict, Invalid, NotFound, TagoraError
from apps.core.news import announce
from apps.core.prepared import PreparedUpdate, Slot
from apps.datasets.selectors.labels import labels_of
from apps.labeling import states
from apps.labeling.counters import Moves
from apps.labeling.models import Assignment, TeamTask
from apps.labeling.selectors import TaskPath, get_participation, lock_assigned, seat_of
from apps.labeltypes import Annotation, LabelType, SampleContext, label_types
from apps.labeltypes.wire import NOTHING
from apps.tenants.actors import Actor

MOST_AT_ONCE = 1000
_WRITTEN = (
    "annotation",
    "state",
    "revision",
    "last_submission",
    "submitted_at",
    "reviewer",
    "review_accept",
    "review_score",
    "review_comment",
    "check_accept",
    "check_score",
    "check_comment",
    "reviewed_at",
)


_write_one = PreparedUpdate(
    lambda: (
        Assignment.objects.filter(pk=Slot("pk", BigIntegerField())),
        {name: Slot(name, Assignment._meta.get_field(name)) for name in _WRITTEN},  # type: ignore[arg-type]
    )
)


@dataclass(frozen=True, slots=True)
class Submission:
    """What a labeler says of one sample. `annotation` names labels by name.

    An empty one takes the answer back, unless `nothing` says that there is nothing in the sample: that is an answer
    like any other. The annotation may be a function that makes it for a label type, which is known only with the task.
    `revision` is the one the labeler saw (None: whatever is stored is replaced); a `submission_id` that was
    taken already is acknowledged again and changes nothing.
    """

    sample_id: UUID
    annotation: Annotation | Callable[[LabelType], Annotation]
    revision: int | None = None
    submission_id: UUID | None = None
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one submission: the assignment as it is now, and the refusal, if it was refused."""

    sample_id: UUID
    assignment: Assignment | None = None
    error: TagoraError | None = None


def is_frozen(assignment: Assignment, task: TeamTask) -> bool:
    """Whether an open acceptance round holds the answer.

    A lot number above the task's is one that was drawn after the task was read: the round is open then, too.
    """
    if assignment.lot is None or assignment.lot < task.lot:
        return False
    return assignment.lot > task.lot or task.state in states.ROUND_OPEN


@transaction.atomic
def submit_annotations(*, actor: Actor, path: TaskPath, submissions: Sequence[Submission]) -> list[Outcome]:
    """Hand in answers to samples that were given to the signed-in labeler.

    Each submission stands for itself: a refused one changes nothing and does not hold up the others. A
    submission based on an older revision is refused with Conflict; the outcome carries what is stored. The
    answer is cleaned before the state moves, so that nobody reviews what could not be published.

    Takes the path instead of the task because one statement finds the task, the labeler's part and the
    assignments. The rows stay locked until the end of the transaction; nothing shared between labelers is.
    """
    if len(submissions) > MOST_AT_ONCE:
        raise Invalid(_("Hand in at most %(most)d samples at once.") % {"most": MOST_AT_ONCE}, field="samples")
    wanted = [submission.sample_id for submission in submissions]
    held = {row.sample_id: row for row in lock_assigned(actor, path, wanted)}
    first = next(iter(held.values()), None)
    if first is not None and first.participant is not None:
        participant = first.participant
        participant.task = first.task
    else:
        participant = get_participation(actor, path.task_id, dataset_id=path.dataset_id, project_id=path.project_id)
    seat = seat_of(actor, participant)
    authorize(seat.actor, Action.ANNOTATION_SUBMIT, participant)
    outcomes: list[Outcome] = []
    changed: dict[UUID, Assignment] = {}
    moves = Moves()
    now = timezone.now()
    for submission in submissions:
        assignment = held.get(submission.sample_id)
        try:
            if assignment is None:
                raise NotFound(_("This sample was not given to you."), code="ModelArts.4420")
            if submission.submission_id is None or submission.submission_id != assignment.last_submission:
                before = assignment.state
                _answer(assignment, seat.task, submission, now)
                moves.add(participant.pk, before, assignment.state)
                changed[assignment.sample_id] = assignment
        except TagoraError as error:
            outcomes.append(Outcome(submission.sample_id, assignment, error))
        else:
            outcomes.append(Outcome(submission.sample_id, assignment))
    if changed:
        with at_once():
            _write(list(changed.values()))
            moves.save()
            announce(f"task:{seat.task.public_id}")
            record(
                seat.actor,
                Event.UPDATE_WORKFORCE_TASK_SAMPLES,
                seat.task,
                request={"samples": {row.sample_id.hex: row.revision for row in changed.values()}},
            )
    return outcomes


def _answer(assignment: Assignment, task: TeamTask, submission: Submission, now: datetime) -> None:
    """Set the fields of `assignment`, or raise and leave them as they were."""
    if task.state == states.CREATED:
        raise Conflict(_("The task has not been started."), code="ModelArts.4621")
    if is_frozen(assignment, task):
        raise Conflict(_("The owner is checking this answer. It can be changed when it comes back to you."))
    if assignment.state == states.ACCEPTED:
        raise Conflict(_("This answer was accepted. It cannot be changed any more."))
    if submission.revision is not None and submission.revision != assignment.revision:
        raise Conflict(_("This answer was changed meanwhile, perhaps in another window. Compare both and save again."))
    kind = label_types.get(task.dataset.label_type)
    annotation = submission.annotation(kind) if callable(submission.annotation) else submission.annotation
    if annotation and submission.nothing:
        raise Invalid(_("Give labels, or say that there is nothing here: both at once is no answer."), field=NOTHING)
    if annotation or submission.nothing:
        action = "submit_for_review" if task.review_required else "submit"
    else:
        action = "withdraw"
    target = states.assignment_states.next_state(assignment.state, action)
    sample = assignment.sample
    labels = labels_of(task.dataset)
    cleaned = kind.clean(annotation, labels, SampleContext(width=sample.width, height=sample.height))
    assignment.annotation = labels.encode(cleaned)
    assignment.state = target
    assignment.revision += 1
    assignment.last_submission = submission.submission_id
    assignment.submitted_at = None if action == "withdraw" else now
    # What was said of the earlier answer does not hold for this one.
    assignment.reviewer = None
    assignment.review_accept = assignment.check_accept = None
    assignment.review_score = assignment.check_score = ""
    assignment.review_comment = assignment.check_comment = ""
    assignment.reviewed_at = None


def _write(rows: list[Assignment]) -> None:
    if len(rows) == 1:
        _write_one(pk=rows[0].pk, **{name: getattr(rows[0], name) for name in _WRITTEN})
    else:
        Assignment.objects.bulk_update(rows, _WRITTEN, batch_size=200)
