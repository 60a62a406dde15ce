"""Adding, changing and deleting the labels of a data set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Invalid
from apps.core.news import announce
from apps.core.texts import text as _
from apps.datasets.models import Dataset, Label, LabelUse, label_revision
from apps.datasets.selectors.labels import get_label, labels_of
from apps.datasets.services import samples
from apps.datasets.services.annotations import BATCH, strip_label
from apps.jobs.services import start_job
from apps.labeltypes import AttributeSpec, LabelSet, LabelSpec
from apps.labeltypes.labels import MOST_ATTRIBUTES
from apps.tenants.actors import Actor

MOST_LABELS = 10_000
"""Labels that a data set may have; an import that names more is not a labelled set but a mistake."""

# Distinct on light and on dark ground; a label without a colour of its own takes the next one.
PALETTE = (
    "#3b82f6", "#ef4444", "#10b981", "#f59e0b", "#8b5cf6", "#ec4899", "#14b8a6", "#f97316", "#6366f1", "#84cc16",
    "#06b6d4", "#d946ef", "#eab308", "#22c55e", "#f43f5e", "#0ea5e9", "#a855f7", "#65a30d", "#c2410c", "#0f766e",
)  # fmt: skip


class DeletePolicy(IntEnum):
    """What goes with a label: nothing else, the samples that carry only it, or their files as well."""

    LABEL_ONLY = 0
    SOLE_SAMPLES = 1
    SOLE_SAMPLES_AND_FILES = 2


@dataclass(frozen=True, slots=True)
class LabelChanges:
    """New values for a label; None leaves a value as it is."""

    name: str | None = None
    color: str | None = None
    shortcut: str | None = None
    attributes: tuple[AttributeSpec, ...] | None = None
    default_shape: str | None = None


@transaction.atomic
def create_label(*, actor: Actor, dataset: Dataset, label: LabelSpec) -> Label:
    """Add a label, cleaned by the caller (`labeltypes.wire.label_from_wire`)."""
    authorize(actor, Action.LABEL_CREATE, dataset)
    created = insert_labels(dataset, [label])[0]
    record(actor, Event.CREATE_LABEL, dataset, request={"label": label.name})
    return created


@transaction.atomic
def update_label(*, actor: Actor, dataset: Dataset, name: str, changes: LabelChanges) -> Label:
    """Rename, recolour or otherwise change a label. Samples name it by its row, so none of them is touched."""
    authorize(actor, Action.LABEL_UPDATE, dataset)
    label = get_label(dataset, name)
    for field in ("name", "color", "shortcut", "default_shape"):
        value = getattr(changes, field)
        if value is not None:
            setattr(label, field, value)
    if changes.attributes is not None:
        label.attributes = [attribute.as_json() for attribute in changes.attributes]
    _save(label)
    renew(dataset)
    record(actor, Event.UPDATE_LABEL, dataset, request={"label": name, "name": label.name, "color": label.color})
    return label


@transaction.atomic
def delete_label(*, actor: Actor, dataset: Dataset, name: str, policy: DeletePolicy = DeletePolicy.LABEL_ONLY) -> None:
    """Take a label out of the data set and off every sample; `policy` says what else goes.

    A sample left without any mark is unlabelled again. The label is gone at once; where many samples carry it, or
    samples go with it, a job takes its marks off. Until that has ended they are on no page and in no manifest.
    """
    authorize(actor, Action.LABEL_DELETE, dataset)
    label = get_label(dataset, name)
    label_id = label.pk
    if policy != DeletePolicy.LABEL_ONLY:
        authorize(actor, Action.SAMPLE_DELETE, dataset)
    if policy == DeletePolicy.SOLE_SAMPLES_AND_FILES:
        samples.authorize_file_deletion(actor, dataset)
    elif policy == DeletePolicy.LABEL_ONLY and label.sample_count <= BATCH:
        # One batch only: whoever locks samples while holding counters may meet a labeler who does it the other way.
        strip_label(dataset, label_id, carriers(label_id))
    label.delete()
    renew(dataset)
    if carriers(label_id):
        start_job(
            actor,
            kind="strip_label",
            params={"label": label_id, "policy": int(policy)},
            subject=dataset.topic,
            subject_name=dataset.name,
        )
    event = Event.DELETE_LABEL if policy == DeletePolicy.LABEL_ONLY else Event.DELETE_LABEL_WITH_SAMPLES
    record(actor, event, dataset, request={"label": name, "policy": int(policy)})


def carriers(label_id: int) -> list[UUID]:
    """The first samples that carry a label, a batch at most."""
    return list(LabelUse.objects.filter(label=label_id).order_by("sample").values_list("sample_id", flat=True)[:BATCH])


@transaction.atomic
def remove_sole_carriers(dataset: Dataset, label_id: int, sample_ids: Sequence[UUID], *, files: bool) -> None:
    """Delete those of the samples that carry this label and no other."""
    samples.remove(dataset, samples.carrying_only(dataset, label_id, sample_ids), files=files)


def ensure_labels(dataset: Dataset, needed: Mapping[str, set[str]]) -> LabelSet:
    """The label set with the labels in it that an import needs: cleaned name -> names of attributes on its marks.

    What is missing is added, attributes as free text; names beyond `MOST_LABELS` stay out of the set, so that one
    file of nonsense does not end an import. Call it outside the transaction of a batch of samples: it takes the data
    set before the labels, and counting takes them the other way round.
    """
    if _lacking(labels_of(dataset), needed):
        # Somebody else may have added the same at this moment: look again before writing.
        dataset.label_revision = Dataset.objects.values_list("label_revision", flat=True).get(pk=dataset.pk)
        lacking = _lacking(labels_of(dataset), needed)
        try:
            _add_lacking(dataset, lacking)
        except Conflict:
            dataset.label_revision = Dataset.objects.values_list("label_revision", flat=True).get(pk=dataset.pk)
            _add_lacking(dataset, _lacking(labels_of(dataset), needed))
    return labels_of(dataset)


def _lacking(labels: LabelSet, needed: Mapping[str, set[str]]) -> dict[str, list[str]]:
    lacking = {}
    for name, attributes in needed.items():
        spec = labels.by_name.get(name)
        known = {attribute.name for attribute in spec.attributes} if spec else set()
        if spec is None or attributes - known:
            lacking[name] = sorted(attributes - known)
    return lacking


@transaction.atomic
def _add_lacking(dataset: Dataset, lacking: Mapping[str, list[str]]) -> None:
    _hold(dataset)
    known = labels_of(dataset)
    new = [
        LabelSpec(id=0, name=name, attributes=tuple(AttributeSpec(each) for each in attributes[:MOST_ATTRIBUTES]))
        for name, attributes in lacking.items()
        if name not in known
    ]
    room = max(0, MOST_LABELS - _next_position(dataset))
    if new[:room]:
        insert_labels(dataset, new[:room])
    for label in Label.objects.filter(dataset=dataset, name__in=[name for name in lacking if name in known]):
        more = [AttributeSpec(each).as_json() for each in lacking[label.name]]
        label.attributes = [*label.attributes, *more][:MOST_ATTRIBUTES]
        label.save(update_fields=["attributes"])
        renew(dataset)


@transaction.atomic
def insert_labels(dataset: Dataset, labels: Iterable[LabelSpec]) -> list[Label]:
    """Rows for new labels, after the last one. Conflict when a name or a shortcut is taken."""
    _hold(dataset)
    position = _next_position(dataset)
    created = []
    for label in labels:
        if position >= MOST_LABELS:
            raise Invalid(_("A data set has at most %(most)d labels.") % {"most": MOST_LABELS}, code="ModelArts.4413")
        row = Label(
            tenant_id=dataset.tenant_id,
            dataset=dataset,
            name=label.name,
            color=label.color or PALETTE[position % len(PALETTE)],
            shortcut=label.shortcut,
            attributes=[attribute.as_json() for attribute in label.attributes],
            default_shape=label.default_shape,
            position=position,
        )
        _save(row)
        created.append(row)
        position += 1
    renew(dataset)
    return created


def _hold(dataset: Dataset) -> None:
    """One writer of labels at a time, so that positions do not repeat and the limit holds."""
    Dataset.objects.select_for_update().only("pk").get(pk=dataset.pk)


def _next_position(dataset: Dataset) -> int:
    last: int | None = Label.objects.filter(dataset=dataset).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _save(label: Label) -> None:
    try:
        with transaction.atomic():
            label.save()
    except IntegrityError:
        others = Label.objects.filter(dataset_id=label.dataset_id).exclude(pk=label.pk)
        if others.filter(name=label.name).exists():
            raise Conflict(
                _("There is a label '%(name)s' already.") % {"name": label.name}, code="ModelArts.4411"
            ) from None
        raise Conflict(
            _("The shortcut '%(key)s' belongs to another label.") % {"key": label.shortcut}, code="ModelArts.4412"
        ) from None


def renew(dataset: Dataset) -> None:
    """Give the label set a new revision, which ends every memo of the old one."""
    dataset.label_revision = label_revision()
    Dataset.objects.filter(pk=dataset.pk).update(label_revision=dataset.label_revision)
    announce(dataset.topic)
