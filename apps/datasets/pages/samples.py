"""Samples of a data set: tabs by state, filters that are part of the address, thumbnails, deleting."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from apps.access.actions import Action
from apps.core.errors import Invalid
from apps.core.paging import Page
from apps.datasets import services
from apps.datasets.models import Dataset, Sample
from apps.datasets.pages.frame import asked, file_refusal, frame, open_dataset, refused
from apps.datasets.selectors import Condition, SamplePage, count_newer, labelers_of, labels_of, newest_id, sample_page
from apps.datasets.states import SampleState
from apps.labeltypes import LabelSpec
from apps.storage.paths import parse_source

PAGE = 60
MOST_FILTER_LABELS = 20
MOST_OFFERED = 200
# Each costs a step in an index.
MOST_LABELERS = 30
FIRST_YEAR, LAST_YEAR = 1970, 9998
STATES = {
    "unlabelled": SampleState.UNLABELLED,
    "labelled": SampleState.LABELLED,
    "to_confirm": SampleState.TO_CONFIRM,
}


@dataclass
class SampleFilter:
    """What the address asks for, as typed, and what was wrong with it."""

    state: str = ""
    labels: list[str] = field(default_factory=list)
    name: str = ""
    hard: str = ""
    since: str = ""
    until: str = ""
    labeler: str = ""
    error: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> SampleFilter:
        state = query.get("state", "")
        return cls(
            state=state if state in STATES else "",
            labels=[name for name in query.getlist("label") if name and "\0" not in name][:MOST_FILTER_LABELS],
            name=asked(query, "name", 1100),
            hard=query.get("hard", "") if query.get("hard") in ("yes", "no") else "",
            since=asked(query, "since", 10),
            until=asked(query, "until", 10),
            labeler=asked(query, "labeler", 320),
        )

    @property
    def is_set(self) -> bool:
        return bool(self.labels or self.name or self.hard or self.since or self.until or self.labeler)

    @property
    def further(self) -> int:
        """How many of the parts are set that the page shows only on demand."""
        return sum(map(bool, (self.hard, self.since, self.until, self.labeler)))

    def encoded(self, **changes: Any) -> str:
        """The filter as the query of an address, with some parts changed; what is empty is left out."""
        parts = {
            "state": self.state,
            "label": self.labels,
            "name": self.name,
            "hard": self.hard,
            "since": self.since,
            "until": self.until,
            "labeler": self.labeler,
            **changes,
        }
        return urlencode({name: value for name, value in parts.items() if value}, doseq=True)

    def conditions(self, dataset: Dataset) -> list[Condition]:
        """For the selector; a part that cannot be read is kept as `error` and asks for nothing."""
        if not self.is_set:
            return []
        folder = self._folder(dataset)
        until = self._day(self.until)
        condition = Condition(
            labels=tuple(self.labels),
            prefix="" if folder else self.name,
            folder=folder,
            hard={"yes": True, "no": False}.get(self.hard),
            since=self._day(self.since),
            until=until + timedelta(days=1) if until else None,
            labeler=self.labeler,
        )
        return [condition]

    def _folder(self, dataset: Dataset) -> str:
        """`bucket/key/` when the name ends like a folder; one that names no bucket lies below the input location."""
        if not self.name.endswith("/"):
            return ""
        if self.name.startswith(("obs://", "s3://", "/")):
            try:
                return parse_source(self.name).source
            except Invalid as error:
                self.error = str(error)
        return f"{dataset.input_bucket}/{dataset.input_key}{self.name}"

    def _day(self, text: str) -> datetime | None:
        if not text:
            return None
        try:
            day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError:
            day = None
        # Nothing was added before the clock of computers begins, and the day after the last one has no date.
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.error = _("'%(text)s' is no day. Write it as 2031-12-24.") % {"text": text}
            return None
        return day


@require_safe
def dataset_samples(request: HttpRequest, dataset_id: str) -> HttpResponse:
    actor, dataset = open_dataset(request, dataset_id)
    wanted = SampleFilter.of(request.GET)
    page, found = _page(request, dataset, wanted)
    context = {
        **frame(request, dataset, "samples"),
        **_arrivals(request, dataset, wanted),
        "filter": wanted,
        "tabs": _tabs(dataset, wanted),
        "page": page,
        "rows": [_shown(sample, dataset, wanted) for sample in page.rows],
        "found": found,
        "query": wanted.encoded(),
        "labels": _offered(dataset, wanted),
        "labelers": list(dict.fromkeys([*filter(None, [wanted.labeler]), *labelers_of(dataset, limit=MOST_LABELERS)])),
        "label_refusal": refused(actor, Action.SAMPLE_LABEL, dataset),
        "delete_refusal": refused(actor, Action.SAMPLE_DELETE, dataset),
        "file_refusal": file_refusal(actor, dataset),
    }
    return render(request, "datasets/samples.html", context)


@require_POST
def samples_delete(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """Take the chosen samples out of the data set, with their files when asked for."""
    actor, dataset = open_dataset(request, dataset_id)
    back = reverse("dataset-samples", args=[dataset.public_id])
    if query := SampleFilter.of(QueryDict(request.POST.get("back", "")[:4000])).encoded():
        back = f"{back}?{query}"
    ids = [pk for text in request.POST.getlist("sample")[:1000] if (pk := _uuid(text)) is not None]
    if not ids:
        messages.error(request, _("Choose at least one sample."))
        return HttpResponseRedirect(back)
    outcomes = services.delete_samples(
        actor=actor, dataset=dataset, sample_ids=ids, delete_source="delete_source" in request.POST
    )
    count = sum(outcome.error is None for outcome in outcomes)
    text = ngettext("%(count)d sample deleted.", "%(count)d samples deleted.", count)
    messages.success(request, text % {"count": count})
    return HttpResponseRedirect(back)


def _page(request: HttpRequest, dataset: Dataset, wanted: SampleFilter) -> tuple[Page[Sample], SamplePage]:
    """One page, newest first, from behind or before a sample; the page before is read backwards and turned round."""
    after, before = _uuid(request.GET.get("after", "")), _uuid(request.GET.get("before", ""))
    conditions = wanted.conditions(dataset)
    found = sample_page(
        dataset,
        state=STATES.get(wanted.state),
        conditions=conditions,
        limit=PAGE,
        after=before or after,
        newest_first=before is None,
    )
    rows = found.rows[::-1] if before else found.rows
    first, last = (rows[0].pk.hex, rows[-1].pk.hex) if rows else (None, None)
    more = found.next is not None
    if before:
        return Page(rows, next=last, previous=first if more else None), found
    return Page(rows, next=last if more else None, previous=first if after else None), found


def _arrivals(request: HttpRequest, dataset: Dataset, wanted: SampleFilter) -> dict[str, Any]:
    """What came since the page was opened: `newer` (a count, or more where `newer_is_least`).

    `here` is the address that asks for it again. The grid itself stays as it is, so that nothing moves under the hand
    of somebody who is choosing samples.
    """
    seen = _uuid(request.GET.get("seen", ""))
    address = request.GET.copy()
    address["seen"] = (newest_id(dataset) if seen is None else seen).hex
    newer, is_least = 0, False
    if seen is not None:
        newer, is_least = count_newer(
            dataset, seen, state=STATES.get(wanted.state), conditions=wanted.conditions(dataset)
        )
    return {"here": f"{request.path}?{address.urlencode()}", "newer": newer, "newer_is_least": is_least}


def _offered(dataset: Dataset, wanted: SampleFilter) -> list[LabelSpec]:
    """The labels to filter by: those that are chosen, then the first of the others."""
    specs = labels_of(dataset)
    chosen = [specs.by_name[name] for name in wanted.labels if name in specs]
    others = (spec for spec in specs if spec.name not in wanted.labels)
    return [*chosen, *islice(others, MOST_OFFERED)]


def _shown(sample: Sample, dataset: Dataset, wanted: SampleFilter) -> dict[str, Any]:
    """A sample as the grid shows it: each label once, with how often it marks something."""
    labels = labels_of(dataset).by_id
    start = urlencode({"sample": sample.pk.hex, "state": wanted.state})
    counts: dict[int, int] = {}
    for mark in sample.annotation:
        counts[mark["label"]] = counts.get(mark["label"], 0) + 1
    return {
        "sample": sample,
        "id": sample.pk.hex,
        "thumbnail": reverse("sample-thumbnail", args=[dataset.public_id, sample.pk.hex]) + "?size=256",
        "labels": [
            {"name": labels[pk].name, "color": labels[pk].color, "count": count if count > 1 else None}
            for pk, count in counts.items()
            if pk in labels
        ],
        "nothing": sample.nothing_here,
        "state": SampleState(sample.state).name.lower(),
        "url": f"{reverse('dataset-label', args=[dataset.public_id])}?{start}",
    }


def _tabs(dataset: Dataset, wanted: SampleFilter) -> list[dict[str, Any]]:
    counts = [
        ("", _("All"), dataset.sample_count),
        ("unlabelled", _("Unlabelled"), dataset.unlabelled_count),
        ("labelled", _("Labelled"), dataset.labelled_count),
        ("to_confirm", _("To confirm"), dataset.to_confirm_count),
    ]
    return [
        {"label": label, "count": count, "current": state == wanted.state, "query": wanted.encoded(state=state)}
        for state, label, count in counts
    ]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(hex=text) if text else None
    except ValueError:
        return None
