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
    queryset: QuerySet[Row, Row],
    *,
    limit: int,
    after: Any = None,
    before: Any = None,
    descending: bool = False,
    by: str = "pk",
) -> Page[Row]:
    """One page of `queryset` ordered by primary key, or by another field `by` that is unique among its rows.

    `after` and `before` are values of that field (at most one of them); one row more than `limit` is read to learn
    whether the page has a neighbour.
    """
    backwards = before is not None
    marker = before if backwards else after
    rising = descending == backwards
    if marker is not None:
        queryset = queryset.filter(**{f"{by}__{'gt' if rising else 'lt'}": marker})
    rows = list(queryset.order_by(by if rising else f"-{by}")[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    if backwards:
        rows.reverse()
    first, last = (str(getattr(rows[0], by)), str(getattr(rows[-1], by))) if rows else (None, None)
    if backwards:
        return Page(rows, next=last, previous=first if more else None)
    return Page(rows, next=last if more else None, previous=first if marker is not None else None)
