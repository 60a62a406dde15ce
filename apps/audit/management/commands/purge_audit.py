"""Removes events that are old enough."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from apps.audit import retention


class Command(BaseCommand):
    help = (
        "Removes events older than TAGORA_AUDIT_DAYS: whole signed spans only; what was removed stays on record in a "
        "signed digest. On PostgreSQL it must run as the owner of the tables."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor == "postgresql":
            with connection.as_owner():  # type: ignore[attr-defined]  # config.postgres
                count = retention.purge_everything()
        else:
            count = retention.purge_everything()
        self.stdout.write(f"{count} events removed")
