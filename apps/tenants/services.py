"""Writes: tenants with their first project, bucket and admin; API tokens."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.models import Person
from apps.core.errors import Conflict, Denied, Invalid, NotFound
from apps.tenants import selectors
from apps.tenants.actors import Actor
from apps.tenants.models import AccessToken, Bucket, Project, Tenant, TenantUser

TOKEN_LIFETIME = timedelta(hours=24)
_TENANT_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_USER_NAME = re.compile(r"[\w.@+-]{1,64}")
_PROJECT_NAME = re.compile(r"[\w-]{1,64}")
_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


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
    person = accounts.create_person(
        login=f"{name}/{admin}",
        kind=Person.Kind.USER,
        email=admin if "@" in admin else "",
        name=admin,
        password=password,
    )
    TenantUser.objects.create(tenant=tenant, person=person, is_admin=True)
    return NewTenant(tenant, first, store, person)


@dataclass(frozen=True)
class NewToken:
    secret: str
    actor: Actor
    issued_at: datetime
    expires_at: datetime


@transaction.atomic
def issue_token(
    *, person: Person, project_name: str = "", project_id: str = "", via_address: str = "", request_id: str = ""
) -> NewToken:
    """A token for one project of the person's tenant, named by id or name (default: the first one).

    Raises Denied for a person without a tenant, NotFound for a project that is not the tenant's.
    """
    person = Person.objects.select_related("tenant_user__tenant").get(pk=person.pk)
    actor = selectors.actor_of_person(person, via="api", source_ip=via_address, request_id=request_id)
    if actor.tenant is None:
        raise Denied(_("This account has no API access."), code="ModelArts.0201")
    projects = selectors.projects_of(actor)
    if project_id:
        projects = projects.filter(public_id=project_id)
    elif project_name:
        projects = projects.filter(name=project_name)
    project = projects.first()
    if project is None:
        raise NotFound(_("There is no such project."), code="ModelArts.0210")
    secret = secrets.token_urlsafe(48)
    now = timezone.now()
    token = AccessToken.objects.create(
        tenant=actor.tenant,
        person=person,
        project=project,
        digest=selectors.token_digest(secret),
        password_mark=selectors.password_mark(person),
        issued_at=now,
        expires_at=now + TOKEN_LIFETIME,
    )
    return NewToken(secret, actor.within(actor.tenant, project), token.issued_at, token.expires_at)
