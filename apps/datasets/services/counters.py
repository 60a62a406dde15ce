"""The counters of data sets and labels, moved by differences in the transaction that changes the samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Case, F, IntegerField, Value, When
from django.utils import timezone

from apps.core.errors import Conflict, NotFound
from apps.core.news import announce
from apps.core.texts import text as _
from apps.datasets.models import Dataset, Label
from apps.datasets.states import DELETING, SampleState


@dataclass(slots=True)
class Difference:
    """How a set of changes moves the counters of one data set: by how many samples of each kind, and per label."""

    samples: int = 0
    labelled: int = 0
    to_confirm: int = 0
    hard: int = 0
    uses: dict[int, int] = field(default_factory=dict)
    marks: dict[int, int] = field(default_factory=dict)

    def sample(self, state: int, hard: bool, annotation: list[dict[str, int]], sign: int) -> None:
        """Add (`sign` 1) or take away (-1) what one sample contributes, its existence apart."""
        if state == SampleState.LABELLED:
            self.labelled += sign
        elif state == SampleState.TO_CONFIRM:
            self.to_confirm += sign
        if hard:
            self.hard += sign
        for mark in annotation:
            label = mark["label"]
            self.marks[label] = self.marks.get(label, 0) + sign
        for label in {mark["label"] for mark in annotation}:
            self.uses[label] = self.uses.get(label, 0) + sign


def apply(dataset: Dataset, difference: Difference) -> None:
    """Move the counters. Conflict when a label that gains a sample was deleted meanwhile.

    NotFound when samples were added to a data set that is gone or going: nothing else keeps them out of it. Labels
    are moved before the data set, everywhere, so that two writers meet in the same order.
    """
    _count_labels(difference)
    moves: Mapping[str, int] = {
        "sample_count": difference.samples,
        "labelled_count": difference.labelled,
        "to_confirm_count": difference.to_confirm,
        "hard_count": difference.hard,
    }
    rows = Dataset.objects.filter(pk=dataset.pk)
    if difference.samples > 0:
        rows = rows.exclude(state=DELETING)
    counted = rows.update(updated_at=timezone.now(), **{name: F(name) + by for name, by in moves.items() if by})
    if not counted and difference.samples > 0:
        raise NotFound(_("The data set was deleted."), code="ModelArts.4352")
    announce(dataset.topic)


def _count_labels(difference: Difference) -> None:
    touched = sorted(difference.marks)
    if not touched:
        return
    counted = Label.objects.filter(pk__in=touched).update(
        sample_count=F("sample_count") + _by_label(difference.uses, touched),
        mark_count=F("mark_count") + _by_label(difference.marks, touched),
    )
    if counted < len(touched):
        present = set(Label.objects.filter(pk__in=touched).values_list("pk", flat=True))
        if any(difference.marks[label] > 0 for label in touched if label not in present):
            raise Conflict(_("A label was deleted meanwhile. Reload and try again."), code="ModelArts.4410")


def _by_label(moves: Mapping[int, int], labels: list[int]) -> Case:
    return Case(
        *(When(pk=label, then=Value(moves.get(label, 0))) for label in labels),
        default=Value(0),
        output_field=IntegerField(),
    )
