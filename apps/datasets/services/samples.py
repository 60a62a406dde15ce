"""Samples come in by sets and go out one by one or by sets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import NotFound
from apps.core.ids import ordered_ids
from apps.datasets import bulk
from apps.datasets.models import Dataset, Sample
from apps.datasets.services import counters
from apps.datasets.services.annotations import Outcome, store_annotations
from apps.datasets.services.hooks import tell_samples_removed
from apps.datasets.states import SampleState
from apps.storage.needs import authorize_storage
from apps.storage.paths import from_source
from apps.storage.store import store
from apps.tenants.actors import Actor


@dataclass(slots=True)
class NewSample:
    """A file to take in. `annotation` names labels by primary key; None means that nobody labelled it."""

    source: str
    size: int = 0
    etag: str = ""
    width: int | None = None
    height: int | None = None
    depth: int | None = None
    annotation: list[dict[str, Any]] | None = None
    hard: bool = False
    hard_coefficient: float | None = None
    usage: str = ""


@dataclass(slots=True)
class Intake:
    """How many samples a set added, and how many samples, new or known, got labels from it."""

    added: int = 0
    labelled: int = 0


def add_samples(dataset: Dataset, samples: Sequence[NewSample]) -> Intake:
    """Take in a set of files; runs inside the caller's transaction.

    A source that is known stays the sample it is; if nobody has labelled it yet and the newcomer is labelled, it gets
    those labels. So a set that is taken in twice changes nothing the second time. Samples may share one annotation
    object, which costs the less the more do.
    """
    if not samples:
        return Intake()
    rows = _rows(dataset, samples)
    present = bulk.insert_samples(rows)
    known: list[NewSample] = []
    added: list[tuple[UUID, NewSample]] = []
    for row, sample in zip(rows, samples, strict=True):
        if present is None or row.id in present:
            added.append((row.id, sample))
        else:
            known.append(sample)
    difference = counters.Difference(samples=len(added))
    uses: list[bulk.Use] = []
    for annotation, hard, ids in _alike(added):
        state = SampleState.UNLABELLED if annotation is None else SampleState.LABELLED
        difference.sample(state, hard, annotation or [], len(ids))
        uses.extend((label, pk) for label in {mark["label"] for mark in annotation or ()} for pk in ids)
    bulk.insert_uses(uses)
    counters.apply(dataset, difference)
    return Intake(added=len(added), labelled=difference.labelled + _label_known(dataset, known))


def _rows(dataset: Dataset, samples: Sequence[NewSample]) -> list[bulk.SampleRow]:
    moment = timezone.now()
    labelled, unlabelled = SampleState.LABELLED.value, SampleState.UNLABELLED.value
    tenant_id, dataset_id = dataset.tenant_id, dataset.pk
    texts: dict[int, str] = {}
    rows = []
    for sample, pk in zip(samples, ordered_ids.take(len(samples)), strict=True):
        annotation = sample.annotation
        text = "[]"
        if annotation:
            # The samples keep their annotations alive, so no two of them have the same identity.
            text = texts.get(id(annotation)) or texts.setdefault(id(annotation), bulk.json_text(annotation))
        rows.append(
            bulk.SampleRow(
                pk,
                tenant_id,
                dataset_id,
                sample.source,
                sample.source.rpartition("/")[2],
                sample.size,
                sample.etag,
                sample.width,
                sample.height,
                sample.depth,
                unlabelled if annotation is None else labelled,
                text,
                sample.hard,
                sample.hard_coefficient,
                sample.usage,
                None if annotation is None else moment,
                0 if annotation is None else 1,
            )
        )
    return rows


def _alike(
    added: Sequence[tuple[UUID, NewSample]],
) -> Iterable[tuple[list[dict[str, Any]] | None, bool, list[UUID]]]:
    """Samples with the same annotation object and the same difficulty, together: they are counted as one."""
    groups: dict[tuple[int, bool], tuple[list[dict[str, Any]] | None, bool, list[UUID]]] = {}
    for pk, sample in added:
        key = (id(sample.annotation), sample.hard)
        group = groups.get(key)
        if group is None:
            group = groups[key] = (sample.annotation, sample.hard, [])
        group[2].append(pk)
    return groups.values()


def _label_known(dataset: Dataset, samples: Sequence[NewSample]) -> int:
    labelled = {sample.source: sample.annotation for sample in samples if sample.annotation is not None}
    if not labelled:
        return 0
    unlabelled = Sample.objects.filter(
        dataset=dataset, source__in=list(labelled), state=SampleState.UNLABELLED, revision=0
    )
    return store_annotations(
        dataset,
        [(pk, labelled[source] or [], None) for pk, source in unlabelled.values_list("pk", "source")],
        overwrite=False,
    )


@transaction.atomic
def delete_samples(
    *, actor: Actor, dataset: Dataset, sample_ids: Sequence[UUID], delete_source: bool = False
) -> list[Outcome]:
    """Take samples out of a data set; with `delete_source` their files go as well, after the commit."""
    authorize(actor, Action.SAMPLE_DELETE, dataset)
    if delete_source:
        authorize_file_deletion(actor, dataset)
    found = set(Sample.objects.filter(dataset=dataset, pk__in=sample_ids).values_list("pk", flat=True))
    remove(dataset, sorted(found), files=delete_source)
    record(
        actor,
        Event.DELETE_SAMPLES,
        dataset,
        request={"samples": [str(pk) for pk in sorted(found)], "delete_source": delete_source},
    )
    absent = NotFound(_("There is no such sample in this data set."), code="ModelArts.4420")
    return [Outcome(pk, error=None if pk in found else absent) for pk in sample_ids]


def authorize_file_deletion(actor: Actor, dataset: Dataset) -> None:
    """Deleting a sample's file needs the right to delete objects where the data set reads from, too."""
    authorize(actor, Action.SAMPLE_DELETE_FILES, dataset)
    authorize_storage(actor, Action.SAMPLE_DELETE_FILES, dataset, reads=dataset.input_location)


def remove(dataset: Dataset, sample_ids: Sequence[UUID], *, files: bool = False) -> None:
    """Delete rows of samples with all that counts them; runs inside the caller's transaction."""
    if not sample_ids:
        return
    tell_samples_removed(dataset, sample_ids)
    rows = list(Sample.objects.filter(dataset=dataset, pk__in=sample_ids).select_for_update().order_by("pk"))
    difference = counters.Difference()
    uses: set[bulk.Use] = set()
    for sample in rows:
        difference.samples -= 1
        difference.sample(sample.state, sample.hard, sample.annotation, -1)
        uses.update((mark["label"], sample.pk) for mark in sample.annotation)
    bulk.delete_uses(uses)
    Sample.objects.filter(pk__in=[sample.pk for sample in rows]).delete()
    counters.apply(dataset, difference)
    if files:
        sources = [sample.source for sample in rows]
        transaction.on_commit(lambda: _delete_files(sources))


def carrying_only(dataset: Dataset, label_id: int, sample_ids: Sequence[UUID]) -> list[UUID]:
    """Those of the samples that carry this label and no other."""
    found = Sample.objects.filter(dataset=dataset, pk__in=sample_ids).values_list("pk", "annotation")
    return [pk for pk, annotation in found if {mark["label"] for mark in annotation} == {label_id}]


def _delete_files(sources: Sequence[str]) -> None:
    for source in sources:
        location = from_source(source)
        store().delete(location.bucket, location.key)
