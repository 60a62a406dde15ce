"""Reading a tenant's chain: events with their seals, in the order of the chain, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.audit.keys import keys, marked
from apps.audit.models import AuditChain, AuditEvent, AuditSeal
from apps.audit.traces import COLUMNS, canonical, chained, facts, link

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Written:
    """An event as it stands in the table. `genuine` says whether the server wrote it as it is."""

    known: dict[str, Any]
    recorded_at: Any
    genuine: bool

    def trace(self, seq: int) -> dict[str, Any]:
        return chained(self.known, self.recorded_at, seq)


@dataclass(frozen=True, slots=True)
class Sealed:
    """One place of the chain; `written` is None where the event is gone."""

    seq: int
    event_id: UUID
    hash: bytes
    written: Written | None

    def expected(self, previous: bytes) -> bytes | None:
        """The hash that belongs here after `previous`."""
        return link(previous, self.written.trace(self.seq)) if self.written else None


def written(ids: Sequence[UUID]) -> dict[UUID, Written]:
    """The events with these ids."""
    rows = AuditEvent.objects.filter(pk__in=ids).values_list(*COLUMNS, "mark", "recorded_at")
    found, believed = {}, keys()
    for *columns, mark, recorded_at in rows:
        known = facts(dict(zip(COLUMNS, columns, strict=True)))
        found[columns[0]] = Written(known, recorded_at, marked(canonical(known), mark, believed))
    return found


def sealed(tenant_id: int, after: int = 0) -> Iterator[Sealed]:
    """The chain from `after` on."""
    while True:
        rows = AuditSeal.objects.filter(tenant_id=tenant_id, seq__gt=after).order_by("seq")
        batch = list(rows.values_list("seq", "event_id", "hash")[:BATCH])
        if not batch:
            return
        events = written([event_id for _seq, event_id, _hash in batch])
        for seq, event_id, digest in batch:
            yield Sealed(seq, event_id, bytes(digest), events.get(event_id))
        after = batch[-1][0]


def chain_mark(chain: AuditChain) -> str:
    return keys()[0].mark(_content(chain))


def is_genuine(chain: AuditChain) -> bool:
    """Whether the server wrote this row of the chain's state."""
    return marked(_content(chain), chain.mark)


def _content(chain: AuditChain) -> bytes:
    return f"{chain.tenant_id} {chain.seq} {bytes(chain.hash).hex()} {chain.signed}".encode()
