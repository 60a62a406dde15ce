"""Keyset pages: constant time at any depth, stable while rows are added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`rows` in the asked order; `next` and `previous` are markers for the neighbouring pages, or None at an end."""

    rows: list[Row]
    next: str | None
    previous: str | None


def keyset_page(
    queryset: QuerySet[Row, Row], *, limit: int, after: Any = None, before: Any = None, descending: bool = False
) -> Page[Row]:
    """One page of `queryset` ordered by primary key.

    `after` and `before` are primary keys (at most one of them); one row more than `limit` is read to learn
    whether the page has a neighbour.
    """
    backwards = before is not None
    marker = before if backwards else after
    rising = descending == backwards
    if marker is not None:
        queryset = queryset.filter(**{"pk__gt" if rising else "pk__lt": marker})
    rows = list(queryset.order_by("pk" if rising else "-pk")[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    if backwards:
        rows.reverse()
    first, last = (str(rows[0].pk), str(rows[-1].pk)) if rows else (None, None)
    if backwards:
        return Page(rows, next=last, previous=first if more else None)
    return Page(rows, next=last if more else None, previous=first if marker is not None else None)
