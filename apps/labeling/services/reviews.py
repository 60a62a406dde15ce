"""Judging answers before acceptance: approve with a rating, or send back with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Denied, Invalid, NotFound, TagoraError
from apps.core.news import announce
from apps.labeling import states
from apps.labeling.counters import Moves
from apps.labeling.models import Assignment
from apps.labeling.policies import never_your_own_work
from apps.labeling.selectors import Seat
from apps.labeling.services.distribution import start_distribution
from apps.teams.texts import clean_description

MOST_AT_ONCE = 1000
SCORES = ("A", "B", "C", "D")
FORBIDDEN_IN_COMMENT = "!<>=&\"'"


@dataclass(frozen=True, slots=True)
class Review:
    """A verdict on one answer. `member_id` chooses among several opinions about the sample.

    An approval has a `score` A (best) to D; a rejection has a `comment` that tells the labeler why.
    `revision`, where given, is the one that the reviewer saw.
    """

    sample_id: UUID
    accept: bool
    score: str = ""
    comment: str = ""
    member_id: str = ""
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewOutcome:
    """What became of one review: the assignment as it is now, and the refusal, if it was refused."""

    sample_id: UUID
    assignment: Assignment | None = None
    error: TagoraError | None = None


def clean_verdict(accept: bool, score: str, comment: str) -> tuple[str, str]:
    """The score and comment of a verdict as they are stored; Invalid when one is missing or malformed.

    An approval without a score counts as A; a rejection never has one.
    """
    comment = clean_description(comment, field="comment", forbidden=FORBIDDEN_IN_COMMENT)
    if accept:
        if score and score not in SCORES:
            raise Invalid(_("A rating is A, B, C or D."), field="score")
        return score or SCORES[0], comment
    if not comment:
        raise Invalid(_("Say why the answer is rejected, so that it can be put right."), field="comment")
    return "", comment


@transaction.atomic
def review_annotations(*, seat: Seat, reviews: Sequence[Review]) -> list[ReviewOutcome]:
    """Approve or reject answers that wait for review; rejected ones go back to their labeler with the reason.

    What somebody who has left the task answered, and is now rejected, goes to the others. Each review stands for
    itself. Of two reviewers of one answer the second is refused with Conflict, and so is one whose `revision` is no
    longer the stored one; the verdict that stands, sent again by its reviewer, is acknowledged and changes nothing.
    """
    authorize(seat.actor, Action.ANNOTATION_REVIEW, seat.subject)
    if len(reviews) > MOST_AT_ONCE:
        raise Invalid(_("Review at most %(most)d samples at once.") % {"most": MOST_AT_ONCE}, field="comments")
    rows = (
        Assignment.objects.filter(task=seat.task, sample__in=[review.sample_id for review in reviews])
        .select_related("participant__member")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    opinions: dict[UUID, list[Assignment]] = {}
    for row in rows:
        row.task = seat.task
        opinions.setdefault(row.sample_id, []).append(row)
    outcomes: list[ReviewOutcome] = []
    moves = Moves()
    changed: list[Assignment] = []
    now = timezone.now()
    for review in reviews:
        assignment = _chosen(opinions.get(review.sample_id, []), review)
        try:
            if assignment is None:
                raise NotFound(_("There is no such sample in this task."), code="ModelArts.4420")
            if not _said_already(seat, assignment, review):
                _judge(seat, assignment, review)
                assignment.reviewed_at = now
                moves.add(assignment.participant_id, states.UNREVIEWED, assignment.state)
                changed.append(assignment)
        except TagoraError as error:
            outcomes.append(ReviewOutcome(review.sample_id, assignment, error))
        else:
            outcomes.append(ReviewOutcome(review.sample_id, assignment))
    if changed:
        fields = ["state", "reviewer", "review_accept", "review_score", "review_comment", "reviewed_at"]
        Assignment.objects.bulk_update(changed, fields, batch_size=200)
        moves.save()
        if any(not row.review_accept and row.participant and not row.participant.active for row in changed):
            start_distribution(seat.actor, seat.task)
        announce(f"task:{seat.task.public_id}")
        record(
            seat.actor,
            Event.REVIEW_SAMPLES,
            seat.task,
            request={"samples": {row.sample_id.hex: row.review_score or "rejected" for row in changed}},
        )
    return outcomes


def _chosen(opinions: list[Assignment], review: Review) -> Assignment | None:
    """The opinion that a review speaks of: by member where named, else the first that waits for review."""
    if review.member_id:
        named = (row for row in opinions if row.participant and row.participant.member.public_id == review.member_id)
        return next(named, None)
    waiting = [row for row in opinions if row.state == states.UNREVIEWED]
    return next(iter(waiting or opinions), None)


def _said_already(seat: Seat, assignment: Assignment, review: Review) -> bool:
    """Whether this very verdict of this reviewer stands: its acknowledgement was lost, and it came again."""
    if seat.actor.person is None or assignment.reviewer_id != seat.actor.person.pk:
        return False
    action = "approve" if review.accept else "reject"
    if assignment.state != states.assignment_states.next_state(states.UNREVIEWED, action):
        return False
    if review.revision is not None and review.revision != assignment.revision:
        return False
    stored = (assignment.review_accept, assignment.review_score, assignment.review_comment)
    return stored == (review.accept, *clean_verdict(review.accept, review.score, review.comment))


def _judge(seat: Seat, assignment: Assignment, review: Review) -> None:
    """Set the fields of `assignment`, or raise and leave them as they were."""
    reason = never_your_own_work(seat.actor, assignment)
    if reason:
        raise Denied(reason)
    if assignment.state != states.UNREVIEWED:
        raise Conflict(_("This answer does not wait for review any more."), code="ModelArts.4606")
    if review.revision is not None and review.revision != assignment.revision:
        raise Conflict(_("The labeler changed this answer meanwhile. Look at it again."), code="ModelArts.4606")
    score, comment = clean_verdict(review.accept, review.score, review.comment)
    action = "approve" if review.accept else "reject"
    assignment.state = states.assignment_states.next_state(assignment.state, action)
    assignment.reviewer = seat.actor.person
    assignment.review_accept = review.accept
    assignment.review_score = score
    assignment.review_comment = comment
