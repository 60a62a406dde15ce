"""Versions of a data set: the list, publishing, the current one, deleting."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.actions import Action
from apps.core.errors import Conflict, Invalid
from apps.core.paging import keyset_page
from apps.datasets import services
from apps.datasets.models import Dataset, Version
from apps.datasets.pages.frame import frame, open_dataset, publish_refusal, refused, row_marker, shown_job
from apps.datasets.selectors import get_version, versions_of
from apps.datasets.services.datasets import LONGEST_DESCRIPTION
from apps.jobs.selectors import jobs_about
from apps.storage.paths import Location
from apps.tenants.actors import Actor

PAGE = 50
PUBLISH_JOB = "publish_version"
_FIELDS = {"version_name": "name", "train_evaluate_sample_ratio": "train_ratio", "description": "description"}
_NAME_TAKEN = "ModelArts.4371"


class PublishForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=32,
        required=False,
        help_text=gettext_lazy("Without one it is the next of V001, V002 and so on."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    train_ratio = forms.DecimalField(
        label=gettext_lazy("Share for training"),
        required=False,
        max_digits=6,
        decimal_places=4,
        min_value=Decimal(0),
        max_value=Decimal(1),
        help_text=gettext_lazy("From 0 to 1. The labelled samples are divided into training and evaluation at random."),
        widget=forms.NumberInput(attrs={"step": "0.05", "placeholder": "0.8"}),
    )
    keep_usage = forms.BooleanField(
        label=gettext_lazy("Keep the division that the samples brought along"), required=False
    )
    with_hard = forms.BooleanField(label=gettext_lazy("Write which samples are hard"), required=False)


@require_safe
def dataset_versions(request: HttpRequest, dataset_id: str) -> HttpResponse:
    actor, dataset = open_dataset(request, dataset_id)
    page = keyset_page(
        versions_of(dataset),
        limit=PAGE,
        after=row_marker(request.GET, "after"),
        before=row_marker(request.GET, "before"),
        descending=True,
    )
    context = {
        **frame(request, dataset, "versions"),
        "page": page,
        "rows": [_shown(version, dataset) for version in page.rows],
        "jobs": _publishing(actor, dataset),
        "form": PublishForm(auto_id="publish-%s"),
        "publish_refusal": publish_refusal(actor, dataset),
        "current_refusal": refused(actor, Action.VERSION_SET_CURRENT, dataset),
        "delete_refusal": refused(actor, Action.VERSION_DELETE, dataset),
    }
    return render(request, "datasets/versions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def dataset_publish(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """The form that starts a version, as a page, or as the body of a dialog where htmx sends it."""
    actor, dataset = open_dataset(request, dataset_id)
    form = PublishForm(request.POST if request.method == "POST" else None, auto_id="publish-%s")
    if request.method == "POST" and form.is_valid() and _publish(actor, dataset, form):
        messages.success(request, _("The version is being written."))
        address = reverse("dataset-versions", args=[dataset.public_id])
        if _is_fragment(request):
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return redirect(address)
    reason = publish_refusal(actor, dataset)
    if _is_fragment(request):
        return render(request, "datasets/_publish.html", {"form": form, "dataset": dataset, "publish_refusal": reason})
    context = {**frame(request, dataset, "versions"), "form": form, "publish_refusal": reason}
    return render(request, "datasets/publish.html", context, status=400 if form.errors else 200)


@require_POST
def version_current(request: HttpRequest, dataset_id: str, version_id: str) -> HttpResponse:
    actor, dataset = open_dataset(request, dataset_id)
    version = get_version(dataset, version_id)
    try:
        services.set_current_version(actor=actor, dataset=dataset, version=version)
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s is the current version now.") % {"name": version.name})
    return redirect("dataset-versions", dataset.public_id)


@require_POST
def version_delete(request: HttpRequest, dataset_id: str, version_id: str) -> HttpResponse:
    actor, dataset = open_dataset(request, dataset_id)
    version = get_version(dataset, version_id)
    try:
        services.delete_version(actor=actor, dataset=dataset, version=version)
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The version is deleted. Its files stay in storage."))
    return redirect("dataset-versions", dataset.public_id)


def _publish(actor: Actor, dataset: Dataset, form: PublishForm) -> Version | None:
    """Calls the service; None after the reason was kept at its field."""
    given = form.cleaned_data
    try:
        with transaction.atomic():
            return services.publish_dataset_version(
                actor=actor,
                dataset=dataset,
                name=given["name"],
                description=given["description"],
                train_ratio=given["train_ratio"],
                keep_usage=given["keep_usage"],
                with_hard=given["with_hard"],
            )
    except Invalid as error:
        form.add_error(_FIELDS.get(error.field), str(error))
    except Conflict as error:
        form.add_error("name" if error.code == _NAME_TAKEN else None, str(error))
    return None


def _publishing(actor: Actor, dataset: Dataset) -> list[dict[str, Any]]:
    """The job that writes a version just now, or the last one where it failed."""
    latest = jobs_about(dataset.topic, tenant_id=dataset.tenant_id, kinds=(PUBLISH_JOB,))[:1]
    return [shown_job(actor, job) for job in latest if job.is_active or job.state in ("failed", "stopped")]


def _shown(version: Version, dataset: Dataset) -> dict[str, Any]:
    manifest = Location(dataset.output_bucket, version.manifest_key) if version.manifest_key else None
    return {"version": version, "manifest": manifest, "is_current": dataset.current_version_id == version.pk}


def _is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"
