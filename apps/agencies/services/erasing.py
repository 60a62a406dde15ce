"""Removing a tenant that is to be erased, a batch at a time: each batch is its own transaction, so it may be killed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group as Holder
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import ForeignKey, Model

from apps.accounts.models import Person
from apps.audit.shelf import FOLDER, FolderShelf
from apps.jobs.models import Job
from apps.storage.store import store
from apps.tenants import walls
from apps.tenants.models import Bucket, Group, Tenant, TenantOwned, TenantUser

BATCH = 1000


def _keys(model: type[Model]) -> Iterator[tuple[ForeignKey[Any, Any], type[Model]]]:
    """The foreign keys of a model to rows of tenants."""
    for field in model._meta.get_fields():
        if isinstance(field, ForeignKey) and issubclass(field.related_model, TenantOwned):
            yield field, field.related_model


def _points_back(field: ForeignKey[Any, Any], target: type[Model], model: type[Model]) -> bool:
    """Whether rows hold each other (a data set its current version, that the one before): what may be empty lets go."""
    return field.null and (target == model or any(other == model and not back.null for back, other in _keys(target)))


def _ways() -> dict[type[Model], str]:
    """Every model whose rows go with a tenant, and the lookup that leads from a row to it.

    A row without a tenant of its own (a line of a job, the use of a label) goes with what it hangs on.
    """
    ways: dict[type[Model], str] = {model: "tenant" for model in apps.get_models() if issubclass(model, TenantOwned)}
    for model in apps.get_models(include_auto_created=True):
        if model not in ways:
            named = getattr(model, "hangs_on", None)
            for field, _target in _keys(model):
                if not field.null and named in (None, field.name):
                    ways[model] = f"{field.name}__tenant"
                    break
    return ways


def _in_order(models: Iterable[type[Model]]) -> list[type[Model]]:
    """Those that point to others before those that are pointed to."""
    order: TopologicalSorter[type[Model]] = TopologicalSorter()
    for model in models:
        order.add(model)
        for field, target in _keys(model):
            if not _points_back(field, target, model):
                order.add(target, model)
    return list(order.static_order())


def _loosen(model: type[Model], tenant: Tenant) -> None:
    for field, target in _keys(model):
        if _points_back(field, target, model):
            held = model._default_manager.filter(tenant=tenant, **{f"{field.name}__isnull": False})
            held.update(**{field.name: None})


def _remove_rows(model: type[Model], tenant: Tenant, way: str = "tenant") -> None:
    """Without collecting what hangs on them: that went before."""
    rows: Any = model._default_manager.filter(**{way: tenant})
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            model._default_manager.filter(pk__in=keys)._raw_delete(DEFAULT_DB_ALIAS)


def _objects(bucket: str) -> Iterator[str]:
    for entry in store().walk(bucket, ""):
        yield entry.key


def _keep_digest(tenant: Tenant, bucket: str, key: str) -> None:
    """The tenant's events outlive it, and the signed digests that prove them: where those without a bucket lie."""
    with store().open(bucket, key) as source:
        FolderShelf().put(tenant.pk, key.removeprefix(FOLDER), source.read())


def erase_next() -> str | None:
    """Removes one tenant that waits for it; its name, or None when none waits. Runs again where it was cut off."""
    with walls.every_tenant("an erased tenant's rows are removed table by table"):
        tenant = Tenant.objects.filter(state=Tenant.State.ERASING).order_by("pk").first()
        if tenant is None:
            return None
        for bucket in Bucket.objects.filter(tenant=tenant):
            for key in _objects(bucket.name):
                if key.startswith(FOLDER):
                    _keep_digest(tenant, bucket.name, key)
                store().delete(bucket.name, key)
        people = list(TenantUser.objects.filter(tenant=tenant).values_list("person_id", flat=True))
        holders = list(Group.objects.filter(tenant=tenant).values_list("holder_id", flat=True))
        ways = _ways()
        # A job that is still at work finds its row gone at its next checkpoint, and takes its batch back.
        Job.objects.filter(tenant=tenant).delete()
        order = _in_order(ways)
        for model in order:
            _loosen(model, tenant)
        for model in order:
            if model not in (TenantUser, Group):
                _remove_rows(model, tenant, ways[model])
        with transaction.atomic():
            _remove_rows(TenantUser, tenant)
            _remove_rows(Group, tenant)
            Holder.objects.filter(pk__in=holders).delete()
            Person.objects.filter(pk__in=people).delete()
            tenant.delete()
        return tenant.name
