"""Sets of rows written at the speed of the database: samples, their annotations, and label uses.

PostgreSQL takes a set as one COPY beside the table or as arrays in one statement; SQLite, which has no round trip to
save, takes it row by row inside the driver. Every function runs inside the caller's transaction, and counts nothing:
the services keep the counters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection, transaction

Use = tuple[int, UUID]
"""A label's primary key and a sample's."""


class SampleRow(NamedTuple):
    """A new row of `datasets_sample`, in the order of `_COLUMNS`."""

    id: UUID
    tenant_id: int
    dataset_id: int
    source: str
    name: str
    size: int
    etag: str
    width: int | None
    height: int | None
    depth: int | None
    state: int
    annotation: str
    hard: bool
    hard_coefficient: float | None
    usage: str
    labelled_at: datetime | None
    revision: int


class AnnotationRow(NamedTuple):
    """What changes in a sample when it gets an annotation."""

    sample_id: UUID
    state: int
    annotation: list[dict[str, Any]]
    hard: bool
    hard_coefficient: float | None
    usage: str
    labelled_by_id: int | None
    labelled_at: datetime
    last_submission: UUID | None


_COLUMNS = ", ".join(SampleRow._fields)
_COPY_BESIDE = f"COPY incoming_sample ({_COLUMNS}) FROM STDIN"
_INSERT_COPIED = (
    f"INSERT INTO datasets_sample ({_COLUMNS}) SELECT {_COLUMNS} FROM incoming_sample "  # noqa: S608 (own names)
    "ON CONFLICT (dataset_id, source) DO NOTHING"
)
_INSERT_ROW = (
    f"INSERT INTO datasets_sample ({_COLUMNS}) VALUES ({', '.join(['%s'] * len(SampleRow._fields))}) "  # noqa: S608
    "ON CONFLICT (dataset_id, source) DO NOTHING"
)


def json_text(annotation: list[dict[str, Any]]) -> str:
    return orjson.dumps(annotation).decode()


def insert_samples(rows: Sequence[SampleRow]) -> set[UUID] | None:
    """Insert those rows whose (dataset, source) is new; answers the ids inserted, or None when all were."""
    inserted = _insert_by_copy(rows) if connection.vendor == "postgresql" else _insert_by_row(rows)
    return None if inserted == len(rows) else _present({row.id for row in rows})


def _insert_by_copy(rows: Sequence[SampleRow]) -> int:
    """Copy the rows beside the table and take over those that are new; the number of them.

    A table with a wall between tenants takes no COPY, and few sets are without a row that is known already.
    """
    # Of its own only where the caller has none: the scratch table is empty again after it.
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        # One scratch table a session, emptied by every commit: a table per batch would fill the catalogue.
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS incoming_sample (LIKE datasets_sample) ON COMMIT DELETE ROWS"
        )
        cursor.execute("DELETE FROM incoming_sample")
        with cursor.copy(_COPY_BESIDE) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(_INSERT_COPIED)
        return int(cursor.rowcount)


def _insert_by_row(rows: Sequence[SampleRow]) -> int:
    with connection.cursor() as cursor:
        cursor.executemany(
            _INSERT_ROW,
            [
                (row.id.hex, *row[1:-2], connection.ops.adapt_datetimefield_value(row.labelled_at), row.revision)
                for row in rows
            ],
        )
        return int(cursor.rowcount)


def _present(ids: set[UUID]) -> set[UUID]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT id FROM datasets_sample WHERE id = ANY(%s)", [list(ids)])
            return {row[0] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT id FROM datasets_sample WHERE id IN (SELECT value FROM json_each(%s))",
            [orjson.dumps([each.hex for each in ids]).decode()],
        )
        return {UUID(row[0]) for row in cursor.fetchall()}


def update_annotations(rows: Sequence[AnnotationRow]) -> None:
    """Write annotations into existing samples; each sample's revision rises by one."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
            columns[2] = [json_text(annotation) for annotation in columns[2]]
            cursor.execute(_UPDATE_BY_ARRAYS, columns)
        else:
            cursor.executemany(_UPDATE_BY_ROW, [_as_text(row) for row in rows])


_UPDATE_BY_ARRAYS = """
    UPDATE datasets_sample SET
        state = given.state, annotation = given.annotation::jsonb, hard = given.hard,
        hard_coefficient = given.hard_coefficient, usage = given.usage, labelled_by_id = given.labelled_by_id,
        labelled_at = given.labelled_at, last_submission = given.last_submission, revision = revision + 1
    FROM unnest(
        %s::uuid[], %s::smallint[], %s::text[], %s::boolean[], %s::float8[], %s::text[], %s::bigint[],
        %s::timestamptz[], %s::uuid[]
    ) AS given(
        id, state, annotation, hard, hard_coefficient, usage, labelled_by_id, labelled_at, last_submission
    )
    WHERE datasets_sample.id = given.id
"""

_UPDATE_BY_ROW = """
    UPDATE datasets_sample SET
        state = %s, annotation = %s, hard = %s, hard_coefficient = %s, usage = %s, labelled_by_id = %s,
        labelled_at = %s, last_submission = %s, revision = revision + 1
    WHERE id = %s
"""


def _as_text(row: AnnotationRow) -> tuple[Any, ...]:
    return (
        row.state,
        json_text(row.annotation),
        row.hard,
        row.hard_coefficient,
        row.usage,
        row.labelled_by_id,
        connection.ops.adapt_datetimefield_value(row.labelled_at),
        row.last_submission.hex if row.last_submission else None,
        row.sample_id.hex,
    )


def insert_uses(uses: Iterable[Use]) -> None:
    """Say which labels samples carry."""
    rows = list(uses)
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(
                "INSERT INTO datasets_labeluse (label_id, sample_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                [(label, sample.hex) for label, sample in rows],
            )
        else:
            cursor.execute(
                "INSERT INTO datasets_labeluse (label_id, sample_id) SELECT * FROM unnest(%s::bigint[], %s::uuid[]) "
                "ON CONFLICT DO NOTHING",
                [[label for label, _ in rows], [sample for _, sample in rows]],
            )


def delete_uses(uses: Iterable[Use]) -> None:
    """Take label uses away, found by primary key."""
    rows = list(uses)
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(
                "DELETE FROM datasets_labeluse WHERE label_id = %s AND sample_id = %s",
                [(label, sample.hex) for label, sample in rows],
            )
        else:
            cursor.execute(
                "DELETE FROM datasets_labeluse USING unnest(%s::bigint[], %s::uuid[]) AS gone(label_id, sample_id) "
                "WHERE datasets_labeluse.label_id = gone.label_id AND datasets_labeluse.sample_id = gone.sample_id",
                [[label for label, _ in rows], [sample for _, sample in rows]],
            )
