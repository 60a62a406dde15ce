"""Writes: tenants with their first project, bucket and admin."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.models import Person
from apps.core.errors import Conflict, Invalid
from apps.tenants.models import Bucket, Project, Tenant, TenantUser

_TENANT_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_USER_NAME = re.compile(r"[\w.@+-]{1,64}")
_PROJECT_NAME = re.compile(r"[\w-]{1,64}")
_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


Founder = TypeVar("Founder", bound=Callable[[Tenant], None])
_founders: list[Callable[[Tenant], None]] = []


def founding(founder: Founder) -> Founder:
    """Registers what an app above gives every new tenant, in the transaction that makes it."""
    _founders.append(founder)
    return founder


@dataclass(frozen=True)
class NewTenant:
    tenant: Tenant
    project: Project
    bucket: Bucket
    admin: Person


@transaction.atomic
def create_tenant(*, name: str, admin: str, password: str, project: str = "default", bucket: str = "") -> NewTenant:
    """A tenant with one project, one bucket and an admin who signs in as `name/admin`.

    The platform operator's own act (command line), so it asks no one; the caller records it. Raises Invalid for a bad
    name, Conflict for a taken one.
    """
    name, admin = name.strip().lower(), admin.strip().lower()
    bucket = bucket or f"{name}-data"
    for value, pattern, field in (
        (name, _TENANT_NAME, "name"),
        (admin, _USER_NAME, "admin"),
        (project, _PROJECT_NAME, "project"),
        (bucket, _BUCKET_NAME, "bucket"),
    ):
        if not pattern.fullmatch(value) or ".." in value:
            raise Invalid(_("'%(value)s' is not possible here.") % {"value": value}, field=field)
    try:
        with transaction.atomic():
            tenant = Tenant.objects.create(name=name)
            first = Project.objects.create(tenant=tenant, name=project)
            store = Bucket.objects.create(tenant=tenant, name=bucket)
    except IntegrityError:
        raise Conflict(_("A tenant or bucket of this name exists. Choose another name.")) from None
    for founder in _founders:
        founder(tenant)
    person = accounts.create_person(
        login=f"{name}/{admin}",
        kind=Person.Kind.USER,
        email=admin if "@" in admin else "",
        name=admin,
        password=password,
    )
    TenantUser.objects.create(tenant=tenant, person=person, is_admin=True)
    return NewTenant(tenant, first, store, person)
