"""How rows of the table are written: a family of actions that are done to one type of resource."""

from __future__ import annotations

from collections.abc import Iterator

from apps.policies.catalogue import Access, CatalogueAction

Row = tuple[str, Access, str] | tuple[str, Access, str, tuple[str, ...]]


def of(family: str, resource_type: str, rows: tuple[Row, ...]) -> Iterator[CatalogueAction]:
    """Actions `family:name`, all of them done to one type of resource."""
    for name, access, title, *depends in rows:
        yield CatalogueAction(f"{family}:{name}", resource_type, access, title, *depends)


def kept(
    family: str, resource_type: str, titles: tuple[str, str, str, str, str], *more: Row
) -> Iterator[CatalogueAction]:
    """Things that are listed, seen, made, changed and deleted, and what else can be done with them."""
    listed, seen, made, changed, deleted = titles
    rows: tuple[Row, ...] = (
        ("list", "list", listed),
        ("get", "read", seen),
        ("create", "write", made),
        ("update", "write", changed),
        ("delete", "write", deleted),
        *more,
    )
    yield from of(family, resource_type, rows)
