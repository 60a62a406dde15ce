"""Giving events their place in the chain, a moment after they were committed.

Whoever records an event takes no lock and waits for nobody; the chain is made here, by one at a time for each tenant.
A trigger has noted every committed event as pending, in the order of insertion: of two events of which one led to the
other, the first one comes first, whatever the clocks of two servers say.
"""

from __future__ import annotations

import logging

from django.db import IntegrityError, connection, transaction

from apps.audit.chain import chain_mark, is_genuine, written
from apps.audit.models import AuditChain, AuditPending, AuditSeal
from apps.audit.services import record_break
from apps.audit.traces import link
from apps.tenants import walls

log = logging.getLogger(__name__)
BATCH = 1000


def seal_everything() -> int:
    """Seals what is pending, tenant by tenant; returns how many events."""
    with walls.every_tenant("the chain of every tenant is sealed by one task"):
        waiting = list(AuditPending.objects.order_by().values_list("tenant_id", flat=True).distinct())
        return sum(seal(tenant_id) for tenant_id in waiting)


def seal(tenant_id: int) -> int:
    """Seals what is pending for one tenant; nothing when somebody else is at it."""
    count = 0
    while done := _seal_batch(tenant_id):
        count += done
        if done < BATCH:
            break
    return count


def hold_chain(tenant_id: int) -> AuditChain | None:
    """The locked state of a chain, inside a transaction; None while somebody else holds it."""
    rows = AuditChain.objects.select_for_update(skip_locked=True).filter(pk=tenant_id)
    chain = rows.first()
    if chain is not None or AuditChain.objects.filter(pk=tenant_id).exists():
        return chain
    try:
        with transaction.atomic():
            fresh = AuditChain(tenant_id=tenant_id)
            fresh.mark = chain_mark(fresh)
            fresh.save(force_insert=True)
    except IntegrityError:
        return None
    return rows.first()


@transaction.atomic
def _seal_batch(tenant_id: int) -> int:
    chain = hold_chain(tenant_id)
    if chain is None:
        return 0
    _read_in_order()
    pending = list(AuditPending.objects.filter(tenant_id=tenant_id).order_by("id")[:BATCH])
    if not pending:
        return 0
    events = written([row.event_id for row in pending])
    seq, previous = _end(chain)
    seals = []
    for row in pending:
        event = events.get(row.event_id)
        seq += 1
        # An event that went before it was sealed keeps a place: its absence must be seen.
        previous = link(previous, event.trace(seq) if event else {"trace_id": row.event_id.hex, "seq": seq})
        seals.append(AuditSeal(event_id=row.event_id, tenant_id=tenant_id, seq=seq, hash=previous))
        if event is None or not event.genuine:
            reason = "an event went before it was sealed" if event is None else "an event that the server did not write"
            record_break(tenant_id, reason, seq)
    AuditSeal.objects.bulk_create(seals)
    AuditPending.objects.filter(pk__in=[row.pk for row in pending]).delete()
    chain.seq, chain.hash = seq, previous
    chain.mark = chain_mark(chain)
    chain.save(update_fields=["seq", "hash", "mark"])
    return len(seals)


def _read_in_order() -> None:
    """However much waits, only the batch is read: what PostgreSQL knows of a queue is old, and it might sort it all."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_sort = off")


def _end(chain: AuditChain) -> tuple[int, bytes]:
    """Where the chain goes on. Whatever was done to it stays visible: nothing is numbered twice, no gap is filled."""
    last = AuditSeal.objects.filter(tenant_id=chain.tenant_id).order_by("-seq").first()
    state, stored = (chain.seq, bytes(chain.hash)), (last.seq, bytes(last.hash)) if last else (0, bytes(32))
    if is_genuine(chain) and (state == stored or (last is None and chain.seq == 0)):
        return state
    if is_genuine(chain) and chain.seq > stored[0]:
        # After a purge of everything the seals are gone, and rightly.
        if last is not None or chain.seq > chain.signed:
            record_break(chain.tenant_id, "the end of the chain is missing", stored[0] + 1)
        return state
    record_break(chain.tenant_id, "the state of the chain was changed", stored[0] + 1)
    return stored
