"""Cursors for statements that one connection runs again and again with other values."""

from __future__ import annotations

from typing import Any


def repeating(connection: Any) -> Any:
    """A cursor (a context manager, as `connection.cursor()`) whose statements PostgreSQL plans once a connection.

    Django writes the values into the text of a statement, so that the server parses and plans every one anew; for a
    join of seven tables that costs it several times the work of running it. This cursor sends the values apart, and
    psycopg has the server keep the plan when the database's option `prepare_threshold` is not None.
    """
    if connection.vendor != "postgresql" or connection.queries_logged:
        return connection.cursor()  # whoever watches statements (DEBUG, tests that count) wants to read their text
    from django.db.backends.postgresql.base import ServerBindingCursor  # needs psycopg, which SQLite does without

    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]  # the stubs know no base
    return connection.make_cursor(cursor)
