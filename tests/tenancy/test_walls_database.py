"""The wall that the database keeps: what a statement finds when the application forgot to ask for its tenant only.

Everything here speaks to PostgreSQL past the application, on a connection that works as the server's does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Model
from psycopg import errors, sql

from apps.tenants.models import Tenant
from tests.tenancy import addresses as known
from tests.tenancy.world import SENTINEL, World, a_world

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the wall of the database is PostgreSQL's"),
]
if connection.vendor == "postgresql":
    from config.postgres.wall import walled

# A probe for one of these tells that some tenant has it: names that are unique on the whole server by design, and what
# is too random to be probed.
GLOBAL_NAMES = {("tenants_tenant", "name"), ("tenants_bucket", "name")}
RANDOM = {"public_id", "digest", "token_hash", "access_key", "key", "id", "event_id"}
# Who has no row of their own knows no key of a person, or of the group that Django knows of a tenant's group.
OF_ONE_PERSON = {"person_id", "holder_id"}


class Bare:
    """The connection of the test without Django: what is asked here is asked as it stands."""

    def tell(self, wall: object) -> None:
        self.ask("SELECT set_config('tagora.tenant', %s, false)", [str(wall)])

    def ask(self, statement: Any, values: Any = ()) -> Any:
        cursor = connection.connection.cursor()
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount

    @contextmanager
    def trying(self) -> Iterator[None]:
        """What fails in here, or succeeds and should not stay, leaves no trace."""
        self.ask("SAVEPOINT trying")
        try:
            yield
        finally:
            self.ask("ROLLBACK TO SAVEPOINT trying")


@pytest.fixture
def bare(db: None) -> Iterator[Bare]:
    connection.ensure_connection()
    one: Any = Bare()
    yield one
    one.tell("")
    connection._told = None  # type: ignore[attr-defined]  # told past it


@pytest.fixture
def both(db: None) -> tuple[World, World]:
    return a_world("acme", SENTINEL), a_world("rival", "ordinary")


def tables() -> list[type[Model]]:
    return sorted(walled(), key=lambda model: model._meta.db_table)


def name_of(model: type[Model]) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)


def owner_column(model: type[Model]) -> str | None:
    if model is Tenant:
        return "id"
    return "tenant_id" if any(field.column == "tenant_id" for field in model._meta.concrete_fields) else None


# ---------------------------------------------------------------- the catalogue
def test_tests_run_as_the_servers_role_which_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb "
            "FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (settings.TAGORA_DATABASE_ROLE, False, False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")
        assert cursor.fetchone() == (0,)


def test_every_table_with_a_tenant_stands_behind_a_forced_wall() -> None:
    """Out of the database's own catalogue, so that a table nobody thought of is found."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' "
            "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT ("
            "  c.relrowsecurity AND c.relforcerowsecurity AND EXISTS ("
            "    SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant_wall' AND p.polpermissive"
            "    AND p.polcmd = '*' AND pg_get_expr(p.polqual, c.oid) LIKE '%tagora.tenant%'"
            "    AND pg_get_expr(p.polqual, c.oid) = pg_get_expr(p.polwithcheck, c.oid)))"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT count(*) FROM pg_class WHERE relforcerowsecurity")
        assert cursor.fetchone()[0] > 20


def test_what_hangs_on_rows_of_a_tenant_stands_behind_it_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.relname FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid "
            "JOIN pg_class target ON target.oid = f.confrelid AND target.relforcerowsecurity "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = f.conkey[1] AND a.attnotnull "
            "WHERE f.contype = 'f' AND NOT c.relforcerowsecurity"
        )
        assert cursor.fetchall() == []


def test_no_policy_opens_more_than_the_wall() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT polname, polpermissive FROM pg_policy ORDER BY 1")
        assert cursor.fetchall() == [("tenant_none", True), ("tenant_references", False), ("tenant_wall", True)]
        cursor.execute("SELECT DISTINCT polcmd FROM pg_policy WHERE polname = 'tenant_none'")
        assert cursor.fetchall() == [("a",)]


def test_no_view_and_no_function_of_ours_looks_over_the_wall() -> None:
    """A view reads as its owner, and so does a function that is SECURITY DEFINER."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
        assert cursor.fetchall() == []


def test_a_name_that_is_unique_for_all_tells_nothing_of_another_tenant() -> None:
    told = []
    for model in tables():
        owned = {field.column for field in model._meta.concrete_fields if field.related_model in walled()}
        with connection.cursor() as cursor:
            constraints = connection.introspection.get_constraints(cursor, model._meta.db_table)
        for facts in constraints.values():
            columns = set(facts["columns"] or [])
            if not facts["unique"] or columns & (owned | RANDOM | OF_ONE_PERSON | {"tenant_id"}):
                continue
            if not {(model._meta.db_table, column) for column in columns} & GLOBAL_NAMES:
                told.append((model._meta.db_table, sorted(columns)))
    assert not told


# ---------------------------------------------------------------- table by table
def test_without_a_tenant_every_table_is_empty(both: tuple[World, World], bare: Bare) -> None:
    bare.tell("*")
    full = [model for model in tables() if bare.ask(sql.SQL("SELECT count(*) FROM {}").format(name_of(model)))[0][0]]
    assert len(full) > 15, "there would be nothing to hide"
    for wall in ("", "0", "987654321"):
        bare.tell(wall)
        for model in full:
            table, word = name_of(model), model._meta.db_table
            assert bare.ask(sql.SQL("SELECT count(*) FROM {}").format(table)) == [(0,)], word
            assert bare.ask(sql.SQL("SELECT count(*) FROM (TABLE {}) AS seen").format(table)) == [(0,)], word
            with connection.connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(table)) as copy:
                assert not list(copy), word
            with bare.trying():
                bare.ask(sql.SQL("CREATE TEMPORARY VIEW looked AS SELECT * FROM {}").format(table))
                assert bare.ask("SELECT count(*) FROM looked") == [(0,)], word
                body = sql.Literal(f'SELECT count(*) FROM "{word}"')
                bare.ask(sql.SQL("CREATE FUNCTION pg_temp.counted() RETURNS bigint LANGUAGE sql AS {}").format(body))
                assert bare.ask("SELECT pg_temp.counted()") == [(0,)], word


def test_nobody_changes_what_is_not_theirs(both: tuple[World, World], bare: Bare) -> None:
    victim, other = both
    for model in tables():
        column = owner_column(model)
        if column is None:
            continue
        table, one = name_of(model), sql.Identifier(column)
        bare.tell("*")
        theirs = bare.ask(
            sql.SQL("SELECT to_jsonb(t)::text FROM {} t WHERE {} = %s LIMIT 1").format(table, one),
            [victim.customer.tenant.pk],
        )
        for wall in ("", other.customer.tenant.pk):
            bare.tell(wall)
            where = sql.SQL("FROM {} WHERE {} = %s").format(table, one)
            assert bare.ask(sql.SQL("SELECT count(*) ") + where, [victim.customer.tenant.pk]) == [(0,)]
            for act in ("UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"):
                # The log is only added to.
                with bare.trying(), suppress(errors.InsufficientPrivilege):
                    everything = sql.SQL(act + " WHERE {column} = %s").format(table=table, column=one)
                    assert bare.ask(everything, [victim.customer.tenant.pk]) == 0, (model, act)
            for row in theirs:
                # The same refusal for a row that is there as for one that is not: unique keys are looked at later.
                with bare.trying(), pytest.raises(errors.InsufficientPrivilege):
                    bare.ask(insertion(model), row)
            with (
                bare.trying(),
                pytest.raises((errors.FeatureNotSupported, errors.InsufficientPrivilege)),
                connection.connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(table)),
            ):
                pass


def test_nobody_takes_a_row_for_another_tenant_out_of_their_own(both: tuple[World, World], bare: Bare) -> None:
    victim, other = both
    for model in tables():
        column = owner_column(model)
        if column is None or model is Tenant:
            continue
        bare.tell(other.customer.tenant.pk)
        give = sql.SQL("UPDATE {} SET {} = %s").format(name_of(model), sql.Identifier(column))
        if bare.ask(sql.SQL("SELECT count(*) FROM {}").format(name_of(model)))[0][0]:
            with bare.trying(), pytest.raises(errors.InsufficientPrivilege):
                bare.ask(give, [victim.customer.tenant.pk])


def test_a_reference_tells_nothing_of_another_tenant(both: tuple[World, World], bare: Bare) -> None:
    """A row of one's own that names a row of theirs is refused in the same words as one that names nothing.

    A key without a constraint takes whatever it is given: there the two must only end alike.
    """
    victim, other = both
    probed = 0
    for model in tables():
        for field in model._meta.concrete_fields:
            target: Any = field.related_model
            if target not in walled() or target in {Tenant, model}:
                continue
            bare.tell("*")
            theirs = target.objects.filter(**{owner_filter(target): victim.customer.tenant}).first()
            bare.tell(other.customer.tenant.pk)
            own = bare.ask(sql.SQL("SELECT to_jsonb(t)::text FROM {} t LIMIT 1").format(name_of(model)))
            if not own or theirs is None:
                continue
            ends = set()
            for value in (theirs.pk, absent_of(target)):
                row = json.dumps({**json.loads(own[0][0]), field.column: str(value)})
                with bare.trying():
                    ends.add(ending(bare, model, row))
            assert len(ends) == 1, (model, field)
            if getattr(field, "db_constraint", True):
                assert "row-level security" in ends.pop(), (model, field)
            probed += 1
    assert probed > 10


def ending(bare: Bare, model: type[Model], row: str) -> str:
    """What becomes of a row that is inserted: why it is refused, or nothing."""
    try:
        bare.ask(insertion(model), [row])
    except (errors.InsufficientPrivilege, errors.UniqueViolation) as refused:
        return str(refused)
    return ""


def insertion(model: type[Model]) -> sql.Composed:
    """Takes a row as JSON."""
    return sql.SQL("INSERT INTO {} SELECT * FROM jsonb_populate_record(NULL::{}, %s)").format(
        name_of(model), name_of(model)
    )


def absent_of(model: type[Model]) -> object:
    return known.ABSENT_HEX if model._meta.pk.get_internal_type() == "UUIDField" else known.ABSENT_PK


def owner_filter(model: type[Model]) -> str:
    if owner_column(model) == "tenant_id":
        return "tenant"
    return next(field.name for field in model._meta.concrete_fields if field.related_model in walled()) + "__tenant"
