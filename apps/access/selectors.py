"""Reads: what an actor may see, filtered once for every list."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from guardian.shortcuts import get_objects_for_user

from apps.access.grants import Grant, codename
from apps.tenants.actors import Actor

Row = TypeVar("Row", bound=Model)


def visible_to(actor: Actor, queryset: QuerySet[Row, Row], grant: Grant = Grant.VIEW) -> QuerySet[Row, Row]:
    """The rows of `queryset` (of a tenant-owned model) that `actor` may see.

    Admins see their tenant's rows, others what was shared with them; nobody sees another tenant's.
    """
    if actor.tenant is None:
        return queryset.none()
    queryset = queryset.filter(tenant=actor.tenant)
    if actor.is_admin:
        return queryset
    if actor.person is None:
        return queryset.none()
    name = codename(grant, str(queryset.model._meta.model_name))
    return get_objects_for_user(actor.person, name, klass=queryset, accept_global_perms=False)


def holds_grant(actor: Actor, obj: Any, grant: Grant) -> bool:
    """Whether the object itself was shared with the actor for this."""
    if actor.person is None or not isinstance(obj, Model):
        return False
    label = obj._meta.app_label
    return actor.person.has_perm(f"{label}.{codename(grant, str(obj._meta.model_name))}", obj)
