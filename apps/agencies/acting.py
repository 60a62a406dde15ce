"""The actor under an agency, and the one of an operator's visit. Read with every request, so that both end at once."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache

from django.utils import timezone

from apps.access.actions import Action
from apps.access.catalogue import CATALOGUE
from apps.access.resources import Resource, resource_name
from apps.access.services import explain
from apps.accounts.models import Person
from apps.agencies.models import Agency, Visit
from apps.policies.documents import parse
from apps.policies.evaluation import PolicySet
from apps.policies.system import SYSTEM_POLICIES, TENANT_GUEST
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant
from apps.tenants.standing_in import stands_in

VISIT = "operator visit"
_looking = PolicySet([(VISIT, SYSTEM_POLICIES[TENANT_GUEST].document)])


@lru_cache(maxsize=1024)
def _bounds(name: str, document: str) -> PolicySet:
    return PolicySet([(name, parse(document, CATALOGUE))])


def agency_resource(actor: Actor, agency: Agency) -> Resource:
    """What the trusted tenant's own policies are asked about: whether this user of theirs may use the agency."""
    return Resource(resource_name("iam", "agency", agency.public_id, actor.tenant), {})


def usable(actor: Actor, public_id: str = "", *, domain: str = "", name: str = "") -> Agency | None:
    """The agency with this id, or with this name in the tenant `domain`, if the actor may act under it now."""
    wanted = {"public_id": public_id} if public_id else {"tenant__name": domain, "name": name}
    with walls.every_tenant("an agency belongs to another tenant than the one who acts under it"):
        agency = (
            Agency.objects.select_related("tenant", "project", "trusted")
            .filter(trusted=actor.tenant, tenant__state=Tenant.State.ACTIVE, expires_at__gt=timezone.now(), **wanted)
            .first()
        )
    if agency is None or actor.tenant is None or actor.agency or actor.bounds is not None:
        return None
    if not explain(actor, Action.AGENCY_ASSUME, agency_resource(actor, agency)).allowed:
        return None
    return agency


def under(actor: Actor, agency: Agency) -> Actor:
    """The user of the trusted tenant, as they may act for the other one."""
    return replace(
        actor,
        tenant=agency.tenant,
        project=agency.project,
        is_admin=False,
        bounds=_bounds(agency.name, agency.document),
        agency=agency.name,
        home=actor.tenant,
    )


@stands_in("agency")
def under_agency(actor: Actor, public_id: str) -> Actor | None:
    agency = usable(actor, public_id)
    return under(actor, agency) if agency else None


@stands_in("visit")
def on_visit(actor: Actor, public_id: str) -> Actor | None:
    """An operator at a tenant: looking, and nothing else."""
    if actor.person is None or actor.person.kind != Person.Kind.OPERATOR:
        return None
    with walls.every_tenant("an operator's visit is known before it is known to which tenant it leads"):
        visit = Visit.objects.select_related("tenant").filter(public_id=public_id, operator=actor.person).first()
    if visit is None or not visit.is_open or visit.tenant.state != Tenant.State.ACTIVE:
        return None
    return replace(actor, tenant=visit.tenant, is_admin=False, bounds=_looking, agency=VISIT)


def one_action(*actions: str) -> str:
    """The document of an agency for these actions on anything."""
    statement = {"Effect": "Allow", "Action": list(actions)}
    return json.dumps({"Version": "1.1", "Statement": [statement]})
