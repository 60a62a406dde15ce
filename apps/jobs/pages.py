"""Pages of jobs: the list, one job with its progress and problems, stop and retry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.access.actions import Action
from apps.access.services import refusal
from apps.core.errors import Conflict
from apps.core.paging import keyset_page
from apps.core.spreadsheets import csv_lines
from apps.jobs import selectors, services
from apps.jobs.handlers import handlers, subject_pages
from apps.jobs.models import Job, JobEntry
from apps.jobs.states import JOB
from apps.tenants.actors import Actor
from apps.tenants.requests import require_user

PAGE = 50


def _dressed(job: Job) -> Job:
    """The job with what its page shows beside its row: `title` and `subject_url`."""
    job.title = handlers.get(job.kind).title if job.kind in handlers else job.kind  # type: ignore[attr-defined]
    topic, _separator, public_id = job.subject.partition(":")
    page = subject_pages.get(topic)
    job.subject_url = reverse(page, args=[public_id]) if page else ""  # type: ignore[attr-defined]
    return job


def _marker(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 19 else None


def _choices(pairs: Iterable[tuple[str, object]], everything: str) -> list[dict[str, object]]:
    return [{"value": "", "label": everything}, *({"value": value, "label": label} for value, label in pairs)]


@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    jobs = selectors.jobs_of(actor, kind=kind if kind in handlers else "")
    if state in JOB.labels:
        jobs = jobs.filter(state=state)
    page = keyset_page(
        jobs.select_related("person"),
        limit=PAGE,
        after=_marker(request, "after"),
        before=_marker(request, "before"),
        descending=True,
    )
    for job in page.rows:
        _dressed(job)
    context = {
        "page": page,
        "states": _choices(JOB.labels.items(), _("Every state")),
        "kinds": _choices(((handler.kind, handler.title) for handler in handlers), _("Every kind")),
        "state": state,
        "kind": kind,
        "query": urlencode({"state": state, "kind": kind}),
    }
    return render(request, "jobs/list.html", context)


@require_safe
def job_row(request: HttpRequest, public_id: str) -> HttpResponse:
    job = _dressed(selectors.get_job(require_user(request), public_id))
    return render(request, "jobs/_row.html", {"job": job})


def _progress_context(actor: Actor, job: Job) -> dict[str, object]:
    return {
        "job": _dressed(job),
        "stop_refusal": refusal(actor, Action.JOB_STOP, job),
        "retry_refusal": refusal(actor, Action.JOB_RETRY, job),
    }


@require_safe
def job_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = require_user(request)
    job = selectors.get_job(actor, public_id)
    search = request.GET.get("search", "")[:200]
    entries = keyset_page(
        selectors.entries_of(job, search=search),
        limit=PAGE,
        after=_marker(request, "after"),
        before=_marker(request, "before"),
    )
    context = {
        **_progress_context(actor, job),
        "entries": entries,
        "search": search,
        "query": urlencode({"search": search}),
        "lines": selectors.lines_of(job)[:200],
    }
    return render(request, "jobs/detail.html", context)


@require_safe
def job_progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """The part of the page that changes while the job runs."""
    actor = require_user(request)
    return render(request, "jobs/_progress.html", _progress_context(actor, selectors.get_job(actor, public_id)))


def _in_words(entries: Iterable[JobEntry], language: str) -> Iterator[list[str]]:
    for entry in entries:
        # The answer is streamed when the request, and with it the reader's language, is over.
        with override(language):
            words = [str(entry.place), str(entry.reason)]
        yield words


@require_safe
def job_report(request: HttpRequest, public_id: str) -> StreamingHttpResponse:
    """The whole list of what could not be used, as CSV."""
    job = selectors.get_job(require_user(request), public_id)
    entries = selectors.entries_of(job).iterator(chunk_size=1000)
    lines = csv_lines(["place", "reason"], _in_words(entries, get_language() or "en"))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="report-{job.public_id}.csv"'
    return response


@require_POST
def job_stop(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = require_user(request)
    try:
        services.stop_job(actor=actor, job=selectors.get_job(actor, public_id))
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The job was stopped. What it had finished stays."))
    return redirect("job-detail", public_id)


@require_POST
def job_retry(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = require_user(request)
    try:
        services.retry_job(actor=actor, job=selectors.get_job(actor, public_id))
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The job goes on where it was."))
    return redirect("job-detail", public_id)


page_urls = [
    path("jobs/", job_list, name="job-list"),
    path("jobs/<str:public_id>/", job_detail, name="job-detail"),
    path("jobs/<str:public_id>/row/", job_row, name="job-row"),
    path("jobs/<str:public_id>/progress/", job_progress, name="job-progress"),
    path("jobs/<str:public_id>/report.csv", job_report, name="job-report"),
    path("jobs/<str:public_id>/stop/", job_stop, name="job-stop"),
    path("jobs/<str:public_id>/retry/", job_retry, name="job-retry"),
]
