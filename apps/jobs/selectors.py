"""Reads of jobs."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.access.selectors import visible_to
from apps.core.errors import NotFound
from apps.jobs.models import Job, JobEntry, JobLine
from apps.tenants.actors import Actor


def jobs_of(actor: Actor, *, subject: str = "", kind: str = "") -> QuerySet[Job]:
    """Visible jobs; `subject` and `kind` narrow. Who may see the subject may ask for its jobs with `jobs_about`."""
    jobs = visible_to(actor, Job.objects.all())
    if subject:
        jobs = jobs.filter(subject=subject)
    return jobs.filter(kind=kind) if kind else jobs


def jobs_about(subject: str, *, tenant_id: int, kinds: tuple[str, ...] = ()) -> QuerySet[Job]:
    """Jobs of one subject, newest first, for a caller that has already been shown the subject."""
    jobs = Job.objects.filter(subject=subject, tenant_id=tenant_id).order_by("-pk")
    return jobs.filter(kind__in=kinds) if kinds else jobs


def get_job(actor: Actor, public_id: str) -> Job:
    job = visible_to(actor, Job.objects.all()).filter(public_id=public_id).first()
    if job is None:
        raise NotFound(_("There is no such job."), code="ModelArts.4700")
    return job


def entries_of(job: Job, *, search: str = "") -> QuerySet[JobEntry]:
    """What the job could not use, in the order it was met; `search` looks in place and reason."""
    entries = JobEntry.objects.filter(job=job).order_by("pk")
    if search:
        entries = entries.filter(place__icontains=search) | entries.filter(reason__icontains=search)
    return entries


def lines_of(job: Job) -> QuerySet[JobLine]:
    return JobLine.objects.filter(job=job).order_by("pk")
