"""Taking the results of a round over: accepted answers into the data set, the others back to their labelers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Person
from apps.core.news import announce
from apps.datasets.models import Dataset, Sample
from apps.datasets.selectors.labels import labels_of
from apps.datasets.services import store_annotations
from apps.datasets.states import SampleState
from apps.labeling import remarks
from apps.labeling import states as labeling_states
from apps.labeling.counters import Moves
from apps.labeling.models import Assignment
from apps.labeltypes.labels import LabelSet
from apps.quality.models import Acceptance, Drawn
from apps.quality.selectors import lot
from apps.quality.services.rounds import held, tell
from apps.quality.states import COMPLETING, Scope, Verdict, acceptance_states

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of answers so far: accepted or refused; and of samples: labelled anew, overwritten, or kept."""

    accepted: int = 0
    refused: int = 0
    labelled: int = 0
    overwritten: int = 0
    kept: int = 0

    def __add__(self, other: Taken) -> Taken:
        mine, theirs = asdict(self), asdict(other)
        return Taken(**{name: mine[name] + theirs[name] for name in mine})


@transaction.atomic
def take_over(acceptance: Acceptance, *, after: UUID | None) -> tuple[UUID | None, Taken]:
    """Decide the answers to the next samples of the lot; answers the last sample, None at the end.

    What is decided leaves the lot's undecided answers, so that a batch that is repeated finds nothing to do twice.
    All answers to one sample are in one batch. Participants are counted before the data set is touched, as
    everywhere, so that two writers never wait for each other crosswise.
    """
    rows = _next_answers(acceptance, after)
    if not rows or acceptance.scope is None:
        return None, Taken()
    dataset = Dataset.objects.get(pk=acceptance.task.dataset_id)
    labels = labels_of(dataset)
    keys = [row.pk for row in rows]
    verdicts = {row.assignment_id: row for row in Drawn.objects.filter(acceptance=acceptance, assignment__in=keys)}
    accepted = _decide(rows, verdicts, Scope(acceptance.scope), labels)
    _write(rows)
    winners: dict[UUID, Assignment] = {}
    for row in sorted(accepted, key=_standing):
        winners.setdefault(row.sample_id, row)
    taken = _store(dataset, winners, labels, overwrite=acceptance.overwrite)
    announce(acceptance.topic)
    refused = len(rows) - len(accepted)
    return max(row.sample_id for row in rows), taken + Taken(accepted=len(accepted), refused=refused)


def _next_answers(acceptance: Acceptance, after: UUID | None) -> list[Assignment]:
    found = lot(acceptance) if after is None else lot(acceptance).filter(sample_id__gt=after)
    pairs = list(found.order_by("sample_id", "opinion").values_list("pk", "sample_id")[: BATCH + 1])
    if len(pairs) > BATCH:
        # The sample at the end may have more answers: it is left to the next batch, unless it is the only one.
        last = pairs[-1][1]
        pairs = [pair for pair in pairs if pair[1] != last] or list(
            lot(acceptance).filter(sample_id=last).values_list("pk", "sample_id")
        )
    # Locked in the order of keys, as everywhere.
    return list(
        lot(acceptance)
        .filter(pk__in=[pk for pk, _sample in pairs])
        .select_related("participant__person")
        .select_for_update(of=("self",))
        .order_by("pk")
    )


def _decide(
    rows: Iterable[Assignment], verdicts: Mapping[int, Drawn], scope: Scope, labels: LabelSet
) -> list[Assignment]:
    """Set what acceptance says of each answer; returns those that are accepted."""
    accepted = []
    machine = labeling_states.assignment_states
    for row in rows:
        drawn = verdicts.get(row.pk)
        row.check_score = drawn.score if drawn else ""
        row.check_comment = drawn.comment if drawn else ""
        if scope.accepts(drawn.verdict if drawn else Verdict.UNJUDGED):
            if row.nothing_here or _known_marks(row, labels):
                row.state = machine.next_state(row.state, "accept")
                accepted.append(row)
                continue
            row.check_comment = remarks.ALL_LABELS_DELETED
        elif drawn is None or drawn.verdict != Verdict.FAIL:
            row.check_comment = remarks.WITH_ITS_LOT
        row.state, row.check_score = machine.next_state(row.state, "refuse"), ""
    return accepted


def _write(rows: Sequence[Assignment]) -> None:
    # Most answers were not drawn or passed with one of four ratings: a handful of statements writes them all.
    alike: dict[tuple[str, str, str], list[int]] = {}
    moves = Moves()
    for row in rows:
        moves.add(row.participant_id, labeling_states.UNCHECKED, row.state)
        alike.setdefault((row.state, row.check_score, row.check_comment), []).append(row.pk)
    for (state, score, comment), keys in alike.items():
        accepted = state == labeling_states.ACCEPTED
        values = {"state": state, "check_accept": accepted, "check_score": score, "check_comment": comment}
        Assignment.objects.filter(pk__in=keys).update(**values if accepted else {**values, "lot": None})
    moves.save()


def _standing(row: Assignment) -> tuple[str, str, int]:
    """Best-rated first, the acceptance's rating before the review's; then the earliest."""
    rating = row.check_score or row.review_score or "E"
    return rating, row.submitted_at.isoformat() if row.submitted_at else "", row.opinion


def _known_marks(row: Assignment, labels: LabelSet) -> list[dict[str, object]]:
    return [mark for mark in row.annotation if mark["label"] in labels.by_id]


def _store(dataset: Dataset, winners: Mapping[UUID, Assignment], labels: LabelSet, *, overwrite: bool) -> Taken:
    if not winners:
        return Taken()
    met = Sample.objects.filter(pk__in=list(winners), state=SampleState.LABELLED).count()
    entries = [(sample_id, _known_marks(row, labels), _labeler(row)) for sample_id, row in winners.items()]
    written = store_annotations(dataset, entries, overwrite=overwrite)
    overwritten = met if overwrite else 0
    return Taken(labelled=written - overwritten, overwritten=overwritten, kept=len(entries) - written)


def _labeler(row: Assignment) -> Person | None:
    return row.participant.person if row.participant else None


@transaction.atomic
def finish_acceptance(acceptance: Acceptance, taken: Taken) -> None:
    """End the round once every answer of its lot is decided; the task is accepted when nothing was sent back."""
    fresh = held(acceptance)
    if fresh.state != COMPLETING:
        return
    acceptance_states.apply(fresh, "finish", also={"report": asdict(taken), "completed_at": timezone.now()})
    labeling_states.task_states.apply(fresh.task, "fail" if taken.refused else "pass")
    tell(fresh)
