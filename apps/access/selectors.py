"""Reads: what an actor may see, filtered once for every list."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from guardian.shortcuts import get_objects_for_user

from apps.access.filters import EVERYTHING, NOTHING, any_of, filter_for
from apps.access.grants import Grant, codename
from apps.access.resources import ResourceKind, kind_of, parent_of
from apps.access.rights import policies_of
from apps.tenants.actors import Actor

Row = TypeVar("Row", bound=Model)


def visible_to(actor: Actor, queryset: QuerySet[Row, Row]) -> QuerySet[Row, Row]:
    """The rows of `queryset` (of a tenant-owned model) that `actor` may see; nobody sees another tenant's.

    Admins see their tenant's rows but those that a policy denies them; others what policies allow or what was shared
    with them. Rows that no policy can name are the admins'.
    """
    if actor.tenant is None:
        return queryset.none()
    queryset = queryset.filter(tenant=actor.tenant)
    if actor.is_system:
        return queryset
    found = kind_of(queryset.model)
    if found is None or actor.is_worker or actor.person is None:
        return queryset if actor.is_admin else queryset.none()
    return queryset.filter(_shown(actor, queryset.model, *found))


def not_denied(actor: Actor, queryset: QuerySet[Row, Row]) -> QuerySet[Row, Row]:
    """Rows that come by another way than `visible_to` (with their data set), without those that a policy denies."""
    found = kind_of(queryset.model)
    if found is None or actor.is_system or actor.person is None:
        return queryset
    kind, bearer, prefix = found
    for policies in (policies_of(actor), actor.bounds):
        if policies is not None:
            queryset = queryset.exclude(any_of(actor, filter_for(actor, policies, kind).deny, kind, bearer, prefix))
    return queryset


def _shown(actor: Actor, model: type[Model], kind: ResourceKind, bearer: type[Model], prefix: str) -> Q:
    """Allowed by a policy or shared, within the actor's bounds, and denied by none."""
    own = filter_for(actor, policies_of(actor), kind)
    shown = EVERYTHING
    if not actor.is_admin and not actor.agency:
        shown = any_of(actor, own.allow, kind, bearer, prefix) | _shared(actor, model, prefix)
    shown &= ~any_of(actor, own.deny, kind, bearer, prefix)
    if actor.bounds is not None:
        bounds = filter_for(actor, actor.bounds, kind)
        shown &= any_of(actor, bounds.allow, kind, bearer, prefix)
        shown &= ~any_of(actor, bounds.deny, kind, bearer, prefix)
    return shown


def _shared(actor: Actor, model: type[Model], prefix: str) -> Q:
    """Rows that were shared with the person or with a group of theirs, or whose parent was."""
    shared = NOTHING
    step = ""
    while True:
        if _can_be_shared(model):
            name = codename(Grant.VIEW, str(model._meta.model_name))
            rows = get_objects_for_user(
                actor.person, name, klass=model._default_manager.all(), accept_global_perms=False
            )
            shared |= Q(**{f"{step}pk__in": rows.values("pk")})
        if step == prefix:
            return shared
        parent = str(getattr(model, "resource_parent", ""))
        step += f"{parent}__"
        model = parent_of(model, parent)


def _can_be_shared(model: type[Model]) -> bool:
    return codename(Grant.LABEL, str(model._meta.model_name)) in dict(model._meta.permissions)


def holds_grant(actor: Actor, obj: Any, grant: Grant) -> bool:
    """Whether the object itself was shared with the actor, or with a group of theirs, for this."""
    if actor.person is None or not isinstance(obj, Model):
        return False
    label = obj._meta.app_label
    return actor.person.has_perm(f"{label}.{codename(grant, str(obj._meta.model_name))}", obj)
