"""Emptying the database between tests: whoever refuses to lose events has to look away meanwhile."""

from __future__ import annotations

from typing import Any

from django.db import connection

from apps.audit.guards import drop_guards, raise_guards


def let_tests_empty_the_log() -> None:
    """`flush`, which only tests use, takes the triggers off and puts them on again."""
    operations = type(connection.ops)
    flush = operations.sql_flush

    def without_guards(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        statements = list(flush(self, style, tables, **options))
        vendor = self.connection.vendor
        return [*drop_guards(vendor), *statements, *raise_guards(vendor)] if statements else []

    operations.sql_flush = without_guards  # type: ignore[method-assign]
