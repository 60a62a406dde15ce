"""Giving, changing and ending agencies; acting under one."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.catalogue import CATALOGUE
from apps.access.services import authorize
from apps.agencies.acting import agency_resource, under, usable
from apps.agencies.models import Agency
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Invalid, NotFound
from apps.iam.giving import require_may_give
from apps.iam.handing import given
from apps.policies.documents import parse
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Project, Tenant
from apps.tenants.rights import rights_changed
from apps.tenants.standing_in import assumes

LONGEST = timedelta(days=366)
_NAME = re.compile(r"[\w-]{1,64}")


def _clean_end(expires_at: datetime) -> datetime:
    now = timezone.now()
    if not now < expires_at <= now + LONGEST:
        raise Invalid(_("An agency ends within a year from now."), field="expires_at")
    return expires_at


@transaction.atomic
def create_agency(
    *,
    actor: Actor,
    name: str,
    trusted: str,
    document: str,
    expires_at: datetime,
    project: Project | None = None,
    description: str = "",
) -> Agency:
    """Lets users of the tenant named `trusted` do for the actor's tenant what `document`, a policy, allows.

    Invalid for an unknown or the own tenant, a bad name, end or policy; Conflict for a name that is taken; Denied for
    rights that the actor does not hold themselves.
    """
    authorize(actor, Action.AGENCY_CREATE)
    assert actor.tenant is not None
    if not _NAME.fullmatch(name):
        raise Invalid(_("A name has 1 to 64 letters, digits, '_' and '-'."), field="name")
    with walls.every_tenant("an agency names the tenant that it trusts"):
        other = Tenant.objects.filter(name=trusted.strip().lower(), state=Tenant.State.ACTIVE).first()
    if other is None or other.pk == actor.tenant.pk:
        raise Invalid(_("There is no other tenant of this name."), field="trusted")
    policy = parse(document, CATALOGUE)
    require_may_give(actor, given(policy), project)
    try:
        with transaction.atomic():
            agency = Agency.objects.create(
                tenant=actor.tenant,
                name=name,
                description=description[:256],
                trusted=other,
                trusted_name=other.name,
                document=policy.text(),
                project=project,
                expires_at=_clean_end(expires_at),
                created_by=actor.person,
            )
    except IntegrityError:
        raise Conflict(_("There is an agency '%(name)s' already.") % {"name": name}) from None
    _tell(agency)
    request = {"trusted": other.name, "expires_at": expires_at.isoformat(), "document": policy.as_json()}
    record(actor, Event.CREATE_AGENCY, agency, request=request)
    return agency


@transaction.atomic
def update_agency(*, actor: Actor, agency: Agency, expires_at: datetime, description: str | None = None) -> Agency:
    """Another end, another description. What an agency allows never changes: make another one."""
    authorize(actor, Action.AGENCY_UPDATE, agency)
    agency.expires_at = _clean_end(expires_at)
    if description is not None:
        agency.description = description[:256]
    agency.save(update_fields=["expires_at", "description"])
    _tell(agency)
    record(actor, Event.UPDATE_AGENCY, agency, request={"expires_at": expires_at.isoformat()})
    return agency


@transaction.atomic
def delete_agency(*, actor: Actor, agency: Agency) -> None:
    """Ends it for everybody who acts under it, with their next request."""
    authorize(actor, Action.AGENCY_DELETE, agency)
    record(actor, Event.DELETE_AGENCY, agency, request={"trusted": agency.trusted_name})
    _tell(agency)
    agency.delete()


def _tell(agency: Agency) -> None:
    """Who acts under it has pages of either tenant open."""
    with walls.every_tenant("the people of the trusted tenant are told that an agency changed"):
        rights_changed(agency.tenant)
        rights_changed(agency.trusted)


@transaction.atomic
def take_agency(*, actor: Actor, public_id: str = "", domain: str = "", name: str = "") -> tuple[str, Actor]:
    """Begins to act under an agency that the actor's tenant is trusted with; both tenants' logs say so.

    The agency is named by its id, or by the tenant that gave it and its name. Answers what to remember of it
    (`tenants.standing_in`), and the actor. NotFound where there is none that the actor may use.
    """
    agency = usable(actor, public_id, domain=domain, name=name)
    if agency is None:
        raise NotFound(_("There is no agency of this name that you may use."))
    authorize(actor, Action.AGENCY_ASSUME, agency_resource(actor, agency))
    acting = under(actor, agency)
    record(actor, Event.ASSUME_AGENCY, request={"agency": agency.name, "of": agency.tenant.name})
    with walls.behind(agency.tenant_id):
        Agency.objects.filter(pk=agency.pk).update(last_used_at=timezone.now())
        record(acting, Event.ASSUME_AGENCY, agency)
    return f"agency:{agency.public_id}", acting


@assumes
def assume_agency(actor: Actor, domain: str, name: str) -> tuple[str, Actor]:
    """The way of programs, which name an agency as people do."""
    return take_agency(actor=actor, domain=domain, name=name)


@transaction.atomic
def leave_agency(*, actor: Actor) -> None:
    """Back to oneself."""
    record(actor, Event.LEAVE_AGENCY, request={"agency": actor.agency})
