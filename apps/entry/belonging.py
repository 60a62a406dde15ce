"""Which tenants somebody has to do with who is no user of one: apps above know, and register how to find out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from apps.accounts.models import Person
from apps.tenants.models import Tenant

LookUp = Callable[[Person], Iterable[Tenant]]
_look_ups: list[LookUp] = []


def register(look_up: LookUp) -> LookUp:
    """`look_up(person)` answers tenants for which the person works; asked across all tenants."""
    _look_ups.append(look_up)
    return look_up


def tenants_of(person: Person) -> list[Tenant]:
    return [tenant for look_up in _look_ups for tenant in look_up(person)]
