"""Events as they leave the server: a trace in the API, lines of JSON, lines of a table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson
from django.db.models import QuerySet

from apps.audit.models import AuditEvent
from apps.audit.selectors import in_batches, seals_of
from apps.audit.traces import COLUMNS, facts, milliseconds
from apps.core.spreadsheets import csv_lines

TABLE = (
    *("time", "trace_name", "trace_rating", "trace_type", "service_type", "resource_type", "resource_id"),
    *("resource_name", "user", "user_domain", "agency", "credential", "source_ip", "user_agent", "code", "action"),
    *("resource", "decision", "statement", "request_id", "request", "response", "trace_id", "seq"),
)


def shown(tenant_id: int, events: list[AuditEvent]) -> list[dict[str, Any]]:
    """Traces with their places in the chain; without the place those that are not sealed yet."""
    seals = seals_of(tenant_id, events)
    return [_shown(event, seals.get(event.pk)) for event in events]


def _shown(event: AuditEvent, seal: tuple[int, str, str] | None) -> dict[str, Any]:
    trace = facts({column: getattr(event, column) for column in COLUMNS})
    trace["record_time"] = milliseconds(event.recorded_at)
    if seal is not None:
        trace["seq"], trace["prev_hash"], trace["hash"] = seal
    return trace


def json_lines(rows: QuerySet[AuditEvent, AuditEvent], tenant_id: int) -> Iterator[bytes]:
    for batch in in_batches(rows, tenant_id):
        for trace in shown(tenant_id, batch):
            yield orjson.dumps(trace, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS)


def table_lines(rows: QuerySet[AuditEvent, AuditEvent], tenant_id: int) -> Iterator[str]:
    return csv_lines(TABLE, _cells(rows, tenant_id))


def _cells(rows: QuerySet[AuditEvent, AuditEvent], tenant_id: int) -> Iterator[list[str]]:
    for batch in in_batches(rows, tenant_id):
        for event, trace in zip(batch, shown(tenant_id, batch), strict=True):
            user = trace["user"]
            known = {
                **trace,
                "time": event.at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
                "user": user["name"],
                "user_domain": user["domain"],
                "agency": user["agency"],
                "credential": user["credential"],
            }
            yield [str(known.get(column, "")) for column in TABLE]


def structure(trace: dict[str, Any]) -> str:
    """The trace as a person reads it: indented, and with what the request and the answer held."""
    opened = {
        **trace,
        "request": json.loads(trace["request"] or "null"),
        "response": json.loads(trace["response"] or "null"),
    }
    return json.dumps(opened, ensure_ascii=False, indent=2)
