"""The first page of one data set: how it stands, what is under way, what to do next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.access.actions import Action
from apps.datasets.models import Dataset
from apps.datasets.pages.frame import frame, open_dataset, publish_refusal, refused, shown_job
from apps.datasets.selectors import label_rows
from apps.jobs.models import Job
from apps.jobs.selectors import entries_of, jobs_about
from apps.tenants.actors import Actor

MOST_LABELS = 12
MOST_PROBLEMS = 5
LATEST_JOBS = 10


@require_safe
def dataset_detail(request: HttpRequest, dataset_id: str) -> HttpResponse:
    actor, dataset = open_dataset(request, dataset_id)
    labels = list(label_rows(dataset).order_by("-sample_count", "position")[: MOST_LABELS + 1])
    context = {
        **frame(request, dataset, "overview"),
        **_jobs(actor, dataset),
        "labels": labels[:MOST_LABELS],
        "more_labels": len(labels) > MOST_LABELS,
        "most_marks": max((label.sample_count for label in labels), default=0),
        "input": dataset.input_location,
        "output": dataset.output_location,
        "label_refusal": refused(actor, Action.SAMPLE_LABEL, dataset),
        "sync_refusal": refused(actor, Action.DATASET_SYNC, dataset, takes="synchronise"),
        "import_refusal": refused(actor, Action.DATASET_IMPORT, dataset, takes="import"),
        "publish_refusal": publish_refusal(actor, dataset),
        "task_refusal": refused(actor, Action.TASK_CREATE, dataset),
    }
    return render(request, "datasets/detail.html", context)


def _jobs(actor: Actor, dataset: Dataset) -> dict[str, Any]:
    """What is under way or has failed, and the newest problems that a job met."""
    latest = list(jobs_about(dataset.topic, tenant_id=dataset.tenant_id)[:LATEST_JOBS])
    with_problems = next((job for job in latest if job.problem_count), None)
    problems = entries_of(with_problems).order_by("-pk")[:MOST_PROBLEMS] if with_problems else ()
    return {
        "jobs": [shown_job(actor, job) for job in latest if job.is_active] or _unfinished(actor, latest[:1]),
        "problem_job": with_problems,
        "problems": list(problems),
    }


def _unfinished(actor: Actor, latest: list[Job]) -> list[dict[str, Any]]:
    """The last job, where somebody has to see to it."""
    return [shown_job(actor, job) for job in latest if job.state in ("failed", "stopped")]
