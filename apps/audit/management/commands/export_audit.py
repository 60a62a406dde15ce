"""Writes a tenant's whole log, in the order of the chain, with its digests: to be kept and verified elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit.chain import sealed
from apps.audit.events import Event
from apps.audit.models import AuditDigest
from apps.audit.services import record
from apps.audit.verification import tenants_with_a_log
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant


class Command(BaseCommand):
    help = (
        "Writes events.jsonl (the log in the order of the chain) and digests/ of a tenant into a folder. "
        "scripts/verify_audit_export.py verifies them without this server."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder")
        parser.add_argument("--tenant", required=True, help="name of the tenant, or 'platform'")

    def handle(self, *args: Any, **options: Any) -> None:
        with walls.every_tenant("an operator takes a log along"):
            wanted = [tenant_id for tenant_id, name in tenants_with_a_log() if name == options["tenant"]]
            if not wanted:
                raise CommandError(f"There is no tenant '{options['tenant']}'.")
            (tenant_id,) = wanted
            folder = Path(options["folder"])
            (folder / "digests").mkdir(parents=True, exist_ok=True)
            count = self._write_events(folder / "events.jsonl", tenant_id)
            for digest in AuditDigest.objects.filter(tenant_id=tenant_id).order_by("number"):
                (folder / "digests" / f"{digest.number:08}.json").write_text(digest.text)
            # That an operator read it is an event of the tenant's own log.
            tenant = Tenant.objects.filter(pk=tenant_id).first()
            request = {"form": "chain", "events": count}
            record(Actor(via="system"), Event.EXPORT_TRACES, request=request, read_only=True, tenant=tenant)
        self.stdout.write(f"{count} events written to {folder}")

    def _write_events(self, path: Path, tenant_id: int) -> int:
        count, previous = 0, b""  # after a purge the hash before the first event is in the purge's digest
        with path.open("wb") as file:
            for place in sealed(tenant_id):
                trace = place.written.trace(place.seq) if place.written else {"seq": place.seq, "missing": True}
                before = previous or (bytes(32) if place.seq == 1 else b"")
                trace |= {"prev_hash": before.hex(), "hash": place.hash.hex()}
                file.write(orjson.dumps(trace, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS))
                count, previous = count + 1, place.hash
        return count
