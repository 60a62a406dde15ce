"""Reads of jobs."""

from __future__ import annotations

import json

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import translation

from apps.access.selectors import visible_to
from apps.core.errors import NotFound
from apps.jobs.models import Job, JobEntry, JobLine
from apps.tenants.actors import Actor

MOST_TEMPLATES = 50
"""Sentences that a search in another language than English is widened to; more say that it means nothing special."""


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
    """What the job could not use, in the order it was met; `search` looks in place and reason, as their reader sees
    them."""
    entries = JobEntry.objects.filter(job=job).order_by("pk")
    if search:
        found = Q(place__icontains=search) | Q(reason__icontains=search)
        for template in _templates_with(search):
            # As it stands in the stored form, which is JSON.
            found |= Q(reason__contains=json.dumps(template, ensure_ascii=False))
        entries = entries.filter(found)
    return entries


def _templates_with(words: str) -> list[str]:
    """The English templates whose translation has these words; none for readers of English, who find them as stored."""
    language = get_language() or "en"
    if language.startswith("en"):
        return []
    catalog = translation(language)._catalog.items()  # type: ignore[attr-defined]
    texts = ((source, shown) for source, shown in catalog if isinstance(source, str) and isinstance(shown, str))
    return [source for source, shown in texts if source and words.lower() in shown.lower()][:MOST_TEMPLATES]


def lines_of(job: Job) -> QuerySet[JobLine]:
    return JobLine.objects.filter(job=job).order_by("pk")
