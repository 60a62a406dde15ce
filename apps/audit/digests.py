"""Signed digests: what a tenant's chain was at a moment, kept in the tenant's bucket and (append-only) in the database.

Each digest holds the signature of the one before it. Whoever changes events in the database would have to change the
digests in the bucket, too, and can sign none of them.
"""

from __future__ import annotations

import json
import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.audit.chain import chain_mark
from apps.audit.keys import keys, signed
from apps.audit.models import AuditChain, AuditDigest, AuditSeal
from apps.audit.sealing import hold_chain
from apps.audit.services import record_break
from apps.audit.shelf import shelf
from apps.audit.traces import canonical, milliseconds
from apps.core.errors import TagoraError
from apps.tenants import walls
from apps.tenants.models import Tenant

log = logging.getLogger(__name__)
EVERY = timedelta(minutes=10)
MOST_EVENTS = 10_000
SPAN, PURGE = "span", "purge"


@dataclass(frozen=True)
class Digest:
    """A digest as it was read. `genuine` says that one of our keys signed it."""

    facts: dict[str, Any]
    signature: str
    genuine: bool

    @property
    def number(self) -> int:
        return int(self.facts["number"])

    @property
    def first_seq(self) -> int:
        return int(self.facts["first_seq"])

    @property
    def last_seq(self) -> int:
        return int(self.facts["last_seq"])


def written_digest(facts: dict[str, Any]) -> str:
    """The text of a digest: what it says, and the signature over the JSON of that, keys sorted and without blanks."""
    return json.dumps({"digest": facts, "signature": keys()[0].sign(canonical(facts))}, sort_keys=True)


def read_digest(text: str | bytes) -> Digest | None:
    """None for what is no digest at all."""
    try:
        given = json.loads(text)
        facts, signature = given["digest"], given["signature"]
        digest = Digest(facts, signature, signed(facts["key"], canonical(facts), signature))
        return digest if digest.number > 0 and digest.last_seq >= 0 and digest.first_seq >= 0 else None
    except (ValueError, KeyError, TypeError):
        return None


def sign_everything(*, force: bool = False) -> int:
    """Signs what has waited long enough, or grown enough; returns how many digests were made."""
    with walls.every_tenant("the chain of every tenant is signed by one task"):
        made = 0
        for chain in AuditChain.objects.all():
            if chain.seq > chain.signed and (force or _is_due(chain)):
                try:
                    made += sign(chain.tenant_id)
                except TagoraError as error:
                    # The store is away: the next turn signs what this one would have.
                    log.warning("audit digest of tenant %s waits: %s", chain.tenant_id, error)
        return made


def _is_due(chain: AuditChain) -> bool:
    return chain.seq - chain.signed >= MOST_EVENTS or timezone.now() - chain.signed_at >= EVERY


@transaction.atomic
def sign(tenant_id: int) -> bool:
    """One digest of everything sealed since the last; False when there is nothing, or somebody else is at it."""
    chain = hold_chain(tenant_id)
    if chain is None or chain.seq <= chain.signed:
        return False
    facts = next_facts(chain, SPAN, chain.signed + 1, chain.seq, bytes(chain.hash))
    keep(chain, facts)
    return True


def next_facts(chain: AuditChain, kind: str, first: int, last: int, last_hash: bytes, **more: Any) -> dict[str, Any]:
    before = AuditDigest.objects.filter(tenant_id=chain.tenant_id).order_by("-number").first()
    tenant = Tenant.objects.filter(pk=chain.tenant_id).first()
    return {
        "version": 1,
        "kind": kind,
        "tenant_id": chain.tenant_id,
        "tenant": tenant.public_id if tenant else "",
        "number": before.number + 1 if before else 1,
        "previous": json.loads(before.text)["signature"] if before else "",
        "first_seq": first,
        "last_seq": last,
        "last_hash": last_hash.hex(),
        "signed_at": milliseconds(timezone.now()),
        "key": keys()[0].name,
        "public_key": keys()[0].public_text,
        **more,
    }


def keep(chain: AuditChain, facts: dict[str, Any]) -> None:
    """Signs, stores in the bucket first and then in the database, and moves the chain's state on.

    A digest that lies in the bucket already was written by a turn that was cut off before it committed: if it fits, it
    is the one. One that does not fit tells of a database that was put back: it stays, and is recorded.
    """
    text = written_digest(facts)
    name = f"{facts['number']:08}.json"
    if not shelf().put(chain.tenant_id, name, text.encode()):
        found = shelf().read(chain.tenant_id, name) or b""
        digest = read_digest(found)
        if digest is not None and facts["kind"] == SPAN and _fits(chain, digest, facts):
            text, facts = found.decode(), digest.facts
        else:
            reason = "there is a digest of this number already, of another history"
            record_break(chain.tenant_id, reason, facts["first_seq"])
            shelf().put(chain.tenant_id, f"{facts['number']:08}-{secrets.token_hex(4)}.json", text.encode())
    AuditDigest.objects.create(
        tenant_id=chain.tenant_id,
        number=facts["number"],
        kind=facts["kind"],
        first_seq=facts["first_seq"],
        last_seq=facts["last_seq"],
        text=text,
    )
    if facts["kind"] == SPAN:
        chain.signed, chain.signed_at = facts["last_seq"], timezone.now()
    chain.mark = chain_mark(chain)
    chain.save(update_fields=["signed", "signed_at", "mark"])


def _fits(chain: AuditChain, digest: Digest, facts: dict[str, Any]) -> bool:
    known = AuditSeal.objects.filter(tenant_id=chain.tenant_id, seq=digest.last_seq).first()
    return (
        digest.genuine
        and (digest.facts["kind"], digest.number, digest.first_seq) == (SPAN, facts["number"], facts["first_seq"])
        and digest.facts["previous"] == facts["previous"]
        and known is not None
        and bytes(known.hash).hex() == digest.facts["last_hash"]
    )
