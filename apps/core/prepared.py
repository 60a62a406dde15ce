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
from django.db.models import BooleanField, CharField, Field, Model, QuerySet, Value
from django.db.models.base import ModelState
from django.db.models.query import RelatedPopulator, get_related_populators
from django.db.models.sql import InsertQuery, UpdateQuery

from apps.core.cursors import changed_by, rows_of

Row = TypeVar("Row", bound=Model)


# Values of exactly this type go to a column of the kind as they are; Django would look at each to find that out.
# Whole numbers are not among them: Django gives them the column's width, without which each width has its own plan.
_PLAIN: tuple[tuple[type[Field[Any, Any]], type], ...] = ((BooleanField, bool), (CharField, str))


class Slot(Value):
    """Stands in a query's filter for a value that comes later: `filter(person=Slot("person", BigIntegerField()))`."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(name, output_field=field)
        self.filled_by = (name, field)
        self.plain = next((plain for kind, plain in _PLAIN if isinstance(field, kind)), None)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class _Maker:
    """Makes rows of one model, with the rows they lead to, out of the columns of a record."""

    def __init__(self, model: type[Model], names: Sequence[str], start: int, alias: str, related: Any) -> None:
        self._model = model
        self._names = tuple(names)
        self._start, self._end = start, start + len(self._names)
        self._alias = alias
        self._related = [_Relation(populator, alias) for populator in related]
        # What Django does for each new row, less what concerns only models that take a part in it themselves. Nobody
        # listens to rows being made: the house has no such rules.
        self._plain = (
            model.__init__ is Model.__init__ and model.from_db.__func__ is Model.from_db.__func__  # type: ignore[attr-defined]
        )

    def __call__(self, columns: list[Any]) -> Any:
        values = columns[self._start : self._end]
        if self._plain:
            row: Any = self._model.__new__(self._model)
            state = ModelState()
            state.db, state.adding = self._alias, False
            row.__dict__["_state"] = state
            row.__dict__.update(zip(self._names, values, strict=True))
        else:
            row = self._model.from_db(self._alias, self._names, values)
        for relation in self._related:
            relation.fill(row, columns)
        return row


class _Relation:
    """A row that another one leads to by `select_related`."""

    def __init__(self, populator: RelatedPopulator, alias: str) -> None:
        if populator.reorder_for_init:
            raise ValueError("A prepared query cannot follow a relation of a parent's table.")
        start = populator.cols_start
        self._key = start + populator.pk_idx
        self._make = _Maker(populator.model_cls, populator.init_list, start, alias, populator.related_populators)
        self._link, self._link_back = populator.local_setter, populator.remote_setter

    def fill(self, row: Any, columns: list[Any]) -> None:
        other = None if columns[self._key] is None else self._make(columns)
        self._link(row, other)
        if other is not None:
            self._link_back(other, row)


class _Plan:
    """The SQL of one query on one kind of database, and how its columns become objects. Read-only once made."""

    def __init__(self, queryset: QuerySet[Any, Any], alias: str) -> None:
        compiler = queryset.query.get_compiler(using=alias)
        self.sql, self.params = compiler.as_sql()
        info: Any = compiler.klass_info
        select: Any = compiler.select
        columns = [column[0] for column in select[: compiler.col_count]]
        self.converters = list(compiler.get_converters(columns).items())
        fields = info["select_fields"]
        names = [column[0].target.attname for column in select[fields[0] : fields[-1] + 1]]
        # The stubs are those of a later Django, which takes one argument more.
        related = get_related_populators(info, select, alias)  # type: ignore[call-arg]
        self.make = _Maker(info["model"], names, fields[0], alias, related)


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
        found = []
        for record in rows_of(connection, plan.sql, _filled(plan.params, values, connection)):
            columns = list(record)
            for place, (converters, expression) in plan.converters:
                for convert in converters:
                    columns[place] = convert(columns[place], expression, connection)
            found.append(plan.make(columns))
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
        return changed_by(connection, sql, _filled(params, values, connection))


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
        changed_by(connection, sql, _filled(params, values, connection))


def _filled(params: Sequence[Any], values: dict[str, Any], connection: Any) -> list[Any]:
    """The parameters of a statement with values in place of the slots."""
    filled = []
    for param in params:
        if isinstance(param, Slot):
            name, field = param.filled_by
            value = values[name]
            if type(value) is not param.plain:
                value = field.get_db_prep_save(value, connection)
            filled.append(value)
        else:
            filled.append(param)
    return filled
