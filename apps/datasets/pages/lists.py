"""The list of data sets."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.access.actions import Action
from apps.access.services import refusal
from apps.core.paging import keyset_page
from apps.datasets.models import Dataset
from apps.datasets.pages.frame import all_kinds, asked, kind_words, row_marker
from apps.datasets.selectors import datasets_of, get_dataset
from apps.labeltypes import label_types
from apps.tenants.requests import require_user

PAGE = 30
# Value in the address -> by name, newest (or last letter) first.
SORTS = {"new": (False, True), "old": (False, False), "name": (True, False)}


@require_safe
def dataset_list(request: HttpRequest) -> HttpResponse:
    """Data sets that the actor may see: `search` in the name, `type`, `sort`, one keyset page."""
    actor = require_user(request)
    search = asked(request.GET, "search", 100)
    kind = request.GET.get("type", "")
    kind = kind if kind in label_types else ""
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "new"
    by_name, descending = SORTS[sort]
    page = keyset_page(
        datasets_of(actor, name_contains=search, label_type=kind),
        limit=PAGE,
        after=_marker(request, "after", by_name),
        before=_marker(request, "before", by_name),
        descending=descending,
        by="name" if by_name else "pk",
    )
    for dataset in page.rows:
        _dressed(dataset)
    context = {
        "page": page,
        "search": search,
        "type": kind,
        "sort": sort,
        "kinds": all_kinds(),
        "sorts": [
            {"value": "new", "label": _("Newest first")},
            {"value": "old", "label": _("Oldest first")},
            {"value": "name", "label": _("By name")},
        ],
        "is_filtered": bool(search or kind),
        "query": urlencode({"search": search, "type": kind, "sort": sort}),
        "create_refusal": refusal(actor, Action.DATASET_CREATE),
    }
    return render(request, "datasets/list.html", context)


@require_safe
def dataset_row(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """One row of the list, which refetches itself."""
    dataset = get_dataset(require_user(request), dataset_id)
    return render(request, "datasets/_row.html", {"dataset": _dressed(dataset)})


def _dressed(dataset: Dataset) -> Dataset:
    dataset.kind = kind_words(dataset.label_type)  # type: ignore[attr-defined]
    return dataset


def _marker(request: HttpRequest, name: str, by_name: bool) -> str | int | None:
    return asked(request.GET, name, 100) or None if by_name else row_marker(request.GET, name)
