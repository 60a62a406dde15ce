"""Pages of transfers: what came into a data set, and bringing in more."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.access.actions import Action
from apps.core.errors import Conflict, Invalid
from apps.core.paging import keyset_page
from apps.datasets.models import Dataset
from apps.datasets.pages.frame import frame, open_dataset, refused, row_marker, shown_job
from apps.jobs.models import Job
from apps.storage.paths import parse
from apps.tenants.actors import Actor
from apps.transfers import services
from apps.transfers.selection import Selection
from apps.transfers.selectors import transfers_of

PAGE = 30
_FOLDER = "folder"
_MANIFEST = "manifest"


class ImportForm(forms.Form):
    """`source` chooses which of the two locations counts; the other may hold anything."""

    source = forms.ChoiceField(choices=[(_FOLDER, _FOLDER), (_MANIFEST, _MANIFEST)])
    folder = forms.CharField(
        label=gettext_lazy("Folder"),
        max_length=1100,
        required=False,
        help_text=gettext_lazy("All pictures below it come in, with the labels that lie beside them."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    manifest = forms.CharField(
        label=gettext_lazy("Manifest file"),
        max_length=1100,
        required=False,
        help_text=gettext_lazy("A file that names samples and their labels, one a line, such as a published version."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    annotations = forms.BooleanField(
        label=gettext_lazy("Take in labels"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "Labels that are missing in the data set are added. Samples that have labels keep them."
        ),
    )
    difficult_only = forms.BooleanField(label=gettext_lazy("Only samples that are marked as hard"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        source = given.get("source")
        if source and not given.get(source):
            self.add_error(source, _("Say where it lies."))
        elif source:
            try:
                given["location"] = parse(given[source].strip(), field=source)
            except Invalid as error:
                self.add_error(source, str(error))
        return given


@require_http_methods(["GET", "HEAD", "POST"])
def dataset_transfers(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """What came in so far; a post starts an import."""
    actor, dataset = open_dataset(request, dataset_id)
    initial = {"source": _FOLDER, "annotations": True, "folder": str(dataset.input_location)}
    form = ImportForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and _import(actor, dataset, form):
        messages.success(request, _("The import has begun."))
        return redirect("dataset-transfers", dataset.public_id)
    dataset.refresh_from_db(fields=["state"])
    page = keyset_page(
        transfers_of(dataset).select_related("person"),
        limit=PAGE,
        after=row_marker(request.GET, "after"),
        before=row_marker(request.GET, "before"),
        descending=True,
    )
    context = {
        **frame(request, dataset, "transfers"),
        "here": reverse("dataset-transfers", args=[dataset.public_id]),
        "form": form,
        "source": form["source"].value(),
        "input": dataset.input_location,
        "page": page,
        "jobs": [shown_job(actor, job) for job in page.rows if job.is_active],
        "rows": [_shown(actor, job) for job in page.rows],
        "sync_refusal": refused(actor, Action.DATASET_SYNC, dataset, takes="synchronise"),
        "import_refusal": refused(actor, Action.DATASET_IMPORT, dataset, takes="import"),
    }
    return render(request, "transfers/list.html", context, status=400 if form.errors else 200)


@require_POST
def dataset_sync(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """Take in what was added at the input location; shown where it was asked for."""
    actor, dataset = open_dataset(request, dataset_id)
    try:
        services.sync_dataset(actor=actor, dataset=dataset)
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The synchronisation has begun."))
    back = "dataset-transfers" if request.POST.get("back") == "transfers" else "dataset-detail"
    return redirect(back, dataset.public_id)


def _import(actor: Actor, dataset: Dataset, form: ImportForm) -> Job | None:
    """Calls the service; None after the reason was kept at its field."""
    given = form.cleaned_data
    source = given["source"]
    start = services.import_manifest if source == _MANIFEST else services.import_folder
    selection = Selection(annotations=given["annotations"], difficult_only=given["difficult_only"])
    try:
        with transaction.atomic():
            return start(actor=actor, dataset=dataset, location=given["location"], selection=selection)
    except Invalid as error:
        form.add_error(source, str(error))
    except Conflict as error:
        form.add_error(None, str(error))
    return None


def _shown(actor: Actor, job: Job) -> dict[str, Any]:
    return {**shown_job(actor, job), "from": job.params.get("location", "")}


page_urls = [
    path("datasets/<str:dataset_id>/transfers/", dataset_transfers, name="dataset-transfers"),
    path("datasets/<str:dataset_id>/sync/", dataset_sync, name="dataset-sync"),
]
