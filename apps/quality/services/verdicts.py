"""Judging drawn answers: pass with a rating, or fail with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Denied, Invalid, NotFound, TagoraError
from apps.core.news import announce
from apps.labeling.selectors import Seat
from apps.labeling.services import clean_verdict
from apps.quality.models import Acceptance, Drawn
from apps.quality.policies import never_judge_your_own_answer
from apps.quality.states import OPEN, Verdict

MOST_AT_ONCE = 1000
POINTS = {"A": 4, "B": 3, "C": 2, "D": 1}
"""What a rating counts in the mean of a round."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge says of one drawn answer. `member_id` chooses among several answers to the sample.

    A pass has a `score` A (best) to D; a fail has a `comment` that tells the labeler why.
    """

    sample_id: UUID
    accept: bool
    score: str = ""
    comment: str = ""
    member_id: str = ""


@dataclass(frozen=True, slots=True)
class JudgementOutcome:
    """What became of one judgement: the drawn answer as it is now, and the refusal, if it was refused."""

    sample_id: UUID
    drawn: Drawn | None = None
    error: TagoraError | None = None


@dataclass(slots=True)
class _Counts:
    passed: int = 0
    failed: int = 0
    score_total: int = 0

    def add(self, row: Drawn, sign: int) -> None:
        self.passed += sign * (row.verdict == Verdict.PASS)
        self.failed += sign * (row.verdict == Verdict.FAIL)
        self.score_total += sign * POINTS.get(row.score, 0)


@transaction.atomic
def judge_acceptance(*, seat: Seat, acceptance: Acceptance, judgements: Sequence[Judgement]) -> list[JudgementOutcome]:
    """Store verdicts on drawn answers; an earlier verdict is replaced, the same one twice changes nothing.

    Each judgement stands for itself: one that is refused does not hold up the others. Conflict when the round is
    not open: nothing may change once results are being taken over.
    """
    authorize(seat.actor, Action.ACCEPTANCE_JUDGE, seat.subject)
    if len(judgements) > MOST_AT_ONCE:
        raise Invalid(_("Judge at most %(most)d samples at once.") % {"most": MOST_AT_ONCE}, field="comments")
    # The lock lets two judges count one after the other, and keeps the round from being completed in between.
    fresh = Acceptance.objects.select_for_update(no_key=True).get(pk=acceptance.pk)
    if fresh.state != OPEN:
        raise Conflict(_("This acceptance is not open for judging."), code="ModelArts.4624")
    answers: dict[UUID, list[Drawn]] = {}
    wanted = [judgement.sample_id for judgement in judgements]
    found = Drawn.objects.filter(acceptance=fresh, assignment__sample__in=wanted)
    for drawn in found.select_related("assignment__participant__member").order_by("position"):
        answers.setdefault(drawn.assignment.sample_id, []).append(drawn)
    outcomes: list[JudgementOutcome] = []
    changed: dict[int, Drawn] = {}
    counts = _Counts()
    now = timezone.now()
    for judgement in judgements:
        row = _chosen(answers.get(judgement.sample_id, []), judgement.member_id)
        try:
            if row is None:
                raise NotFound(_("This sample was not drawn."), code="ModelArts.4420")
            _judge(seat, row, judgement, counts)
            row.judged_at = now
            changed[row.pk] = row
        except TagoraError as error:
            outcomes.append(JudgementOutcome(judgement.sample_id, row, error))
        else:
            outcomes.append(JudgementOutcome(judgement.sample_id, row))
    if changed:
        fields = ["verdict", "score", "comment", "judged_by", "judged_at"]
        Drawn.objects.bulk_update(changed.values(), fields, batch_size=200)
        Acceptance.objects.filter(pk=fresh.pk).update(
            judged=F("judged") + counts.passed + counts.failed,
            passed=F("passed") + counts.passed,
            failed=F("failed") + counts.failed,
            score_total=F("score_total") + counts.score_total,
        )
        announce(fresh.topic, f"task:{seat.task.public_id}")
        verdicts = {row.assignment.sample_id.hex: row.score or row.verdict for row in changed.values()}
        record(seat.actor, Event.ACCEPT_SAMPLES, fresh, request={"samples": verdicts})
    return outcomes


def _chosen(rows: list[Drawn], member_id: str) -> Drawn | None:
    """The answer that a judgement speaks of: by member where named, else the first that has no verdict."""
    if member_id:
        named = (row for row in rows if (part := row.assignment.participant) and part.member.public_id == member_id)
        return next(named, None)
    unjudged = [row for row in rows if not row.verdict]
    return next(iter(unjudged or rows), None)


def _judge(seat: Seat, row: Drawn, judgement: Judgement, counts: _Counts) -> None:
    """Set the fields of `row` and count the difference, or raise and leave both as they were."""
    reason = never_judge_your_own_answer(seat.actor, row.assignment)
    if reason:
        raise Denied(reason)
    if judgement.accept and not judgement.score:
        raise Invalid(_("Rate what passes: A, B, C or D."), field="score")
    score, comment = clean_verdict(judgement.accept, judgement.score, judgement.comment)
    counts.add(row, -1)
    row.verdict = Verdict.PASS if judgement.accept else Verdict.FAIL
    row.score, row.comment, row.judged_by = score, comment, seat.actor.person
    counts.add(row, +1)
