"""Creating, changing and deleting data sets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Invalid
from apps.core.news import announce
from apps.datasets.models import Dataset
from apps.datasets.services.labels import insert_labels
from apps.datasets.states import DATASET
from apps.jobs.models import Job
from apps.jobs.services import start_job
from apps.labeltypes import LabelSpec, LabelType
from apps.storage.needs import authorize_storage
from apps.storage.paths import Location, check_disjoint
from apps.storage.services import refuse_digests
from apps.tenants.actors import Actor
from apps.tenants.selectors import owns_bucket

_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_FORBIDDEN_IN_DESCRIPTION = frozenset("^!<>=&\"'")
LONGEST_DESCRIPTION = 256
LONGEST_OUTPUT_PATH = 700


@dataclass(frozen=True, slots=True)
class CreatedDataset:
    """A new data set and the job that takes in the files at its input location."""

    dataset: Dataset
    job: Job


@transaction.atomic
def create_dataset(
    *,
    actor: Actor,
    name: str,
    label_type: LabelType,
    input_location: Location,
    output_location: Location,
    description: str = "",
    labels: Sequence[LabelSpec] = (),
    import_annotations: bool = True,
) -> CreatedDataset:
    """A data set of the actor's project, and at once the job that takes in what lies at `input_location`.

    `labels` are cleaned by the caller (`labeltypes.wire.label_from_wire`). Invalid when a location is not in a bucket
    of the tenant or the two are nested; Conflict when the name is taken.
    """
    authorize(actor, Action.DATASET_CREATE)
    assert actor.tenant is not None
    if actor.project is None:
        raise Invalid(_("Choose a project first."), code="ModelArts.0210")
    input_location, output_location = input_location.as_folder(), output_location.as_folder()
    for location, field in ((input_location, "data_path"), (output_location, "work_path")):
        require_own_bucket(actor, location, field=field)
    authorize_storage(actor, Action.DATASET_CREATE, reads=input_location, writes=output_location)
    if len(str(output_location)) > LONGEST_OUTPUT_PATH:
        raise Invalid(_("The output location is too long."), field="work_path", code="ModelArts.4350")
    check_disjoint(input_location, output_location)
    dataset = Dataset(
        tenant=actor.tenant,
        project=actor.project,
        name=clean_name(name),
        description=clean_description(description),
        label_type=label_type.key,
        input_bucket=input_location.bucket,
        input_key=input_location.key,
        output_bucket=output_location.bucket,
        output_key=output_location.key,
        created_by=actor.person,
    )
    _save(dataset)
    if labels:
        insert_labels(dataset, labels)
    job = start_job(
        actor,
        kind="import_folder",
        params={"location": str(input_location), "annotations": import_annotations},
        subject=dataset.topic,
        subject_name=dataset.name,
        key=dataset.topic,
    )
    record(
        actor,
        Event.CREATE_DATASET,
        dataset,
        request={
            "name": name,
            "label_type": label_type.key,
            "input": str(input_location),
            "output": str(output_location),
            "labels": [label.name for label in labels],
        },
    )
    return CreatedDataset(dataset, job)


@transaction.atomic
def update_dataset(
    *, actor: Actor, dataset: Dataset, name: str | None = None, description: str | None = None
) -> Dataset:
    """Change the name or the description; None leaves it."""
    authorize(actor, Action.DATASET_UPDATE, dataset)
    if name is not None:
        dataset.name = clean_name(name)
    if description is not None:
        dataset.description = clean_description(description)
    _save(dataset, fields=["name", "description", "updated_at"])
    announce(dataset.topic)
    record(actor, Event.UPDATE_DATASET, dataset, request={"name": name, "description": description})
    return dataset


@transaction.atomic
def delete_dataset(*, actor: Actor, dataset: Dataset) -> Job:
    """Hide a data set at once and delete its rows in the background; files in buckets stay."""
    authorize(actor, Action.DATASET_DELETE, dataset)
    DATASET.apply(dataset, "delete")
    job = start_job(
        actor,
        kind="delete_dataset",
        params={},
        subject=dataset.topic,
        subject_name=dataset.name,
        key=f"delete:{dataset.public_id}",
    )
    announce(dataset.topic)
    record(actor, Event.DELETE_DATASET, dataset)
    return job


def require_own_bucket(actor: Actor, location: Location, *, field: str) -> None:
    """Invalid unless the bucket is one of the tenant's; a foreign bucket answers as one that does not exist."""
    if not owns_bucket(actor, location.bucket):
        raise Invalid(
            _("There is no bucket '%(name)s'. Choose one of your own.") % {"name": location.bucket},
            field=field,
            code="ModelArts.4311",
        )
    refuse_digests(location)


def clean_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise Invalid(
            _("A name has 1 to 100 characters: letters of the Latin alphabet, digits, '_' and '-'."),
            field="dataset_name",
        )
    return name


def clean_description(description: str) -> str:
    if len(description) > LONGEST_DESCRIPTION or not _FORBIDDEN_IN_DESCRIPTION.isdisjoint(description):
        raise Invalid(_("A description has at most 256 characters and none of ^ ! < > = & \" '."), field="description")
    if "\0" in description:
        raise Invalid(_("A description is text."), field="description")
    return description


def _save(dataset: Dataset, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            dataset.save(update_fields=fields)
    except IntegrityError:
        raise Conflict(
            _("There is a data set '%(name)s' already. Choose another name.") % {"name": dataset.name},
            code="ModelArts.4351",
        ) from None
