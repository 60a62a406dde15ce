"""Reads: the events of a tenant, filtered, newest first, page by page at any depth."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import INCIDENT, WARNING, Event
from apps.audit.models import PLATFORM, AuditEvent, AuditSeal
from apps.audit.traces import TRACE_TYPES, milliseconds
from apps.core.errors import NotFound
from apps.core.ids import id_at
from apps.tenants import walls
from apps.tenants.actors import Actor

SHOWN = timedelta(days=7)
BATCH = 1000
# A request is over by then: what it did is looked for in this time only.
LONGEST_REQUEST_MS = 60 * 60 * 1000
_VIA = {shown: via for via, shown in TRACE_TYPES.items()}


@dataclass(frozen=True)
class TraceFilter:
    """What to look for; every text that is set must be equal. Without `start` the last seven days are meant."""

    service: str = ""
    resource_type: str = ""
    name: str = ""
    resource_id: str = ""
    resource_name: str = ""
    user: str = ""
    level: str = ""
    trace_type: str = ""
    source_ip: str = ""
    request_id: str = ""
    decision: str = ""
    start: datetime | None = None
    end: datetime | None = None

    def as_request(self) -> dict[str, str]:
        """What the log keeps of a search."""
        return {name: str(value) for name, value in vars(self).items() if value}


def traces_of(actor: Actor, wanted: TraceFilter) -> QuerySet[AuditEvent, AuditEvent]:
    """The events of the actor's tenant that `wanted` describes. Refused without the right to list traces."""
    authorize(actor, Action.TRACE_LIST)
    assert actor.tenant is not None
    return filtered(actor.tenant.pk, wanted)


def filtered(tenant_id: int, wanted: TraceFilter) -> QuerySet[AuditEvent, AuditEvent]:
    rows = AuditEvent.objects.filter(tenant_id=tenant_id)
    start = wanted.start or (wanted.end or timezone.now()) - SHOWN
    rows = rows.filter(pk__gte=id_at(milliseconds(start)))
    if wanted.end is not None:
        rows = rows.filter(pk__lt=id_at(milliseconds(wanted.end)))
    equal = {
        "service": wanted.service,
        "resource_type": wanted.resource_type,
        "name": wanted.name,
        "resource_id": wanted.resource_id,
        "resource_name": wanted.resource_name,
        "user_name": wanted.user,
        "level": wanted.level,
        "via": _VIA.get(wanted.trace_type, wanted.trace_type),
        "source_ip": wanted.source_ip,
        "request_id": wanted.request_id,
        "decision": wanted.decision,
    }
    rows = rows.filter(**{column: value for column, value in equal.items() if value})
    if wanted.decision == "deny" and not wanted.level:
        # What was refused is at least a warning, and warnings are few.
        rows = rows.filter(level__in=[WARNING, INCIDENT])
    if wanted.request_id:
        rows = _during(rows, wanted.request_id)
    return rows


def _during(rows: QuerySet[AuditEvent, AuditEvent], request_id: str) -> QuerySet[AuditEvent, AuditEvent]:
    """Ids of requests are ordered by time as those of events are: nothing before, nothing long after."""
    try:
        began = uuid.UUID(request_id)
    except ValueError:
        return rows
    if began.version != 7:
        return rows
    at = began.int >> 80
    return rows.filter(pk__gte=id_at(at), pk__lt=id_at(at + LONGEST_REQUEST_MS))


def get_trace(actor: Actor, trace_id: str) -> AuditEvent:
    """One event of the actor's tenant. Raises NotFound, for another tenant's just as for none."""
    authorize(actor, Action.TRACE_LIST)
    assert actor.tenant is not None
    try:
        key = uuid.UUID(trace_id)
    except ValueError:
        key = uuid.UUID(int=0)
    event = AuditEvent.objects.filter(tenant_id=actor.tenant.pk, pk=key).first()
    if event is None:
        raise NotFound(_("There is no such event."))
    return event


def seals_of(tenant_id: int, events: list[AuditEvent]) -> dict[uuid.UUID, tuple[int, str, str]]:
    """`seq`, the hash before and the hash of those events that are sealed."""
    seals = {
        event_id: (seq, bytes(digest).hex())
        for event_id, seq, digest in AuditSeal.objects.filter(
            tenant_id=tenant_id, pk__in=[event.pk for event in events]
        ).values_list("event_id", "seq", "hash")
    }
    before = dict(
        AuditSeal.objects.filter(tenant_id=tenant_id, seq__in=[seq - 1 for seq, _digest in seals.values()]).values_list(
            "seq", "hash"
        )
    )
    first = bytes(32)
    return {
        event_id: (seq, bytes(before.get(seq - 1, first)).hex(), digest) for event_id, (seq, digest) in seals.items()
    }


def in_batches(rows: QuerySet[AuditEvent, AuditEvent], tenant_id: int) -> Iterator[list[AuditEvent]]:
    """All of `rows`, newest first, some at a time: an answer of any length that is sent while it is read."""
    after: uuid.UUID | None = None
    while True:
        # The answer is sent after the request has left its tenant's wall.
        with walls.behind(tenant_id):
            left = rows if after is None else rows.filter(pk__lt=after)
            batch = list(left.order_by("-pk")[:BATCH])
        if not batch:
            return
        yield batch
        after = batch[-1].pk


def event_names() -> dict[str, list[str]]:
    """The names that can stand in the log, by service and type of resource, as the page offers them."""
    found: dict[str, list[str]] = {}
    for event in Event:
        if event.built:
            found.setdefault(f"{event.service} · {event.resource_type or '–'}", []).append(event.value)
    return {group: sorted(names) for group, names in sorted(found.items())}


def platform_events(limit: int = 200) -> list[AuditEvent]:
    """What operators did with the platform itself, newest first; the caller has made sure that an operator asks."""
    with walls.every_tenant("the platform's own log belongs to no tenant"):
        return list(AuditEvent.objects.filter(tenant_id=PLATFORM).order_by("-pk")[:limit])
