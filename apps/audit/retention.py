"""Removing events that are old enough: whole signed spans only, and what was removed stays on record."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from apps.audit.chain import sealed
from apps.audit.digests import PURGE, SPAN, keep, next_facts
from apps.audit.events import Event
from apps.audit.guards import EVENT
from apps.audit.models import AuditChain, AuditDigest, AuditEvent, AuditSeal
from apps.audit.sealing import hold_chain
from apps.audit.services import record
from apps.audit.traces import milliseconds
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant

log = logging.getLogger(__name__)
BATCH = 5000
LEAST_DAYS = 7


def purge_everything() -> int:
    """Removes what is older than TAGORA_AUDIT_DAYS; returns how many events. The owner of the tables must ask."""
    if not _may_delete():
        log.info("the audit log is purged by its owner: manage.py purge_audit")
        return 0
    before = timezone.now() - timedelta(days=max(settings.TAGORA_AUDIT_DAYS, LEAST_DAYS))
    with walls.every_tenant("every tenant's old events go"):
        return sum(purge(tenant_id, before) for tenant_id in AuditChain.objects.values_list("tenant_id", flat=True))


def _may_delete() -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'DELETE')", [EVENT])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def purge(tenant_id: int, before: datetime) -> int:
    """Removes the signed spans that end before a moment; first of all what goes is written down and signed."""
    chain = hold_chain(tenant_id)
    if chain is None:
        return 0
    done = AuditDigest.objects.filter(tenant_id=tenant_id, kind=PURGE).order_by("-last_seq").first()
    first = done.last_seq + 1 if done else 1
    last = _end_of_old_spans(tenant_id, first, milliseconds(before))
    if last is None:
        return 0
    content, end = hashlib.sha256(), b""
    for place in sealed(tenant_id, after=first - 1):
        if place.seq > last:
            break
        content.update(place.hash)
        end = place.hash
    facts = next_facts(chain, PURGE, first, last, end, events=last - first + 1, content=content.hexdigest())
    keep(chain, facts)
    tenant = Tenant.objects.filter(pk=tenant_id).first()
    count = _remove(tenant_id, last)
    request = {"first_seq": first, "last_seq": last, "digest": facts["number"], "content": facts["content"]}
    record(Actor(via="system"), Event.PURGE_TRACES, request=request, tenant=tenant)
    return count


def _end_of_old_spans(tenant_id: int, first: int, before: int) -> int | None:
    """The last event of the last span of which every event is older than a moment in milliseconds."""
    last = None
    spans = AuditDigest.objects.filter(tenant_id=tenant_id, kind=SPAN, first_seq__gte=first).order_by("first_seq")
    for end in spans.values_list("last_seq", flat=True).iterator():
        seal = AuditSeal.objects.filter(tenant_id=tenant_id, seq=end).first()
        event = AuditEvent.objects.filter(pk=seal.event_id).first() if seal else None
        if event is None or event.milliseconds >= before:
            break
        last = end
    return last


def _remove(tenant_id: int, last: int) -> int:
    count = 0
    while True:
        rows = AuditSeal.objects.filter(tenant_id=tenant_id, seq__lte=last).order_by("seq")
        ids = list(rows.values_list("event_id", flat=True)[:BATCH])
        if not ids:
            return count
        # Events first: the database lets them go because their seals say that the purge covers them.
        count += AuditEvent.objects.filter(pk__in=ids).delete()[0]
        AuditSeal.objects.filter(pk__in=ids).delete()
