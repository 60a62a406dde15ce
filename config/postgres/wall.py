"""Raises the wall after every migration: the role of the server, and for each table whose rows it may see.

Nothing is listed here. A table with `tenant_id` shows the rows of the tenant that the connection named; one without,
whose rows hang on such rows, shows those that hang on what is shown. A new row that refers into another tenant is
refused like one that refers to nothing, so that foreign keys do not tell what exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.models import Field, Model
from psycopg import sql

from apps.tenants.models import Tenant
from config.postgres.base import SETTING

OWN_ROWS = "tenant_wall"
NO_TENANT = "tenant_none"
REFERENCES = "tenant_references"

_EVERY = sql.SQL(f"(SELECT current_setting('{SETTING}', true)) = '*'")
# As a sub-select it is worked out once a statement, not once a row. 0 is nobody's: the platform's own log bears it,
# which is for those who see everything.
_ONE = sql.SQL(f"(SELECT nullif(nullif(nullif(current_setting('{SETTING}', true), ''), '*'), '0')::bigint)")

_MAKE_ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {name}) THEN
        CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
    END IF;
    IF NOT pg_has_role(session_user, {name}, 'MEMBER') THEN
        GRANT {role} TO SESSION_USER;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
END $$
"""


def walled() -> dict[type[Model], sql.Composable]:
    """Every model whose rows are a tenant's, and what must hold of a row of its table to be shown."""
    found: dict[type[Model], sql.Composable] = {}
    waiting = []
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        if model is Tenant:
            found[model] = _of_tenant("id")
        elif any(field.column == "tenant_id" for field in model._meta.concrete_fields):
            found[model] = _of_tenant("tenant_id")
        else:
            waiting.append(model)
    # What hangs on something that is walled is walled: once more for each step of the chain.
    while hanging := [(model, first) for model in waiting if (first := next(_required(model, found), None))]:
        for model, field in hanging:
            found[model] = _unselective(sql.SQL("{} OR {}").format(_EVERY, _shown(model, field)))
            waiting.remove(model)
    return found


def _of_tenant(column: str) -> sql.Composable:
    return _unselective(sql.SQL("{} = {} OR {}").format(sql.Identifier(column), _ONE, _EVERY))


def _unselective(condition: sql.Composable) -> sql.Composable:
    """The same condition, which the planner takes to hold for nearly every row, as it does behind the server's filters.

    Written plainly it would be thought to hold for one row in two hundred, once for each table of a join, and a list
    that is read along an index would be sorted and joined as if it were a handful of rows.
    """
    return sql.SQL("nullif({}, false) IS NOT NULL").format(condition)


def _references(model: type[Model], found: Any) -> Iterator[Field[Any, Any]]:
    """The foreign keys to walled rows, without the one that says whose the row is."""
    for field in model._meta.concrete_fields:
        if field.is_relation and field.related_model in found and field.related_model is not Tenant:
            yield field


def _required(model: type[Model], found: Any) -> Iterator[Field[Any, Any]]:
    """By what a row hangs: its first key that is never empty, or the one that the model names (`hangs_on`)."""
    named = getattr(model, "hangs_on", None)
    return (field for field in _references(model, found) if not field.null and named in (None, field.name))


def _column(field: Any) -> sql.Identifier:
    return sql.Identifier(field.column)


def _shown(model: type[Model], field: Field[Any, Any]) -> sql.Composable:
    """That the row a foreign key names is itself shown."""
    target: type[Model] = field.related_model  # type: ignore[assignment]
    return sql.SQL("EXISTS (SELECT FROM {target} AS beyond WHERE beyond.{key} = {table}.{column})").format(
        target=sql.Identifier(target._meta.db_table),
        key=_column(target._meta.pk),
        table=sql.Identifier(model._meta.db_table),
        column=_column(field),
    )


def _statements(model: type[Model], condition: sql.Composable, found: Any) -> Iterator[sql.Composable]:
    table = sql.Identifier(model._meta.db_table)
    for name in (OWN_ROWS, NO_TENANT, REFERENCES):
        yield sql.SQL("DROP POLICY IF EXISTS {} ON {}").format(sql.Identifier(name), table)
    yield sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(table)
    # Not even the owner, as whom a small installation may run, sees past it.
    yield sql.SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(table)
    yield sql.SQL("CREATE POLICY {} ON {} USING ({}) WITH CHECK ({})").format(
        sql.Identifier(OWN_ROWS), table, condition, condition
    )
    if any(field.column == "tenant_id" and not field.is_relation for field in model._meta.concrete_fields):
        # The log keeps a tenant's number, no reference, and 0 for nobody's: what happens before anybody is known is
        # still written down, for the operator to read.
        yield sql.SQL("CREATE POLICY {} ON {} FOR INSERT WITH CHECK (tenant_id = 0)").format(
            sql.Identifier(NO_TENANT), table
        )
    checks = [
        sql.SQL("({column} IS NULL OR {shown})").format(column=_column(field), shown=_shown(model, field))
        for field in _references(model, found)
        # PostgreSQL takes a policy that asks its own table for one without end. A key without a constraint, as rows
        # have that come by the million, tells nothing: any value is taken.
        if field.related_model is not model and getattr(field, "db_constraint", True)
    ]
    if checks:
        yield sql.SQL("CREATE POLICY {} ON {} AS RESTRICTIVE FOR INSERT WITH CHECK ({} OR ({}))").format(
            sql.Identifier(REFERENCES), table, _EVERY, sql.SQL(" AND ").join(checks)
        )


def _rights(role: str) -> Iterator[sql.Composable]:
    """What the server may do: rows, never tables; migrations are read only, what is never changed is only added to."""
    name = sql.Identifier(role)
    for text in (
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}",
    ):
        yield sql.SQL(text).format(name)
    for model in apps.get_models():
        if getattr(model, "append_only", False):
            yield sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(model._meta.db_table), name)


def raise_walls(using: str) -> None:
    """Bring role, rights and policies to what the models say. As owner of the tables, and harmless to repeat."""
    connection: Any = connections[using]
    role: str = settings.TAGORA_DATABASE_ROLE
    with connection.cursor() as cursor:
        if role:
            cursor.execute(
                sql.SQL(_MAKE_ROLE).format(name=sql.Literal(role), role=sql.Identifier(role)).as_string(None)
            )
            cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is not None:
                for statement in _rights(role):
                    cursor.execute(statement.as_string(None))
        found = walled()
        for model, condition in found.items():
            cursor.execute(sql.SQL("; ").join(_statements(model, condition, found)).as_string(None))
