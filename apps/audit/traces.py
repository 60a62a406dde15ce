"""An event in the shape of a cloud trace, and the bytes of that shape that are marked and chained.

What is chained is exactly what is exported: the JSON of the trace, keys sorted, no blanks, without the two hashes. So a
log that was exported can be verified by a program that knows nothing of this server.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

TRACE_TYPES = {"page": "ConsoleAction", "api": "ApiCall", "system": "SystemAction"}

# The columns of an event that a trace is made of.
COLUMNS = (
    *("id", "tenant_id", "name", "level", "via", "service", "resource_type", "resource_id", "resource_name"),
    *("user_id", "user_name", "user_domain", "agency", "credential", "source_ip", "user_agent", "request_id"),
    *("request_body", "response_body", "code", "api_version", "read_only", "action", "target"),
    *("decision", "statement"),
)


def facts(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the server knew when it wrote the event; `row` holds COLUMNS."""
    return {
        "trace_id": row["id"].hex,
        "tenant_id": row["tenant_id"],
        "trace_name": row["name"],
        "trace_rating": row["level"],
        "trace_type": TRACE_TYPES.get(row["via"], row["via"]),
        "service_type": row["service"],
        "resource_type": row["resource_type"],
        "resource_id": row["resource_id"],
        "resource_name": row["resource_name"],
        "user": {
            "id": row["user_id"],
            "name": row["user_name"],
            "domain": row["user_domain"],
            "agency": row["agency"],
            "credential": row["credential"],
        },
        "source_ip": row["source_ip"],
        "user_agent": row["user_agent"],
        "request_id": row["request_id"],
        "request": row["request_body"],
        "response": row["response_body"],
        "code": row["code"],
        "api_version": row["api_version"],
        "read_only": bool(row["read_only"]),
        "action": row["action"],
        "resource": row["target"],
        "decision": row["decision"],
        "statement": row["statement"],
        "time": row["id"].int >> 80,
    }


def canonical(trace: Mapping[str, Any]) -> bytes:
    return orjson.dumps(trace, option=orjson.OPT_SORT_KEYS)


def chained(known: dict[str, Any], recorded_at: datetime, seq: int) -> dict[str, Any]:
    """The facts with the two things that are known after the event was written: when that was, and its place."""
    return {**known, "record_time": milliseconds(recorded_at), "seq": seq}


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def link(previous: bytes, trace: Mapping[str, Any]) -> bytes:
    """The hash of an event's place in the chain."""
    return hashlib.sha256(previous + canonical(trace)).digest()
