"""Starting transfers: import of a folder or a manifest, synchronisation."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Invalid
from apps.datasets.models import Dataset
from apps.datasets.services import move, require_own_bucket
from apps.jobs.models import Job
from apps.jobs.services import start_job
from apps.storage.needs import authorize_storage
from apps.storage.paths import Location
from apps.storage.store import store
from apps.tenants.actors import Actor
from apps.transfers.selection import Selection


@transaction.atomic
def import_folder(*, actor: Actor, dataset: Dataset, location: Location, selection: Selection) -> Job:
    """Take in the pictures below a folder of the tenant's buckets, with the labels beside them."""
    authorize(actor, Action.DATASET_IMPORT, dataset)
    location = location.as_folder()
    require_own_bucket(actor, location, field="import_path")
    authorize_storage(actor, Action.DATASET_IMPORT, dataset, reads=location)
    move(dataset, "import")
    params = {"location": str(location), **selection.as_params()}
    job = _start(actor, dataset, "import_folder", params, code="ModelArts.4356")
    record(actor, Event.IMPORT_SAMPLES, dataset, request={"import_type": "dir", **params})
    return job


@transaction.atomic
def import_manifest(*, actor: Actor, dataset: Dataset, location: Location, selection: Selection) -> Job:
    """Take in the samples that a manifest in the tenant's buckets names. Invalid when there is no such file."""
    authorize(actor, Action.DATASET_IMPORT, dataset)
    require_own_bucket(actor, location, field="import_path")
    authorize_storage(actor, Action.DATASET_IMPORT, dataset, reads=location)
    if location.is_folder or store().stat(location.bucket, location.key) is None:
        raise Invalid(
            _("There is no file %(name)s. Name the manifest itself.") % {"name": location},
            field="import_path",
            code="ModelArts.4312",
        )
    move(dataset, "import")
    params = {"location": str(location), **selection.as_params()}
    job = _start(actor, dataset, "import_manifest", params, code="ModelArts.4356")
    record(actor, Event.IMPORT_SAMPLES, dataset, request={"import_type": "manifest", **params})
    return job


@transaction.atomic
def sync_dataset(*, actor: Actor, dataset: Dataset) -> Job:
    """Take in what was added at the input location since the last time."""
    authorize(actor, Action.DATASET_SYNC, dataset)
    authorize_storage(actor, Action.DATASET_SYNC, dataset, reads=dataset.input_location)
    move(dataset, "synchronise")
    job = _start(actor, dataset, "sync_dataset", {}, code="ModelArts.4355")
    record(actor, Event.SYNC_DATA_SOURCE, dataset)
    return job


def _start(actor: Actor, dataset: Dataset, kind: str, params: dict[str, object], *, code: str) -> Job:
    return start_job(
        actor,
        kind=kind,
        params=params,
        subject=dataset.topic,
        subject_name=dataset.name,
        key=dataset.topic,
        code=code,
    )
