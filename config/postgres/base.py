"""The connection: it runs as a role that owns nothing, and tells the database behind which tenant's wall it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base

from apps.tenants import walls

SETTING = "tagora.tenant"
# Told in one statement, so that a role that is not there, or not ours to take, is simply not taken.
_TAKE_ROLE = (
    "SELECT set_config('role', rolname, false) FROM pg_roles "
    "WHERE rolname = %s AND rolname <> current_user AND pg_has_role(session_user, oid, 'MEMBER')"
)


class DatabaseWrapper(base.DatabaseWrapper):
    """Sends the wall before a statement when it differs from what this connection was told last; never otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What the database knows; None when that is uncertain.
        self._told: str | None = None
        self._owners = 0
        self._silent = False
        self.execute_wrappers.append(self._behind_the_wall)

    # ------------------------------------------------------------ the role
    def init_connection_state(self) -> None:
        super().init_connection_state()
        # A connection out of a pool still knows what it was told by whoever had it before.
        self._told = None if self.pool else walls.NOBODY

    def _configure_role(self, connection: Any) -> bool:
        role = settings.TAGORA_DATABASE_ROLE
        if not role or self._owners or self.alias == NO_DB_ALIAS:
            return False
        with connection.cursor() as cursor:
            cursor.execute(_TAKE_ROLE, [role])
        return True

    @contextmanager
    def as_owner(self) -> Iterator[None]:
        """For migrations: as who signed in, to whom the tables belong, and for every tenant."""
        self.become_owner()
        try:
            yield
        finally:
            self.resign()

    def become_owner(self) -> None:
        self._owners += 1
        if self.connection is not None:
            with self.connection.cursor() as cursor:
                cursor.execute("SET ROLE NONE")

    def resign(self) -> None:
        self._owners = max(0, self._owners - 1)
        if self.connection is not None:
            self._configure_role(self.connection)

    # ------------------------------------------------------------ the wall
    def _behind_the_wall(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        wall = walls.EVERYBODY if self._owners else walls.told()
        if wall != self._told and not self._silent:
            self._tell(wall)
        return execute(sql, params, many, context)

    def _tell(self, wall: str) -> None:
        self._silent = True
        self._told = None
        try:
            with self.cursor() as cursor:
                cursor.execute(f"SELECT set_config('{SETTING}', %s, false)", [wall])
        finally:
            self._silent = False
        self._told = wall

    def _rollback(self) -> None:
        # What was told inside the transaction is undone with it.
        self._told = None
        super()._rollback()  # type: ignore[misc]  # Django's own

    def _savepoint_rollback(self, sid: str) -> None:
        # A transaction that failed takes no other statement before this one.
        self._silent = True
        self._told = None
        try:
            super()._savepoint_rollback(sid)  # type: ignore[misc]  # Django's own
        finally:
            self._silent = False
