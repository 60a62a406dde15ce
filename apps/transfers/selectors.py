"""Reads of imports and synchronisations: jobs seen from the data set."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core.errors import NotFound
from apps.datasets.models import Dataset
from apps.jobs.models import Job
from apps.jobs.selectors import jobs_about

IMPORTS = ("import_folder", "import_manifest")
SYNC = "sync_dataset"


def imports_of(dataset: Dataset) -> QuerySet[Job]:
    """Imports of a data set that the caller was shown, newest first."""
    return jobs_about(dataset.topic, tenant_id=dataset.tenant_id, kinds=IMPORTS)


def transfers_of(dataset: Dataset) -> QuerySet[Job]:
    """Imports and synchronisations of a data set that the caller was shown, newest first."""
    return jobs_about(dataset.topic, tenant_id=dataset.tenant_id, kinds=(*IMPORTS, SYNC))


def get_import(dataset: Dataset, public_id: str) -> Job:
    job = imports_of(dataset).filter(public_id=public_id).first()
    if job is None:
        raise NotFound(_("There is no such import."), code="ModelArts.4700")
    return job


def last_sync(dataset: Dataset) -> Job | None:
    return jobs_about(dataset.topic, tenant_id=dataset.tenant_id, kinds=(SYNC,)).first()


def active_jobs(dataset: Dataset) -> QuerySet[Job]:
    """What is under way for a data set."""
    return jobs_about(dataset.topic, tenant_id=dataset.tenant_id).filter(state__in=("queued", "running"))
