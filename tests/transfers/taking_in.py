"""Writes manifests into a bucket and takes them in, for the tests of both ways."""

from __future__ import annotations

import json
from typing import Any

from apps.datasets.models import Dataset, Sample
from apps.datasets.selectors import labels_of
from apps.jobs.models import Job, JobEntry
from apps.transfers import services
from apps.transfers.selection import Selection
from tests.factories import Customer, run_jobs


def line(source: str, *names: str, **more: Any) -> bytes:
    marks = [{"type": "modelarts/image_classification", "name": name} for name in names]
    said = {"annotation": marks} if marks else {}
    return json.dumps({"source": source, **said, **more}).encode() + b"\n"


def take_in(customer: Customer, dataset: Dataset, content: bytes, **asked: Any) -> Job:
    customer.put("in.manifest", content)
    job = services.import_manifest(
        actor=customer.actor, dataset=dataset, location=customer.location("in.manifest"), selection=Selection(**asked)
    )
    run_jobs()
    job.refresh_from_db()
    return job


def answers(dataset: Dataset) -> dict[str, Any]:
    """Source -> annotation by label name, None where nobody labelled it."""
    decode = labels_of(Dataset.objects.get(pk=dataset.pk)).decode
    samples = Sample.objects.filter(dataset=dataset)
    return {sample.source: decode(sample.annotation) if sample.state else None for sample in samples}


def problems(job: Job) -> dict[str, str]:
    return {str(entry.place): str(entry.reason) for entry in JobEntry.objects.filter(job=job)}
