"""Every read of this app: rounds, their reports, drawn answers, and what completing one would do."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.core.errors import NotFound
from apps.datasets.states import SampleState
from apps.labeling import states as labeling_states
from apps.labeling.models import Assignment, TeamTask
from apps.labeling.selectors import Seat, get_seat, progress
from apps.quality.models import Acceptance, Drawn
from apps.quality.states import COMPLETED, UNDER_WAY, Scope, Verdict
from apps.tenants.actors import Actor


@dataclass(frozen=True, slots=True)
class MemberReport:
    """The drawn answers of one member. `email` is empty once the member was deleted."""

    member_id: str
    email: str
    sampled: int
    passed: int
    failed: int

    @property
    def judged(self) -> int:
        return self.passed + self.failed

    @property
    def unjudged(self) -> int:
        return self.sampled - self.judged

    @property
    def pass_rate(self) -> float | None:
        return share(self.passed, self.judged)


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of one round, or of several together. `score_total` is the sum of the points that ratings give."""

    lot_size: int = 0
    sampled: int = 0
    judged: int = 0
    passed: int = 0
    failed: int = 0
    score_total: int = 0

    @property
    def unjudged(self) -> int:
        return self.sampled - self.judged

    @property
    def pass_rate(self) -> float | None:
        """Passed among judged, 0 to 1; None while nothing is judged."""
        return share(self.passed, self.judged)

    @property
    def average_score(self) -> float | None:
        """The mean of the points of what passed; None while nothing has."""
        return share(self.score_total, self.passed)


@dataclass(frozen=True, slots=True)
class Preview:
    """What completing a round would do: to the answers of the lot, and to samples that are labelled already."""

    accepted: int
    refused: int
    overwritten: int
    kept: int


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def acceptances(seat: Seat) -> QuerySet[Acceptance]:
    """The rounds of a task, newest first, for those who may see its acceptance."""
    authorize(seat.actor, Action.ACCEPTANCE_VIEW, seat.subject)
    return Acceptance.objects.filter(task=seat.task).select_related("started_by", "completed_by").order_by("-number")


def get_acceptance(actor: Actor, public_id: str) -> Acceptance:
    """The round with this public id; NotFound when there is none or the actor may not know of its task."""
    acceptance = Acceptance.objects.select_related("task").filter(public_id=public_id).first()
    if acceptance is None:
        raise _no_acceptance()
    seat = get_seat(actor, acceptance.task.public_id)
    authorize(seat.actor, Action.ACCEPTANCE_VIEW, seat.subject)
    acceptance.task = seat.task
    return acceptance


def get_acceptance_of(seat: Seat, public_id: str) -> Acceptance:
    """A round of the seat's task, the newest where none is named; NotFound when the task has no such round."""
    rounds = acceptances(seat)
    acceptance = (rounds.filter(public_id=public_id) if public_id else rounds).first()
    if acceptance is None:
        raise _no_acceptance()
    acceptance.task = seat.task
    return acceptance


def _no_acceptance() -> NotFound:
    return NotFound(_("There is no such acceptance."), code="ModelArts.4612")


def open_acceptance(task: TeamTask) -> Acceptance | None:
    """The round of the task that is drawing, open or being completed."""
    acceptance = Acceptance.objects.filter(task=task, state__in=UNDER_WAY).order_by("-number").first()
    if acceptance is not None:
        acceptance.task = task
    return acceptance


def newest_acceptance(task: TeamTask) -> Acceptance | None:
    """The last round of the task, in whatever state, for a caller that has already been shown the task."""
    acceptance = Acceptance.objects.filter(task=task).order_by("-number").first()
    if acceptance is not None:
        acceptance.task = task
    return acceptance


def get_open_acceptance(seat: Seat) -> Acceptance:
    """The round under way of the seat's task; NotFound when there is none."""
    authorize(seat.actor, Action.ACCEPTANCE_VIEW, seat.subject)
    acceptance = open_acceptance(seat.task)
    if acceptance is None:
        raise NotFound(_("No acceptance of this task is open. Start one first."), code="ModelArts.4612")
    return acceptance


def waiting_for_acceptance(task: TeamTask) -> QuerySet[Assignment]:
    """The answers that would be the lot of a round that starts now."""
    return Assignment.objects.filter(task=task, state=labeling_states.UNCHECKED)


def waiting_count(task: TeamTask) -> int:
    """How many answers wait for acceptance, from the counters."""
    return progress(task)[labeling_states.UNCHECKED]


def lot(acceptance: Acceptance) -> QuerySet[Assignment]:
    """The answers that the round holds and has not decided yet."""
    return Assignment.objects.filter(task_id=acceptance.task_id, lot=acceptance.number, state=labeling_states.UNCHECKED)


def report(acceptance: Acceptance) -> Report:
    """The counts of one round, from its counters."""
    return Report(
        lot_size=acceptance.lot_size,
        sampled=acceptance.sampled,
        judged=acceptance.judged,
        passed=acceptance.passed,
        failed=acceptance.failed,
        score_total=acceptance.score_total,
    )


def total_report(task: TeamTask) -> Report:
    """The counts of all completed rounds of a task together."""
    fields = ("lot_size", "sampled", "judged", "passed", "failed", "score_total")
    sums = Acceptance.objects.filter(task=task, state=COMPLETED).aggregate(**{name: Sum(name) for name in fields})
    return Report(**{name: sums[name] or 0 for name in fields})


def member_reports(acceptance: Acceptance) -> list[MemberReport]:
    """How the drawn answers of each member fared, by address."""
    rows = (
        Drawn.objects.filter(acceptance=acceptance)
        .values("assignment__participant__member__public_id", "assignment__participant__member__email")
        .annotate(
            sampled=Count("pk"),
            passed=Count("pk", filter=Q(verdict=Verdict.PASS)),
            failed=Count("pk", filter=Q(verdict=Verdict.FAIL)),
        )
        .order_by("assignment__participant__member__email")
    )
    return [
        MemberReport(
            member_id=row["assignment__participant__member__public_id"] or "",
            email=row["assignment__participant__member__email"] or "",
            sampled=row["sampled"],
            passed=row["passed"],
            failed=row["failed"],
        )
        for row in rows
    ]


def drawn(acceptance: Acceptance, *, verdicts: tuple[str, ...] = ()) -> QuerySet[Drawn]:
    """The drawn answers in their order, each with its sample and its labeler; `verdicts` narrows."""
    found = Drawn.objects.filter(acceptance=acceptance)
    if verdicts:
        found = found.filter(verdict=verdicts[0]) if len(verdicts) == 1 else found.filter(verdict__in=verdicts)
    return found.select_related("assignment__sample", "assignment__participant__member").order_by("position")


def drawn_of(acceptance: Acceptance, sample_id: UUID) -> QuerySet[Drawn]:
    """The drawn answers to one sample, in their order."""
    return drawn(acceptance).filter(assignment__sample=sample_id)


def page_of_drawn(
    acceptance: Acceptance, *, verdicts: tuple[str, ...] = (), limit: int, after: int | None = None, page: int = 0
) -> tuple[list[Drawn], int | None]:
    """One page of drawn answers and the marker of the next; `after` (a position) wins over `page`, from 0."""
    found = drawn(acceptance, verdicts=verdicts)
    start = page * limit
    if after is not None:
        found, start = found.filter(position__gt=after), 0
    rows = list(found[start : start + limit + 1])
    following = rows[limit - 1].position if len(rows) > limit else None
    return rows[:limit], following


def preview(acceptance: Acceptance, *, scope: Scope, overwrite: bool) -> Preview:
    """What completing the round so would do now. Changes nothing."""
    by_verdict = {
        Verdict.PASS: acceptance.passed,
        Verdict.FAIL: acceptance.failed,
        Verdict.UNJUDGED: acceptance.lot_size - acceptance.judged,
    }
    accepted = sum(count for verdict, count in by_verdict.items() if scope.accepts(verdict))
    labelled = _accepted(acceptance, scope).filter(sample__state=SampleState.LABELLED)
    met = labelled.values("sample_id").distinct().count() if accepted else 0
    return Preview(
        accepted=accepted,
        refused=acceptance.lot_size - accepted,
        overwritten=met if overwrite else 0,
        kept=0 if overwrite else met,
    )


def _accepted(acceptance: Acceptance, scope: Scope) -> QuerySet[Assignment]:
    held = lot(acceptance)
    match scope:
        case Scope.ALL:
            return held
        case Scope.NOTHING:
            return held.none()
        case Scope.PASSED_AND_UNJUDGED:
            failed = Drawn.objects.filter(acceptance=acceptance, verdict=Verdict.FAIL)
            return held.exclude(pk__in=failed.values("assignment"))
        case Scope.PASSED:
            passed = Drawn.objects.filter(acceptance=acceptance, verdict=Verdict.PASS)
            return held.filter(pk__in=passed.values("assignment"))


def conflicts(acceptance: Acceptance, *, limit: int, after: UUID | None = None) -> list[Assignment]:
    """Answers of the lot whose sample carries other labels in the data set already, in the order of the samples.

    Compares what is said, not the ids of marks; looks through the lot until `limit` are found.
    """
    held = lot(acceptance).filter(sample__state=SampleState.LABELLED)
    if after is not None:
        held = held.filter(sample_id__gt=after)
    found: list[Assignment] = []
    rows = held.select_related("sample", "participant__member").order_by("sample_id", "opinion")
    for row in rows.iterator(chunk_size=500):
        if _meaning(row.annotation) != _meaning(row.sample.annotation):
            found.append(row)
            if len(found) == limit:
                break
    return found


def _meaning(annotation: list[dict[str, object]]) -> list[str]:
    said = ("label", "shape", "points", "attributes")
    return sorted(repr([mark.get(key) or None for key in said]) for mark in annotation)


def start_refusal(task: TeamTask) -> str | None:
    """Why no round can start now, whoever asks; None when one can."""
    if task.state in labeling_states.ROUND_OPEN:
        return _("An acceptance of this task is open. Continue and complete that one first.")
    if not labeling_states.task_states.allows(task.state, "draw"):
        return _("The task is not running yet.")
    if not waiting_for_acceptance(task).exists():
        return _("Nobody has handed in an answer that waits for acceptance yet.")
    return None
