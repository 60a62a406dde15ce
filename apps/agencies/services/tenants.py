"""What operators do with tenants: make, suspend, resume, erase. None of it shows them a tenant's data."""

from __future__ import annotations

import re
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.models import Person
from apps.agencies.policies import authorize_operator
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Invalid
from apps.storage.services import make_bucket
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant
from apps.tenants.rights import rights_changed
from apps.tenants.services import NewTenant, create_tenant

_NAME = re.compile(r"[a-z0-9._-]{1,64}")


@transaction.atomic
def create_operator(*, name: str, password: str) -> Person:
    """Somebody who runs the platform; signs in as `/name`. From the command line only, so it asks nobody."""
    if not _NAME.fullmatch(name):
        raise Invalid(_("A name has small letters, digits, '.', '_' and '-'."), field="name")
    person = accounts.create_person(login=f"/{name}", kind=Person.Kind.OPERATOR, name=name, password=password)
    record(Actor(person=person, via="system"), Event.CREATE_OPERATOR, person)
    return person


@transaction.atomic
def create_tenant_for(*, actor: Actor, name: str, admin: str) -> tuple[NewTenant, str]:
    """A tenant, and the initial password of its admin: shown once, to be changed at the first sign-in."""
    authorize_operator(actor)
    password = secrets.token_urlsafe(12)
    with walls.every_tenant("the operator makes a tenant"):
        made = create_tenant(name=name, admin=admin, password=password)
        Person.objects.filter(pk=made.admin.pk).update(must_change_password=True)
        make_bucket(made.bucket.name)
        record(actor, Event.CREATE_TENANT, made.tenant, request={"admin": made.admin.login})
    return made, password


def _set_state(tenant: Tenant, state: str, *before: str) -> None:
    with walls.every_tenant("an operator shuts and opens tenants"):
        if not Tenant.objects.filter(pk=tenant.pk, state__in=before).update(state=state):
            raise Conflict(_("The tenant was changed meanwhile. Look again."))
        tenant.state = state
        rights_changed(tenant)


@transaction.atomic
def suspend_tenant(*, actor: Actor, tenant: Tenant) -> None:
    """Nobody of the tenant comes in any more, by whatever way, from this moment on; nothing of theirs is touched."""
    authorize_operator(actor)
    _set_state(tenant, Tenant.State.SUSPENDED, Tenant.State.ACTIVE)
    with walls.every_tenant("an operator's act is in the tenant's log"):
        record(actor, Event.SUSPEND_TENANT, tenant, tenant=tenant)


@transaction.atomic
def resume_tenant(*, actor: Actor, tenant: Tenant) -> None:
    authorize_operator(actor)
    _set_state(tenant, Tenant.State.ACTIVE, Tenant.State.SUSPENDED)
    with walls.every_tenant("an operator's act is in the tenant's log"):
        record(actor, Event.RESUME_TENANT, tenant, tenant=tenant)


@transaction.atomic
def erase_tenant(*, actor: Actor, tenant: Tenant, typed_name: str) -> None:
    """Begins to remove a suspended tenant with everything it has; a task does the work and can be killed at any time.

    Invalid unless the name was typed, Conflict unless the tenant is suspended. Its events stay in the log until their
    time is over: they prove who erased it.
    """
    authorize_operator(actor)
    if typed_name != tenant.name:
        raise Invalid(_("Type the tenant's name to erase it."), field="typed_name")
    _set_state(tenant, Tenant.State.ERASING, Tenant.State.SUSPENDED)
    with walls.every_tenant("an operator's act is in the tenant's log"):
        record(actor, Event.ERASE_TENANT, tenant, tenant=tenant)
    record(actor, Event.ERASE_TENANT, tenant, request={"name": tenant.name, "id": tenant.public_id})
