"""Reads: agencies given and received, visits, and what operators know of tenants."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize, explain
from apps.agencies.acting import agency_resource
from apps.agencies.models import Agency, Visit
from apps.agencies.policies import authorize_operator
from apps.core.errors import NotFound
from apps.datasets.models import Dataset
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant, TenantUser


def given_agencies(actor: Actor) -> QuerySet[Agency]:
    """The agencies that the actor's tenant gave."""
    authorize(actor, Action.AGENCY_VIEW)
    found = Agency.objects.filter(tenant=actor.tenant).select_related("project", "created_by")
    return found.order_by("name")


def get_agency(actor: Actor, public_id: str) -> Agency:
    agency = given_agencies(actor).filter(public_id=public_id).first()
    if agency is None:
        raise NotFound(_("There is no such agency."))
    return agency


def received_agencies(actor: Actor) -> list[Agency]:
    """The agencies of other tenants under which the actor may act now."""
    if actor.tenant is None or actor.agency or actor.bounds is not None:
        return []
    with walls.every_tenant("an agency belongs to another tenant than the one who acts under it"):
        rows = Agency.objects.filter(
            trusted=actor.tenant, expires_at__gt=timezone.now(), tenant__state=Tenant.State.ACTIVE
        )
        found = list(rows.select_related("tenant").order_by("tenant__name", "name"))
    return [row for row in found if explain(actor, Action.AGENCY_ASSUME, agency_resource(actor, row)).allowed]


def visits_at(actor: Actor) -> QuerySet[Visit]:
    """Operators' visits at the actor's tenant, newest first."""
    authorize(actor, Action.AGENCY_VIEW)
    return Visit.objects.filter(tenant=actor.tenant).select_related("operator", "tenant").order_by("-pk")


def get_visit(actor: Actor, public_id: str) -> Visit:
    visit = visits_at(actor).filter(public_id=public_id).first()
    if visit is None:
        raise NotFound(_("There is no such visit."))
    return visit


# ---------------------------------------------------------------- operators


@dataclass(frozen=True)
class TenantFacts:
    """Numbers, and nothing that the tenant wrote."""

    tenant: Tenant
    users: int
    datasets: int
    samples: int


def _facts(tenants: list[Tenant]) -> list[TenantFacts]:
    with walls.every_tenant("an operator counts what each tenant has"):
        users = dict(
            TenantUser.objects.filter(tenant__in=tenants).values_list("tenant").annotate(count=Count("pk")).order_by()
        )
        sums = Dataset.objects.filter(tenant__in=tenants).values_list("tenant").order_by()
        sets = {pk: (count, within or 0) for pk, count, within in sums.annotate(Count("pk"), Sum("sample_count"))}
    return [
        TenantFacts(
            tenant=tenant,
            users=users.get(tenant.pk, 0),
            datasets=sets.get(tenant.pk, (0, 0))[0],
            samples=sets.get(tenant.pk, (0, 0))[1],
        )
        for tenant in tenants
    ]


def tenants(actor: Actor, search: str = "") -> list[TenantFacts]:
    """The tenants of the platform by name, at most 500; four statements."""
    authorize_operator(actor)
    found = Tenant.objects.order_by("name")
    if search:
        found = found.filter(name__icontains=search)
    with walls.every_tenant("an operator lists the tenants"):
        return _facts(list(found[:500]))


def get_tenant(actor: Actor, public_id: str) -> TenantFacts:
    authorize_operator(actor)
    with walls.every_tenant("an operator looks up a tenant"):
        tenant = Tenant.objects.filter(public_id=public_id).first()
    if tenant is None:
        raise NotFound(_("There is no such tenant."))
    return _facts([tenant])[0]


def own_visits(actor: Actor, tenant: Tenant) -> list[Visit]:
    """The operator's own visits at a tenant, newest first."""
    authorize_operator(actor)
    with walls.every_tenant("an operator sees their own visits"):
        return list(Visit.objects.filter(tenant=tenant, operator=actor.person).order_by("-pk")[:20])


def get_own_visit(actor: Actor, public_id: str) -> Visit:
    authorize_operator(actor)
    with walls.every_tenant("an operator sees their own visits"):
        own = Visit.objects.select_related("tenant", "operator").filter(operator=actor.person)
        visit = own.filter(public_id=public_id).first()
    if visit is None:
        raise NotFound(_("There is no such visit."))
    return visit
