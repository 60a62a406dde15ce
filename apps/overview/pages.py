"""The first page of a tenant's user; workers are sent on to their tasks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.jobs.handlers import handlers
from apps.overview import selectors
from apps.overview.selectors import Milestones
from apps.tenants.requests import require_person, require_user


def _steps(reached: Milestones) -> list[dict[str, Any]]:
    """The way to a published data set; the first step that is not done is the next."""
    rows = [
        (
            _("Put files into storage"),
            _("Upload them in the browser, or copy them into the bucket's folder."),
            reached.has_dataset,
            reverse("storage"),
            _("Open storage"),
        ),
        (
            _("Create a data set"),
            _("Say what is to be labelled, where the files lie and which labels there are."),
            reached.has_dataset,
            reverse("dataset-create"),
            _("Create data set"),
        ),
        (
            _("Put a team together"),
            _("Invite labelers and reviewers by their e-mail addresses."),
            reached.has_members,
            reverse("team-list"),
            _("Open teams"),
        ),
        (
            _("Hand out the work"),
            _("Create a team task on the data set; every member gets a mail with a link."),
            reached.has_task,
            reverse("dataset-list"),
            _("Choose a data set"),
        ),
        (
            _("Accept by sampling"),
            _("Judge a random sample of what was labelled; only then do labels enter the data set."),
            reached.has_acceptance,
            reverse("dataset-list"),
            _("Choose a data set"),
        ),
        (
            _("Publish a version"),
            _("Write the labels as a manifest to the output location."),
            reached.has_version,
            reverse("dataset-list"),
            _("Choose a data set"),
        ),
    ]
    steps = [
        {"title": title, "text": text, "done": done, "url": url, "action": action, "next": False}
        for title, text, done, url, action in rows
    ]
    for step in steps:
        if not step["done"]:
            step["next"] = True
            break
    return steps


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    if require_person(request).tenant is None:
        return redirect("work")
    actor = require_user(request)
    datasets = selectors.latest_datasets(actor)
    for dataset in datasets:
        dataset.url = reverse("dataset-detail", args=[dataset.public_id])  # type: ignore[attr-defined]
    jobs = selectors.latest_jobs(actor)
    for job in jobs:
        job.title = handlers.get(job.kind).title if job.kind in handlers else job.kind  # type: ignore[attr-defined]
    context = {
        "totals": selectors.totals(actor),
        "steps": _steps(selectors.milestones(actor)),
        "datasets": datasets,
        "jobs": jobs,
    }
    return render(request, "overview.html", context)


page_urls = [path("", overview, name="overview")]
