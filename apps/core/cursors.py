"""Runs statements that one connection asks again and again with other values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connections


@contextmanager
def at_once() -> Iterator[None]:
    """The prepared writes inside go to the database together when the block ends, and it answers once for all of them.

    Nothing inside may read what they write, and each must be of a table of its own: PostgreSQL runs them as parts of
    one statement, in no order. Other databases get them one by one. For use within a transaction.
    """
    connection: Any = connections["default"]
    if connection.vendor != "postgresql":
        yield
        return
    held: list[tuple[str, Sequence[Any]]] = []
    connection._held_writes = held
    try:
        yield
    finally:
        connection._held_writes = None
    if held:
        *first, (last, _last_params) = held
        parts = ", ".join(f"part{number} AS ({sql})" for number, (sql, _params) in enumerate(first))
        together = f"WITH {parts} {last}" if first else last
        changed_by(connection, together, [param for _sql, params in held for param in params])


def rows_of(connection: Any, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """What a query finds."""
    cursor = _repeated(connection, sql, params)
    if cursor is not None:
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def changed_by(connection: Any, sql: str, params: Sequence[Any]) -> int:
    """How many rows a statement changes; 0 for one that `at_once` holds back."""
    held = getattr(connection, "_held_writes", None)
    if held is not None:
        held.append((sql, params))
        return 0
    cursor = _repeated(connection, sql, params)
    if cursor is not None:
        changed: int = cursor.rowcount
        return changed
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def _repeated(connection: Any, sql: str, params: Sequence[Any]) -> Any:
    """The cursor after the statement has run on PostgreSQL in the short way; None where that way does not lead.

    Django writes the values into the text of a statement, so that the server parses and plans every one anew; for a
    join of seven tables that costs it several times the work of running it. This way sends the values apart, and
    psycopg has the server keep the plan when the database's option `prepare_threshold` is not None. One cursor serves
    the whole life of a connection, because it remembers how the columns of each type become values.
    """
    if connection.vendor != "postgresql" or connection.queries_logged:
        return None  # whoever watches statements (DEBUG, tests that count) wants to read their text
    from django.db.backends.postgresql.base import ServerBindingCursor  # needs psycopg, which SQLite does without

    connection.close_if_health_check_failed()
    if connection.connection is None:
        connection.ensure_connection()
    kept = getattr(connection, "_repeating_cursor", None)
    if kept is None or kept.cursor.connection is not connection.connection:
        cursor = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]  # the stubs know no base
        kept = connection._repeating_cursor = connection.make_cursor(cursor)
    kept.execute(sql, params)  # by Django's wrapper, and so through `execute_wrappers`
    return kept.cursor
