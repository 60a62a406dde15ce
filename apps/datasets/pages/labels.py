"""The labels of a data set: the list with counts, adding, changing, deleting."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.access.actions import Action
from apps.core.errors import Conflict, Invalid
from apps.core.paging import keyset_page
from apps.datasets import services
from apps.datasets.models import Dataset, Label
from apps.datasets.pages.frame import asked, file_refusal, frame, open_dataset, refused, row_marker
from apps.datasets.pages.label_rows import AttributeRow, LabelRow, new_row, read_rows
from apps.datasets.selectors import get_label, label_rows, labels_of
from apps.datasets.services import DeletePolicy, LabelChanges
from apps.datasets.services.labels import PALETTE
from apps.labeltypes import LabelSpec, label_types
from apps.labeltypes.labels import LONGEST_LABEL_NAME
from apps.tenants.actors import Actor

PAGE = 100
_SHORTCUT_TAKEN = "ModelArts.4412"


@require_http_methods(["GET", "HEAD", "POST"])
def dataset_labels(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """The list; a post adds one label."""
    actor, dataset = open_dataset(request, dataset_id)
    row = _next_row(dataset)
    if request.method == "POST":
        row = next(iter(read_rows(request.POST)), row)
        spec = row.spec(label_types.get(dataset.label_type))
        if spec is not None and _done(row, lambda: services.create_label(actor=actor, dataset=dataset, label=spec)):
            messages.success(request, _("The label '%(name)s' is added.") % {"name": spec.name})
            return redirect("dataset-labels", dataset.public_id)
    return _list_page(request, actor, dataset, row, status=400 if row.error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def dataset_label_edit(request: HttpRequest, dataset_id: str, name: str) -> HttpResponse:
    """One label: name, colour, key and attributes, and deleting it."""
    actor, dataset = open_dataset(request, dataset_id)
    label = get_label(dataset, name)
    if request.method != "POST":
        return _edit_page(request, actor, dataset, label, LabelRow.of(labels_of(dataset).by_id[label.pk]))
    row = next(iter(read_rows(request.POST)), LabelRow(0))
    if "add" in request.POST or "remove" in request.POST:
        return _edit_page(request, actor, dataset, label, _with_attributes(row, request))
    spec = row.spec(label_types.get(dataset.label_type))
    if spec is None or not _done(row, lambda: _update(actor, dataset, name, spec)):
        return _edit_page(request, actor, dataset, label, row, status=400)
    messages.success(request, _("The label '%(name)s' is saved.") % {"name": spec.name})
    return redirect("dataset-labels", dataset.public_id)


@require_POST
def label_delete(request: HttpRequest, dataset_id: str, name: str) -> HttpResponse:
    """Delete a label; `policy` says what goes with it."""
    actor, dataset = open_dataset(request, dataset_id)
    given = request.POST.get("policy", "")
    policy = (
        DeletePolicy(int(given)) if given in {str(each.value) for each in DeletePolicy} else DeletePolicy.LABEL_ONLY
    )
    services.delete_label(actor=actor, dataset=dataset, name=name, policy=policy)
    messages.success(request, _("The label '%(name)s' is deleted.") % {"name": name})
    return redirect("dataset-labels", dataset.public_id)


def _done(row: LabelRow, work: Any) -> bool:
    """Whether the service took it; its reason is kept at the row otherwise."""
    try:
        with transaction.atomic():
            work()
    except Invalid as error:
        row.refuse(error)
    except Conflict as error:
        row.refuse(str(error), "shortcut" if error.code == _SHORTCUT_TAKEN else "name")
    else:
        return True
    return False


def _update(actor: Actor, dataset: Dataset, name: str, spec: LabelSpec) -> None:
    kind = label_types.get(dataset.label_type)
    changes = LabelChanges(
        name=spec.name,
        color=spec.color or None,
        shortcut=spec.shortcut,
        attributes=spec.attributes if kind.shapes else None,
    )
    services.update_label(actor=actor, dataset=dataset, name=name, changes=changes)


def _with_attributes(row: LabelRow, request: HttpRequest) -> LabelRow:
    """The row after an attribute was added or removed by a browser without scripts."""
    removed = request.POST.get("remove", "")
    row.attributes = [each for each in row.attributes if removed != f"label-{row.number}-attribute-{each.number}"]
    if "add" in request.POST:
        row.attributes.append(AttributeRow(max((each.number for each in row.attributes), default=-1) + 1))
    return row


def _next_row(dataset: Dataset) -> LabelRow:
    row = new_row([], PALETTE)
    row.color = PALETTE[len(labels_of(dataset)) % len(PALETTE)]
    return row


def _list_page(request: HttpRequest, actor: Actor, dataset: Dataset, row: LabelRow, status: int) -> HttpResponse:
    search = asked(request.GET, "search", LONGEST_LABEL_NAME)
    found = label_rows(dataset)
    page = keyset_page(
        found.filter(name__icontains=search) if search else found,
        limit=PAGE,
        after=row_marker(request.GET, "after"),
        before=row_marker(request.GET, "before"),
    )
    kind = label_types.get(dataset.label_type)
    for label in page.rows:
        label.words = ", ".join(each["name"] for each in label.attributes)  # type: ignore[attr-defined]
    context = {
        **frame(request, dataset, "labels"),
        "page": page,
        "count": len(labels_of(dataset)),
        "search": search,
        "query": urlencode({"search": search}) if search else "",
        "row": row,
        "has_attributes": bool(kind.shapes),
        "create_refusal": refused(actor, Action.LABEL_CREATE, dataset),
        "update_refusal": refused(actor, Action.LABEL_UPDATE, dataset),
    }
    return render(request, "datasets/labels.html", context, status=status)


def _edit_page(
    request: HttpRequest, actor: Actor, dataset: Dataset, label: Label, row: LabelRow, status: int = 200
) -> HttpResponse:
    samples_refusal = refused(actor, Action.SAMPLE_DELETE, dataset)
    context = {
        **frame(request, dataset, "labels"),
        "label": label,
        "row": row,
        "start": f"label-{row.number}",
        "has_attributes": bool(label_types.get(dataset.label_type).shapes),
        "update_refusal": refused(actor, Action.LABEL_UPDATE, dataset),
        "delete_refusal": refused(actor, Action.LABEL_DELETE, dataset),
        "policies": _policies(samples_refusal, samples_refusal or file_refusal(actor, dataset)),
    }
    return render(request, "datasets/label.html", context, status=status)


def _policies(samples_refusal: str | None, files_refusal: str | None) -> list[dict[str, Any]]:
    """What may go with a label, in words; a way that is refused says why."""
    rows = [
        (
            DeletePolicy.LABEL_ONLY,
            _("Only the label"),
            _("Samples stay; those without another label are unlabelled."),
            None,
        ),
        (
            DeletePolicy.SOLE_SAMPLES,
            _("The label and the samples that carry only it"),
            _("Their files stay in storage."),
            samples_refusal,
        ),
        (
            DeletePolicy.SOLE_SAMPLES_AND_FILES,
            _("The label, those samples, and their files"),
            _("The files are deleted from storage for good."),
            files_refusal,
        ),
    ]
    return [
        {"value": policy.value, "title": title, "text": reason or text, "refused": bool(reason)}
        for policy, title, text, reason in rows
    ]
