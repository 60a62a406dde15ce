"""Long work on data sets themselves."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.datasets import bulk
from apps.datasets.models import Dataset, Sample, Version
from apps.datasets.services.annotations import strip_label
from apps.datasets.services.hooks import tell_samples_removed
from apps.datasets.services.labels import DeletePolicy, carriers, remove_sole_carriers
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


@register
class StripLabel(Handler):
    """Takes the marks of a deleted label off the samples, batch by batch; what is off is off, so a repeat continues.

    No sample gets the label meanwhile, because its row is gone. Samples that go with it and those that stay are
    written in transactions of their own: nobody waits for a sample while holding a counter.
    """

    kind = "strip_label"
    title = _("Taking a deleted label off samples")

    def run(self, job: RunningJob) -> None:
        dataset = Dataset.objects.filter(
            tenant=job.actor.tenant, public_id=job.job.subject.removeprefix("dataset:")
        ).first()
        if dataset is None:
            return
        label_id, policy = job.params["label"], DeletePolicy(job.params["policy"])
        files = policy == DeletePolicy.SOLE_SAMPLES_AND_FILES
        done = job.cursor.get("done", 0)
        while batch := carriers(label_id):
            if policy != DeletePolicy.LABEL_ONLY:
                remove_sole_carriers(dataset, label_id, batch, files=files)
            with transaction.atomic():
                strip_label(dataset, label_id, batch)
                bulk.delete_uses({(label_id, pk) for pk in batch})
                done += len(batch)
                job.checkpoint({"done": done}, done=done)
