"""What the first page shows, out of counters: nothing is counted row by row."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum

from apps.access.selectors import visible_to
from apps.datasets.models import Dataset, Version
from apps.jobs.models import Job
from apps.jobs.selectors import jobs_of
from apps.labeling.models import TeamTask
from apps.quality.models import Acceptance
from apps.teams.models import Member
from apps.tenants.actors import Actor

OPEN_TASK_STATES = ("starting", "running", "drawing", "acceptance_open", "syncing", "rejected")


@dataclass(frozen=True)
class Totals:
    """Figures over everything the actor may see."""

    datasets: int
    samples: int
    labelled: int
    running_tasks: int
    active_jobs: int

    @property
    def labelled_percent(self) -> int:
        return int(100 * self.labelled / self.samples) if self.samples else 0


@dataclass(frozen=True)
class Milestones:
    """Which steps of the main job the tenant has been through."""

    has_dataset: bool
    has_members: bool
    has_task: bool
    has_acceptance: bool
    has_version: bool


def latest_datasets(actor: Actor) -> list[Dataset]:
    return list(visible_to(actor, Dataset.objects.exclude(state="deleting")).order_by("-updated_at")[:6])


def latest_jobs(actor: Actor) -> list[Job]:
    return list(jobs_of(actor).order_by("-pk")[:6])


def totals(actor: Actor) -> Totals:
    datasets = visible_to(actor, Dataset.objects.exclude(state="deleting"))
    sums = datasets.aggregate(samples=Sum("sample_count"), labelled=Sum("labelled_count"))
    return Totals(
        datasets=datasets.count(),
        samples=sums["samples"] or 0,
        labelled=sums["labelled"] or 0,
        running_tasks=visible_to(actor, TeamTask.objects.filter(state__in=OPEN_TASK_STATES)).count(),
        active_jobs=jobs_of(actor).filter(state__in=("queued", "running")).count(),
    )


def milestones(actor: Actor) -> Milestones:
    def any_of(queryset: object) -> bool:
        return bool(queryset.exists())  # type: ignore[attr-defined]

    return Milestones(
        has_dataset=any_of(visible_to(actor, Dataset.objects.filter(sample_count__gt=0))),
        has_members=any_of(visible_to(actor, Member.objects.exclude(state="deleted"))),
        has_task=any_of(visible_to(actor, TeamTask.objects.all())),
        has_acceptance=any_of(visible_to(actor, Acceptance.objects.filter(state="completed"))),
        has_version=any_of(visible_to(actor, Version.objects.filter(state="normal"))),
    )
