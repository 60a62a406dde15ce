"""Says whether the audit log is what it was, and where it is not."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit.keys import keys
from apps.audit.shelf import FolderShelf
from apps.audit.verification import Report, tenants_with_a_log, verify
from apps.tenants import walls


class Command(BaseCommand):
    help = (
        "Verifies the audit log of every tenant, or of one: rows, their order, seals and signed digests. Ends with 1 "
        "and names the first bad event when anything was changed, removed, inserted, reordered or put back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", default="", help="name of one tenant; 'platform' for the log of the platform")
        parser.add_argument("--copies", default="", metavar="FOLDER", help="digests kept elsewhere, below TENANT_ID/")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--public-key", action="store_true", help="only print the keys that verify digests")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["public_key"]:
            for key in keys():
                self.stdout.write(f"{key.name} {key.public_text}")
            return
        copies = FolderShelf(Path(options["copies"])) if options["copies"] else None
        with walls.every_tenant("an operator verifies the logs of tenants"):
            wanted = [one for one in tenants_with_a_log() if options["tenant"] in {"", one[1]}]
            if not wanted:
                raise CommandError(f"There is no tenant '{options['tenant']}'.")
            reports = [verify(tenant_id, name, copies=copies) for tenant_id, name in wanted]
        if options["json"]:
            self.stdout.write(json.dumps({"tenants": [report.as_json() for report in reports]}))
        else:
            for report in reports:
                self._write(report)
        if any(report.problems for report in reports):
            sys.exit(1)

    def _write(self, report: Report) -> None:
        state = "whole" if not report.problems else f"NOT WHOLE, first bad event: {report.first_bad_seq}"
        counts = f"{report.events} events, {report.digests} digests, {report.unsealed} not sealed yet"
        self.stdout.write(f"{report.name}: {counts}: {state}")
        for problem in sorted(report.problems, key=lambda problem: problem.seq):
            self.stdout.write(f"  {problem.seq} {problem.kind}: {problem.text}")
