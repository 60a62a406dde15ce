"""Whether a tenant's log is what it was: every row, its place, its seal, the digests in database and bucket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from apps.audit.chain import is_genuine, sealed, written
from apps.audit.digests import PURGE, SPAN, Digest, read_digest
from apps.audit.models import PLATFORM, AuditChain, AuditDigest, AuditEvent, AuditSeal
from apps.audit.shelf import Shelf, shelf
from apps.audit.traces import milliseconds
from apps.core.errors import TagoraError
from apps.core.ids import id_at
from apps.tenants import walls
from apps.tenants.models import Tenant

# An event is sealed a few seconds after it was committed; one that waits longer is an incident.
PATIENCE_MS = 60_000
MOST_PROBLEMS = 100


@dataclass(frozen=True)
class Problem:
    seq: int
    kind: str
    text: str


@dataclass
class Report:
    """What was found. `problems` are in the order of the chain; the first of them is where the log can first not be
    believed.
    """

    tenant_id: int
    name: str
    events: int = 0
    first_seq: int = 1
    last_seq: int = 0
    digests: int = 0
    unsealed: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add(self, seq: int, kind: str, text: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(seq, kind, text))

    @property
    def first_bad_seq(self) -> int | None:
        return min((problem.seq for problem in self.problems), default=None)

    def as_json(self) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id,
            "tenant": self.name,
            "ok": not self.problems,
            "first_bad_seq": self.first_bad_seq,
            "events": self.events,
            "first_seq": self.first_seq,
            "last_seq": self.last_seq,
            "digests": self.digests,
            "unsealed": self.unsealed,
            "problems": [vars(problem) for problem in sorted(self.problems, key=lambda problem: problem.seq)],
        }


def tenants_with_a_log() -> Iterator[tuple[int, str]]:
    """Every log there is, the platform's own first; a tenant that was erased keeps its log, under its number."""
    names = dict(Tenant.objects.values_list("pk", "name"))
    found = {PLATFORM, *names, *AuditChain.objects.values_list("tenant_id", flat=True)}
    for tenant_id in sorted(found):
        yield tenant_id, names.get(tenant_id, "platform" if tenant_id == PLATFORM else f"#{tenant_id}")


def verify(tenant_id: int, name: str = "", *, copies: Shelf | None = None) -> Report:
    """Compares everything with everything; `copies` is where digests lie that were kept elsewhere."""
    with walls.every_tenant("an operator verifies a log"):
        report = Report(tenant_id, name)
        known = _database_digests(report)
        hashes = _walk(report, known)
        _judge_digests(report, known, hashes)
        _judge_state(report, hashes)
        _judge_unsealed(report)
        _judge_shelf(report, known, hashes, shelf(), "bucket")
        if copies is not None:
            _judge_shelf(report, known, hashes, copies, "copy")
        return report


def _database_digests(report: Report) -> dict[int, tuple[AuditDigest, Digest]]:
    known = {}
    for row in AuditDigest.objects.filter(tenant_id=report.tenant_id).order_by("number"):
        digest = read_digest(row.text)
        columns = (row.kind, row.number, row.first_seq, row.last_seq)
        if (
            digest is None
            or not digest.genuine
            or digest.facts.get("tenant_id") != report.tenant_id
            or columns != (digest.facts.get("kind"), digest.number, digest.first_seq, digest.last_seq)
        ):
            report.add(row.first_seq, "digest", f"digest {row.number} in the database is not signed as it stands")
            continue
        known[row.number] = (row, digest)
    report.digests = len(known)
    return known


def _walk(report: Report, known: dict[int, tuple[AuditDigest, Digest]]) -> dict[int, str]:
    """Goes along the chain; returns the hashes at which digests end."""
    purges = [digest for _row, digest in known.values() if digest.facts["kind"] == PURGE]
    purged = max(purges, key=lambda digest: digest.last_seq, default=None)
    seq, previous = (purged.last_seq, bytes.fromhex(purged.facts["last_hash"])) if purged else (0, bytes(32))
    report.first_seq = seq + 1
    wanted = {digest.last_seq for _row, digest in known.values()}
    hashes = {seq: previous.hex()}
    for place in sealed(report.tenant_id, after=seq):
        if place.seq != seq + 1:
            report.add(seq + 1, "removed", f"events {seq + 1} to {place.seq - 1} are missing")
            # The hash before is unknown; what follows is judged from here on.
        elif place.written is None:
            report.add(place.seq, "removed", f"event {place.seq} ({place.event_id.hex}) is missing")
        elif place.expected(previous) != place.hash:
            report.add(place.seq, "changed", f"event {place.seq} ({place.event_id.hex}) is not what was sealed")
        elif not place.written.genuine:
            report.add(place.seq, "inserted", f"the server did not write event {place.seq} ({place.event_id.hex})")
        report.events += 1
        seq, previous = place.seq, place.hash
        if seq in wanted:
            hashes[seq] = previous.hex()
    report.last_seq = seq
    hashes[seq] = previous.hex()
    return hashes


def _judge_digests(report: Report, known: dict[int, tuple[AuditDigest, Digest]], hashes: dict[int, str]) -> None:
    """Digests of the database: without gaps, each signed over the one before, and true of the chain."""
    number, signature, end = 0, "", 0
    for row, digest in known.values():
        if digest.number != number + 1:
            report.add(end + 1, "digest", f"digests {number + 1} to {digest.number - 1} are missing in the database")
        elif digest.facts["previous"] != signature:
            report.add(row.first_seq, "digest", f"digest {digest.number} does not follow the one before it")
        if digest.facts["kind"] == SPAN:
            if digest.first_seq != end + 1:
                report.add(end + 1, "digest", f"no digest covers events {end + 1} to {digest.first_seq - 1}")
            end = digest.last_seq
        _compare(report, digest, hashes, "database")
        number, signature = digest.number, digest.signature


def _compare(report: Report, digest: Digest, hashes: dict[int, str], where: str) -> None:
    if digest.last_seq > report.last_seq:
        first = max(report.last_seq + 1, report.first_seq)
        text = f"digest {digest.number} ({where}) knows events up to {digest.last_seq}; the log ends at {first - 1}"
        report.add(first, "truncated", text)
    elif digest.last_seq in hashes and hashes[digest.last_seq] != digest.facts["last_hash"]:
        if any(problem.seq <= digest.last_seq for problem in report.problems):
            return  # that it is another history is known already, and better where
        text = f"digest {digest.number} ({where}) knows another event {digest.last_seq}"
        report.add(digest.first_seq, "changed", text)


def _judge_state(report: Report, hashes: dict[int, str]) -> None:
    chain = AuditChain.objects.filter(pk=report.tenant_id).first()
    if chain is None:
        if report.last_seq:
            report.add(report.last_seq + 1, "state", "the state of the chain is missing")
        return
    if not is_genuine(chain):
        report.add(report.last_seq + 1, "state", "the state of the chain was not written by the server")
    elif chain.seq > report.last_seq:
        report.add(report.last_seq + 1, "truncated", f"{chain.seq} events were sealed; the log ends before")
    elif chain.seq < report.last_seq or hashes[report.last_seq] != bytes(chain.hash).hex():
        report.add(chain.seq + 1, "state", f"the log goes beyond event {chain.seq}, the last one that was sealed")


def _judge_unsealed(report: Report) -> None:
    """Events without a seal: young ones wait for it, old ones and those of somebody else's making are problems."""
    seals = AuditSeal.objects.filter(event_id=OuterRef("pk"))
    rows = AuditEvent.objects.filter(~Exists(seals), tenant_id=report.tenant_id).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:10_000])
    report.unsealed = len(ids)
    oldest = id_at(milliseconds(timezone.now()) - PATIENCE_MS)
    for event_id, event in written(ids).items():
        if not event.genuine:
            report.add(report.last_seq + 1, "inserted", f"the server did not write event {event_id.hex}")
        elif event_id < oldest:
            report.add(report.last_seq + 1, "unsealed", f"event {event_id.hex} was never sealed")


def _judge_shelf(
    report: Report,
    known: dict[int, tuple[AuditDigest, Digest]],
    hashes: dict[int, str],
    place: Shelf,
    where: str,
) -> None:
    """Digests out of the database's reach: all of those that it knows, and none that knows more than it."""
    try:
        kept = {name: place.read(report.tenant_id, name) or b"" for name in place.names(report.tenant_id)}
    except TagoraError as error:
        report.add(report.last_seq + 1, "digest", f"digests in the {where} cannot be read: {error}")
        return
    found: dict[int, set[str]] = {}
    for name, text in kept.items():
        digest = read_digest(text)
        if digest is None or not digest.genuine or digest.facts.get("tenant_id") != report.tenant_id:
            report.add(report.last_seq + 1, "digest", f"{name} in the {where} is not a digest that we signed")
            continue
        found.setdefault(digest.number, set()).add(digest.signature)
        _compare(report, digest, hashes, where)
    for number, (row, digest) in known.items():
        if digest.signature not in found.get(number, set()):
            report.add(row.first_seq, "digest", f"digest {number} is missing in the {where}, or another one lies there")
        elif len(found[number]) > 1:
            report.add(row.first_seq, "digest", f"the {where} holds two histories: digest {number} is there twice")
