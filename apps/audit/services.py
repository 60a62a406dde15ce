"""Recording what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.audit.events import Event
from apps.audit.models import AuditEvent
from apps.core.prepared import PreparedInsert
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant

# Values of these fields never reach the log, whatever they hold.
MASKED = frozenset(
    [
        "password",
        "user_password",
        "token",
        "secret",
        "secret_key",
        "access_key",
        "sk",
        "ak",
        "authorization",
        "cookie",
        "otp",
    ]
)
LONGEST_TEXT = 512
MOST_ITEMS = 50

# Every write of the server ends with this one; nobody needs the row back, so none is made.
_insert = PreparedInsert(
    AuditEvent,
    [
        "tenant",
        "name",
        "level",
        "via",
        "resource_type",
        "resource_id",
        "resource_name",
        "person",
        "person_name",
        "source_ip",
        "request_id",
        "request",
        "code",
    ],
)


def masked(value: Any, name: str = "") -> Any:
    """`value` with secrets replaced, long texts cut and long lists shortened, as it may stand in the log."""
    if name.lower() in MASKED:
        return "***"
    if isinstance(value, Mapping):
        return {str(key): masked(inner, str(key)) for key, inner in list(value.items())[:MOST_ITEMS]}
    if isinstance(value, list | tuple | set):
        items = [masked(inner) for inner in list(value)[:MOST_ITEMS]]
        return [*items, f"... {len(value) - MOST_ITEMS} more"] if len(value) > MOST_ITEMS else items
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return value[:LONGEST_TEXT] + "..."
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def record(
    actor: Actor,
    event: Event,
    obj: Any = None,
    *,
    request: Mapping[str, Any] | None = None,
    level: str = "normal",
    code: int = 200,
    tenant: Tenant | None = None,
) -> None:
    """Writes one event in the caller's transaction: the last statement of every service that changes something."""
    of = tenant or actor.tenant or getattr(obj, "tenant", None)
    _insert(
        tenant=of.pk if of else None,
        name=event.value,
        level=level,
        via=actor.via,
        resource_type=str(obj._meta.model_name) if obj is not None else "",
        resource_id=str(getattr(obj, "public_id", None) or getattr(obj, "pk", "") or "")[:64],
        resource_name=str(getattr(obj, "name", "") or "")[:256],
        person=actor.person.pk if actor.person else None,
        person_name=actor.person.login if actor.person else "",
        source_ip=actor.source_ip,
        request_id=actor.request_id,
        request=masked(request or {}),
        code=code,
    )
