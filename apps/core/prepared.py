"""Queries that are built once and asked again with other values, for the few roads where building is the cost.

Django writes the SQL of a query anew each time; for a row joined from six tables that is several times the work of
fetching it. A `Prepared` keeps the SQL and the plan of how columns become objects, a `PreparedUpdate` and a
`PreparedInsert` the SQL. All run on cursors that let the database keep its plan, too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Field, Model, QuerySet, Value
from django.db.models.query import get_related_populators
from django.db.models.sql import InsertQuery, UpdateQuery

from apps.core.cursors import repeating

Row = TypeVar("Row", bound=Model)


class Slot(Value):
    """Stands in a query's filter for a value that comes later: `filter(person=Slot("person", BigIntegerField()))`."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(name, output_field=field)
        self.filled_by = (name, field)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class _Plan:
    """The SQL of one query on one kind of database, and how its columns become objects. Read-only once made."""

    def __init__(self, queryset: QuerySet[Any, Any], alias: str) -> None:
        compiler = queryset.query.get_compiler(using=alias)
        self.sql, self.params = compiler.as_sql()
        info: Any = compiler.klass_info
        select: Any = compiler.select
        columns = [column[0] for column in select[: compiler.col_count]]
        self.converters = list(compiler.get_converters(columns).items())
        self.model = info["model"]
        fields = info["select_fields"]
        self.start, self.end = fields[0], fields[-1] + 1
        self.names = [column[0].target.attname for column in select[self.start : self.end]]
        # The stubs are those of a later Django, which takes one argument more.
        self.related = get_related_populators(info, select, alias)  # type: ignore[call-arg]


class Prepared(Generic[Row]):
    """`build` makes a queryset of model rows (`select_related`, slices and locks included) with `Slot`s in its filters.

    It is called once for each database, at the first use: inside a transaction where the query locks rows.
    """

    def __init__(self, build: Callable[[], QuerySet[Row, Row]]) -> None:
        self._build = build
        self._plans: dict[str, _Plan] = {}
        self._lock = threading.Lock()

    def _plan(self, alias: str) -> _Plan:
        plan = self._plans.get(alias)
        if plan is None:
            with self._lock:
                plan = self._plans.setdefault(alias, _Plan(self._build(), alias))
        return plan

    def rows(self, **values: Any) -> list[Row]:
        """The rows for these values of the slots; each slot must be given."""
        alias = "default"
        plan = self._plan(alias)
        connection = connections[alias]
        params = [_filled(param, values, connection) for param in plan.params]
        with repeating(connection) as cursor:
            cursor.execute(plan.sql, params)
            fetched = cursor.fetchall()
        found = []
        for record in fetched:
            columns = list(record)
            for place, (converters, expression) in plan.converters:
                for convert in converters:
                    columns[place] = convert(columns[place], expression, connection)
            row = plan.model.from_db(alias, plan.names, columns[plan.start : plan.end])
            for populator in plan.related:
                populator.populate(columns, row)
            found.append(row)
        return found

    def first(self, **values: Any) -> Row | None:
        """The first row for these values of the slots, or None."""
        return next(iter(self.rows(**values)), None)


class PreparedUpdate(Generic[Row]):
    """`build` makes a queryset with `Slot`s in its filters, and what `update` would set, with `Slot`s for values."""

    def __init__(self, build: Callable[[], tuple[QuerySet[Row, Row], dict[str, Any]]]) -> None:
        self._build = build
        self._plans: dict[str, tuple[str, Any]] = {}

    def __call__(self, **values: Any) -> int:
        """Run it with these values of the slots; answers the number of rows changed."""
        alias = "default"
        if alias not in self._plans:
            queryset, changes = self._build()
            query: Any = queryset.query.chain(UpdateQuery)
            query.add_update_values(changes)
            self._plans[alias] = query.get_compiler(using=alias).as_sql()
        sql, params = self._plans[alias]
        connection = connections[alias]
        with repeating(connection) as cursor:
            cursor.execute(sql, [_filled(param, values, connection) for param in params])
            changed: int = cursor.rowcount
        return changed


class PreparedInsert(Generic[Row]):
    """Writes one row of `model` with these fields, and no object of it; other columns take the database's default."""

    def __init__(self, model: type[Row], names: Sequence[str]) -> None:
        self._model = model
        self._names = names
        self._plans: dict[str, tuple[str, Any]] = {}

    def _plan(self, alias: str) -> tuple[str, Any]:
        fields = [self._model._meta.get_field(name) for name in self._names]
        row: Any = self._model()
        for field in fields:
            setattr(row, field.attname, Slot(field.name, field))  # type: ignore[union-attr, arg-type]
        query: Any = InsertQuery(self._model)
        query.insert_values(fields, [row], raw=True)
        statement: tuple[str, Any] = query.get_compiler(using=alias).as_sql()[0]
        return statement

    def __call__(self, **values: Any) -> None:
        """Insert one row; every field must be given, a foreign key as the key of the other row."""
        alias = "default"
        if alias not in self._plans:
            self._plans[alias] = self._plan(alias)
        sql, params = self._plans[alias]
        connection = connections[alias]
        with repeating(connection) as cursor:
            cursor.execute(sql, [_filled(param, values, connection) for param in params])


def _filled(param: Any, values: dict[str, Any], connection: Any) -> Any:
    if not isinstance(param, Slot):
        return param
    name, field = param.filled_by
    return field.get_db_prep_save(values[name], connection)
