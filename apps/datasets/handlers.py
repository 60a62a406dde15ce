"""Long work on data sets themselves."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.datasets import bulk
from apps.datasets.models import Dataset, Sample, Version
from apps.datasets.services.hooks import tell_samples_removed
from apps.jobs.handlers import Handler, register
from apps.jobs.runner import RunningJob

BATCH = 1000


@register
class DeleteDataset(Handler):
    """Rows go in batches, oldest first; what is gone is gone, so a repeat continues. Files in buckets stay.

    No sample comes in behind: a data set that is being deleted takes none (`services.counters.apply`).
    """

    kind = "delete_dataset"
    title = _("Deleting a data set")

    def run(self, job: RunningJob) -> None:
        dataset = Dataset.objects.filter(
            tenant=job.actor.tenant, public_id=job.job.subject.removeprefix("dataset:")
        ).first()
        if dataset is None:
            return
        done = 0
        samples = Sample.objects.filter(dataset=dataset).order_by("pk").values_list("pk", "annotation")
        while batch := list(samples[:BATCH]):
            ids = [pk for pk, _annotation in batch]
            with transaction.atomic():
                tell_samples_removed(dataset, ids)
                bulk.delete_uses({(mark["label"], pk) for pk, annotation in batch for mark in annotation})
                Sample.objects.filter(pk__in=ids).delete()
                done += len(ids)
                job.checkpoint(done=done, total=dataset.sample_count)
        with transaction.atomic():
            Dataset.objects.filter(pk=dataset.pk).update(current_version=None)
            Version.objects.filter(dataset=dataset).delete()
            dataset.delete()
            job.checkpoint(done=done)
