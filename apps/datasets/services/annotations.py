"""Writing annotations into samples: what the owner labels, and what was accepted from a team."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.accounts.models import Person
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Invalid, NotFound, TagoraError
from apps.datasets import bulk
from apps.datasets.models import Dataset, Sample
from apps.datasets.selectors.labels import labels_of
from apps.datasets.services import counters
from apps.datasets.states import SampleState
from apps.labeltypes import SampleContext, label_types
from apps.labeltypes.wire import NOTHING
from apps.tenants.actors import Actor

Annotation = list[dict[str, Any]]
Entry = tuple[Sample | UUID, Annotation, Person | None]

BATCH = 1000
"""Samples that one set of statements writes."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What a person says of one sample. `annotation` names labels by name; None leaves it as it is.

    An empty one takes the labels off, unless `nothing` says that there is nothing in the sample: then it is labelled.

    `revision` is that of the sample which the person saw, or None to write regardless; a repeated `submission_id`
    is answered as the first time. `hard`, `hard_coefficient` and `usage` stay as they are where None.
    """

    sample_id: UUID
    annotation: Annotation | None
    revision: int | None = None
    submission_id: UUID | None = None
    hard: bool | None = None
    hard_coefficient: float | None = None
    usage: str | None = None
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a submission: the sample as it is now, and the refusal, if it was refused."""

    sample_id: UUID
    sample: Sample | None = None
    error: TagoraError | None = None


@transaction.atomic
def label_samples(*, actor: Actor, dataset: Dataset, submissions: Sequence[Submission]) -> list[Outcome]:
    """Give samples the labels that the owner chose, replacing those stored.

    Each submission stands for itself: one that is refused changes nothing and does not hold up the others.
    A submission based on an older revision is refused with Conflict, so that nobody overwrites what they never saw.
    """
    authorize(actor, Action.SAMPLE_LABEL, dataset)
    samples = _locked(dataset, [each.sample_id for each in submissions])
    moment = timezone.now()
    rows: dict[UUID, bulk.AnnotationRow] = {}
    outcomes: list[Outcome] = []
    for submission in submissions:
        sample = samples.get(submission.sample_id)
        try:
            if sample is None:
                raise NotFound(_("There is no such sample in this data set."), code="ModelArts.4420")
            if submission.submission_id is None or sample.last_submission != submission.submission_id:
                if sample.pk in rows:
                    raise Invalid(_("The sample is named twice in one request."))
                rows[sample.pk] = _row_of(dataset, sample, submission, actor.person, moment)
        except TagoraError as error:
            outcomes.append(Outcome(submission.sample_id, sample, error))
        else:
            outcomes.append(Outcome(submission.sample_id, sample))
    _write(dataset, samples, list(rows.values()))
    if rows:
        record(actor, Event.UPDATE_SAMPLES, dataset, request={"samples": [str(pk) for pk in rows]})
    return outcomes


def _row_of(
    dataset: Dataset, sample: Sample, submission: Submission, person: Person | None, moment: datetime
) -> bulk.AnnotationRow:
    if submission.revision is not None and submission.revision != sample.revision:
        raise Conflict(_("Somebody else changed this sample meanwhile. Compare both and save again."))
    if submission.nothing and submission.annotation != []:
        raise Invalid(_("Give labels, or say that there is nothing here: both at once is no answer."), field=NOTHING)
    annotation, state = sample.annotation, sample.state
    if submission.annotation is not None:
        labels = labels_of(dataset)
        kind = label_types.get(dataset.label_type)
        clean = kind.clean(submission.annotation, labels, SampleContext(width=sample.width, height=sample.height))
        annotation = labels.encode(clean)
        state = SampleState.LABELLED if annotation or submission.nothing else SampleState.UNLABELLED
    hard = sample.hard if submission.hard is None else submission.hard
    coefficient = sample.hard_coefficient if submission.hard_coefficient is None else submission.hard_coefficient
    return bulk.AnnotationRow(
        sample_id=sample.pk,
        state=state,
        annotation=annotation,
        hard=hard,
        hard_coefficient=coefficient if hard else None,
        usage=sample.usage if submission.usage is None else submission.usage,
        labelled_by_id=person.pk if person else None,
        labelled_at=moment,
        last_submission=submission.submission_id,
    )


def store_annotations(
    dataset: Dataset, entries: Iterable[Entry], *, overwrite: bool, state: SampleState = SampleState.LABELLED
) -> int:
    """The one door by which answers that were accepted elsewhere enter samples; returns how many were written.

    An entry is (sample or its id, annotation naming labels by primary key, who labelled). An empty annotation is an
    answer too: there is nothing to see in the sample. Without `overwrite` a sample that is labelled already keeps its
    labels. A sample that is gone is passed over. Each batch of a thousand costs the same number of statements, and
    keeps counters and label uses right whatever others write at the same time.
    """
    written = 0
    batch: list[Entry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == BATCH:
            written += _store(dataset, batch, overwrite, state)
            batch = []
    if batch:
        written += _store(dataset, batch, overwrite, state)
    return written


@transaction.atomic
def _store(dataset: Dataset, entries: Sequence[Entry], overwrite: bool, state: SampleState) -> int:
    given = {
        sample.pk if isinstance(sample, Sample) else sample: (annotation, person)
        for sample, annotation, person in entries
    }
    samples = _locked(dataset, list(given))
    moment = timezone.now()
    rows = [
        bulk.AnnotationRow(
            sample_id=sample.pk,
            state=state,
            annotation=given[sample.pk][0],
            hard=sample.hard,
            hard_coefficient=sample.hard_coefficient,
            usage=sample.usage,
            labelled_by_id=person.pk if (person := given[sample.pk][1]) else None,
            labelled_at=moment,
            last_submission=None,
        )
        for sample in samples.values()
        if overwrite or sample.state != SampleState.LABELLED
    ]
    _write(dataset, samples, rows)
    return len(rows)


def strip_label(dataset: Dataset, label_id: int, sample_ids: Sequence[UUID]) -> None:
    """Take a label off samples, also one that is deleted; a sample left without any mark is unlabelled.

    In the caller's transaction.
    """
    samples = _locked(dataset, sample_ids)
    moment = timezone.now()
    rows = []
    for sample in samples.values():
        rest = [mark for mark in sample.annotation if mark["label"] != label_id]
        rows.append(
            bulk.AnnotationRow(
                sample_id=sample.pk,
                state=sample.state if rest else SampleState.UNLABELLED,
                annotation=rest,
                hard=sample.hard,
                hard_coefficient=sample.hard_coefficient,
                usage=sample.usage,
                labelled_by_id=sample.labelled_by_id,
                labelled_at=sample.labelled_at or moment,
                last_submission=None,
            )
        )
    _write(dataset, samples, rows)


def _locked(dataset: Dataset, ids: Sequence[UUID]) -> dict[UUID, Sample]:
    """The samples by id, held until the transaction ends; always in the order of ids, so that writers never cross."""
    found = Sample.objects.filter(dataset=dataset, pk__in=ids).select_for_update().order_by("pk")
    return {sample.pk: sample for sample in found}


def _write(dataset: Dataset, samples: dict[UUID, Sample], rows: Sequence[bulk.AnnotationRow]) -> None:
    """Replace annotations of locked samples and bring uses and counters along; `samples` then show what is stored."""
    if not rows:
        return
    difference = counters.Difference()
    before: set[bulk.Use] = set()
    after: set[bulk.Use] = set()
    for row in rows:
        sample = samples[row.sample_id]
        difference.sample(sample.state, sample.hard, sample.annotation, -1)
        difference.sample(row.state, row.hard, row.annotation, +1)
        before.update((mark["label"], sample.pk) for mark in sample.annotation)
        after.update((mark["label"], sample.pk) for mark in row.annotation)
        _show(sample, row)
    bulk.update_annotations(rows)
    bulk.delete_uses(before - after)
    bulk.insert_uses(after - before)
    counters.apply(dataset, difference)


def _show(sample: Sample, row: bulk.AnnotationRow) -> None:
    sample.state = row.state
    sample.annotation = row.annotation
    sample.hard = row.hard
    sample.hard_coefficient = row.hard_coefficient
    sample.usage = row.usage
    sample.labelled_by_id = row.labelled_by_id
    sample.labelled_at = row.labelled_at
    sample.last_submission = row.last_submission
    sample.revision += 1
