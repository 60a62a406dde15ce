"""The data set that a job works on, and taking and giving it back."""

from __future__ import annotations

from apps.core.errors import NotFound
from apps.core.news import announce
from apps.core.texts import text as _
from apps.datasets.models import Dataset
from apps.datasets.services import move
from apps.datasets.states import CREATING, DATASET, DELETING, NORMAL
from apps.jobs.runner import RunningJob


def dataset_of(job: RunningJob) -> Dataset:
    """The job's data set; NotFound, which ends the job, when it was deleted meanwhile."""
    public_id = job.job.subject.removeprefix("dataset:")
    dataset = (
        Dataset.objects.select_related("tenant", "project")
        .filter(tenant=job.actor.tenant, public_id=public_id)
        .exclude(state=DELETING)
        .first()
    )
    if dataset is None:
        raise NotFound(_("The data set was deleted."), code="ModelArts.4352")
    return dataset


def release(job: RunningJob) -> None:
    """Give back the data set of a job that failed or was stopped."""
    try:
        give_back(dataset_of(job))
    except NotFound:
        return


def take(dataset: Dataset, action: str) -> None:
    """Hold the data set for this job: the service that started it did so already, a retry does it again."""
    held = DATASET.table.get((NORMAL, action))
    if dataset.state not in (held, CREATING):
        move(dataset, action)


def give_back(dataset: Dataset) -> None:
    """End the job's hold; harmless when somebody else has taken the data set or it is being deleted."""
    held = DATASET.sources("finish")
    Dataset.objects.filter(pk=dataset.pk, state__in=held).update(state=NORMAL)
    announce(dataset.topic)
