"""The row behind a name that stands in policies and in the audit log: `modelarts:region:tenant:dataset:ID`."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Model

from apps.access.resources import ResourceKind
from apps.tenants.models import Tenant, TenantOwned


@cache
def _models() -> dict[tuple[str, str], type[Model]]:
    found: dict[tuple[str, str], type[Model]] = {}
    for model in apps.get_models():
        kind = getattr(model, "resource", None)
        if isinstance(kind, ResourceKind) and issubclass(model, TenantOwned):
            found[kind.service, kind.type] = model
    return found


def row_named(tenant: Tenant, name: str) -> Model | None:
    """The tenant's row of this name; None when there is none, or rows of that type are not kept here."""
    parts = name.split(":", 4)
    if len(parts) < 5:
        return None
    model = _models().get((parts[0], parts[3]))
    if model is None:
        return None
    kind: Any = model.resource  # type: ignore[attr-defined]
    lookup = {kind.identifier: parts[4], "tenant": tenant}
    return model._default_manager.filter(**lookup).first()
