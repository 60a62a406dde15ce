"""What SQLite needs on each connection beyond its options."""

from __future__ import annotations

from typing import Any

from django.db.backends.signals import connection_created


def _on_connect(sender: Any, connection: Any, **kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # Temporary tables and sorts stay in memory; the write-ahead log is folded back every 4,000 pages.
            cursor.execute("PRAGMA temp_store=MEMORY")
            cursor.execute("PRAGMA wal_autocheckpoint=4000")


def tune() -> None:
    connection_created.connect(_on_connect, dispatch_uid="config.sqlite")
