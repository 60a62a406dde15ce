"""The audit log: looking for events, one event in full, taking events along."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.audit import exports, selectors, services
from apps.audit.events import LEVELS, RESOURCE_TYPES, SERVICES
from apps.audit.selectors import TraceFilter
from apps.audit.traces import TRACE_TYPES
from apps.core.paging import keyset_page
from apps.tenants.models import TenantUser
from apps.tenants.requests import require_user

PAGE = 50
MOST_NAMES = 200
_MOMENT = "%Y-%m-%dT%H:%M"


class _Text(forms.CharField):
    """Letters to be found exactly; nothing in the log is longer, or holds NUL."""

    def __init__(self, label: Any, longest: int = 320, **more: str) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false", **more}
        super().__init__(label=label, max_length=longest, required=False, widget=forms.TextInput(attrs=attrs))


def _choice(label: Any, everything: Any, values: Any) -> forms.ChoiceField:
    choices = [("", everything), *((value, value) for value in values)]
    return forms.ChoiceField(label=label, choices=choices, required=False)


class _Moment(forms.DateTimeField):
    """A moment of the log's clock, UTC."""

    def __init__(self, label: Any) -> None:
        widget = forms.DateTimeInput(format=_MOMENT, attrs={"type": "datetime-local"})
        formats = [_MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]
        super().__init__(label=label, required=False, widget=widget, input_formats=formats)


def _event_choices() -> list[Any]:
    """Read for each form: what has no feature today may have one tomorrow."""
    groups = selectors.event_names().items()
    return [("", gettext_lazy("Every event")), *((group, [(name, name) for name in names]) for group, names in groups)]


class FilterForm(forms.Form):
    """The fields of TraceFilter."""

    service = _choice(gettext_lazy("Source"), gettext_lazy("Every source"), SERVICES)
    resource_type = _choice(gettext_lazy("Resource type"), gettext_lazy("Every type"), RESOURCE_TYPES)
    name = forms.ChoiceField(label=gettext_lazy("Event"), choices=_event_choices, required=False)
    level = _choice(gettext_lazy("Level"), gettext_lazy("Every level"), LEVELS)
    user = _Text(gettext_lazy("User"), list="audit-people")
    start = _Moment(gettext_lazy("From (UTC)"))
    end = _Moment(gettext_lazy("To (UTC)"))
    resource_id = _Text(gettext_lazy("Resource ID"), 64)
    resource_name = _Text(gettext_lazy("Resource name"), 256)
    trace_type = _choice(gettext_lazy("Type"), gettext_lazy("Every type"), TRACE_TYPES.values())
    source_ip = _Text(gettext_lazy("Source address"), 45)
    request_id = _Text(gettext_lazy("Request ID"), 32)
    decision = _choice(gettext_lazy("Decision"), gettext_lazy("Every decision"), ("allow", "deny"))

    def wanted(self) -> TraceFilter:
        """What was asked for; fields that were filled in wrongly are as if empty."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return TraceFilter(**given)


_FIRST = ("start", "end", "user", "name", "level")
_FURTHER = (
    *("service", "resource_type", "resource_name", "resource_id"),
    *("trace_type", "source_ip", "request_id", "decision"),
)


def _marker(request: HttpRequest, name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def _search(request: HttpRequest) -> tuple[FilterForm, TraceFilter, str]:
    """The form, what it asks for, and the same as a query that a link can carry."""
    form = FilterForm({name: value for name, value in request.GET.items() if value})
    query = urlencode({name: request.GET[name] for name in form.fields if request.GET.get(name)})
    return form, form.wanted(), query


@require_safe
def trace_list(request: HttpRequest) -> HttpResponse:
    """Events of the last seven days, or of any time, that have everything in common that was chosen."""
    actor = require_user(request)
    form, wanted, query = _search(request)
    found = selectors.traces_of(actor, wanted)
    assert actor.tenant is not None
    page = keyset_page(
        found, limit=PAGE, after=_marker(request, "after"), before=_marker(request, "before"), descending=True
    )
    services.note_reading(actor=actor, wanted=wanted.as_request())
    traces = exports.shown(actor.tenant.pk, page.rows)
    people = TenantUser.objects.filter(tenant=actor.tenant).order_by("person__login")
    context = {
        "form": form,
        "first": [form[name] for name in _FIRST],
        "further": [form[name] for name in _FURTHER],
        "further_set": sum(1 for name in _FURTHER if request.GET.get(name)),
        "page": page,
        "rows": [{"event": event, "trace": trace} for event, trace in zip(page.rows, traces, strict=True)],
        "query": query,
        "is_set": bool(query),
        "days": selectors.SHOWN.days,
        "kept": settings.TAGORA_AUDIT_DAYS,
        "people": people.values_list("person__login", flat=True)[:MOST_NAMES],
    }
    return render(request, "audit/list.html", context, status=400 if form.errors else 200)


@require_safe
def trace_detail(request: HttpRequest, trace_id: str) -> HttpResponse:
    """One event in full: what it says, its structure, its place in the chain."""
    actor = require_user(request)
    event = selectors.get_trace(actor, trace_id)
    services.note_reading(actor=actor, wanted={"trace_id": trace_id})
    (trace,) = exports.shown(event.tenant_id, [event])
    context = {"event": event, "trace": trace, "structure": exports.structure(trace)}
    return render(request, "audit/detail.html", context)


@require_safe
def trace_export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """Everything that the list shows, however long, as `csv` or as `jsonl`."""
    actor = require_user(request)
    _form, wanted, _query = _search(request)
    found = selectors.traces_of(actor, wanted)
    services.export_traces(actor=actor, wanted=wanted.as_request(), form=form)
    assert actor.tenant is not None
    if form == "csv":
        lines: Any = exports.table_lines(found, actor.tenant.pk)
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    else:
        lines = exports.json_lines(found, actor.tenant.pk)
        response = StreamingHttpResponse(lines, content_type="application/x-ndjson; charset=utf-8")
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    response["Content-Disposition"] = f'attachment; filename="audit-{actor.tenant.name}-{day}.{form}"'
    return response


page_urls = [
    path("audit/", trace_list, name="trace-list"),
    path("audit/export.csv", trace_export, {"form": "csv"}, name="trace-export-csv"),
    path("audit/export.jsonl", trace_export, {"form": "jsonl"}, name="trace-export-jsonl"),
    path("audit/<str:trace_id>/", trace_detail, name="trace-detail"),
]
