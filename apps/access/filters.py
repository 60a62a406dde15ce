"""What policies say about a whole list, as the condition of one query."""

from __future__ import annotations

import re

from django.conf import settings
from django.db.models import Model, Q

from apps.access.resources import ResourceKind, request_context, resource_of
from apps.policies.evaluation import PolicySet
from apps.policies.filters import Clause, ListFilter
from apps.policies.patterns import is_wild
from apps.tenants.actors import Actor

NOTHING = Q(pk__in=[])
# Not Q(): that one is left out when others are joined to it, which would make everything less.
EVERYTHING = ~NOTHING


def filter_for(actor: Actor, policies: PolicySet, kind: ResourceKind) -> ListFilter:
    """What the policies say about the actor's view of the resources of a kind."""
    assert actor.tenant is not None
    return policies.filter_for(
        kind.view.value,
        kind.type,
        request_context(actor),
        region=settings.TAGORA_REGION,
        tenant=actor.tenant.public_id,
    )


def any_of(actor: Actor, clauses: tuple[Clause, ...], kind: ResourceKind, model: type[Model], prefix: str) -> Q:
    """Rows of which one of the clauses speaks; `prefix` leads to the row that bears the resource's name."""
    if any(clause.unbounded for clause in clauses):
        return EVERYTHING
    spoken_of = NOTHING
    for clause in clauses:
        if not clause.conditions:
            spoken_of |= _named(clause.ids or (), f"{prefix}{kind.identifier}")
    asked = tuple(clause for clause in clauses if clause.conditions)
    return spoken_of | _asked(actor, asked, kind, model, prefix) if asked else spoken_of


def _named(patterns: tuple[str, ...], field: str) -> Q:
    exact = [pattern for pattern in patterns if not is_wild(pattern)]
    named = Q(**{f"{field}__in": exact}) if exact else NOTHING
    for pattern in patterns:
        if is_wild(pattern):
            expression = "".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in pattern)
            named |= Q(**{f"{field}__regex": f"^{expression}$"})
    return named


def _asked(actor: Actor, clauses: tuple[Clause, ...], kind: ResourceKind, model: type[Model], prefix: str) -> Q:
    """Conditions on the resource are asked of the tenant's rows of the kind by the policy engine itself.

    There are few rows that policies can name (data sets, teams, tasks), and no second meaning of an operator in SQL.
    """
    rows = model._default_manager.filter(tenant=actor.tenant)
    related = {path.rpartition("__")[0] for path in kind.keys.values()} - {""}
    if related:
        rows = rows.select_related(*related)
    found = []
    for row in rows.iterator():
        context = resource_of(actor, row).context
        if any(clause.holds(str(getattr(row, kind.identifier)), context) for clause in clauses):
            found.append(row.pk)
    return Q(**{f"{prefix}pk__in": found})
