"""The list of traces, as the cloud's own audit service has it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.audit import exports, selectors, services
from apps.audit.events import LEVELS, SERVICES
from apps.audit.selectors import TraceFilter
from apps.audit.traces import TRACE_TYPES
from apps.core.paging import keyset_page
from apps.core.shapes import Shape, read
from apps.tenants.requests import actor_of
from apps.tenants.selectors import in_project

# The year 9999, in milliseconds: the last moment that a date can hold.
LAST_MOMENT = 253_402_300_799_000
# The type of tracker that keeps operations; here it is the only one.
MANAGEMENT = "system"


class TraceQuery(Shape):
    """`from` and `to` are milliseconds since 1970; `next` is the marker of the page before."""

    limit = serializers.IntegerField(min_value=1, max_value=200, default=50)
    next = serializers.UUIDField(required=False)
    to = serializers.IntegerField(min_value=0, max_value=LAST_MOMENT, required=False)
    trace_type = serializers.ChoiceField([MANAGEMENT, *TRACE_TYPES.values()], required=False)
    service_type = serializers.ChoiceField(SERVICES, required=False)
    resource_type = serializers.CharField(max_length=32, required=False)
    resource_id = serializers.CharField(max_length=64, required=False)
    resource_name = serializers.CharField(max_length=256, required=False)
    trace_id = serializers.UUIDField(required=False)
    trace_name = serializers.CharField(max_length=64, required=False)
    trace_rating = serializers.ChoiceField(LEVELS, required=False)
    user = serializers.CharField(max_length=320, required=False)
    source_ip = serializers.CharField(max_length=45, required=False)
    request_id = serializers.CharField(max_length=32, required=False)
    decision = serializers.ChoiceField(["allow", "deny"], required=False)

    def get_fields(self) -> dict[str, Any]:
        # The one name that Python keeps for itself.
        start = serializers.IntegerField(min_value=0, max_value=LAST_MOMENT, required=False)
        return {**super().get_fields(), "from": start}


class TracesAnswer(serializers.Serializer[Any]):
    traces = serializers.ListField(child=serializers.DictField())
    meta_data = serializers.DictField()


_COLUMNS = {
    "service_type": "service",
    "resource_type": "resource_type",
    "resource_id": "resource_id",
    "resource_name": "resource_name",
    "trace_name": "name",
    "trace_rating": "level",
    "trace_type": "trace_type",
    "user": "user",
    "source_ip": "source_ip",
    "request_id": "request_id",
    "decision": "decision",
}


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


class Traces(APIView):
    """GET /v3/{project_id}/traces: newest first, at most 200 at a time, `next` goes on."""

    @extend_schema(operation_id="ListTraces", parameters=[TraceQuery], responses=TracesAnswer)
    def get(self, request: Request, project_id: str) -> Response:
        query = read(TraceQuery, request.query_params.dict())
        actor = in_project(actor_of(request._request), project_id)
        if query.get("trace_type") == MANAGEMENT:
            del query["trace_type"]
        given = {column: query[name] for name, column in _COLUMNS.items() if name in query}
        wanted = TraceFilter(**given, start=_moment(query.get("from")), end=_moment(query.get("to")))
        rows = selectors.traces_of(actor, wanted)
        if "trace_id" in query:
            rows = rows.filter(pk=query["trace_id"])
        after: uuid.UUID | None = query.get("next")
        page = keyset_page(rows, limit=query["limit"], after=after, descending=True)
        services.note_reading(actor=actor, wanted=wanted.as_request())
        assert actor.tenant is not None
        traces = exports.shown(actor.tenant.pk, page.rows)
        marker = uuid.UUID(page.next).hex if page.next else None
        return Response({"traces": traces, "meta_data": {"count": len(traces), "marker": marker}})


api_urls = [path("v3/<str:project_id>/traces", Traces.as_view(), name="api-traces")]
