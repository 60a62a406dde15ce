"""Reads: actors out of sessions and tokens, projects of an actor."""

from __future__ import annotations

import hashlib

from django.db.models import CharField, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core.errors import NotFound
from apps.core.prepared import Prepared, Slot
from apps.tenants.actors import VISITOR, Actor
from apps.tenants.models import AccessToken, Bucket, Project, Tenant

_token = Prepared(
    lambda: AccessToken.objects.select_related("person__tenant_user__tenant", "project").filter(
        digest=Slot("digest", CharField())
    )
)


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def password_mark(person: Person) -> str:
    """A fingerprint that changes with the password and tells nothing about it."""
    return hashlib.sha256(f"token:{person.password}".encode()).hexdigest()


def actor_of_person(person: Person | None, *, via: str, source_ip: str = "", request_id: str = "") -> Actor:
    """The actor of a signed-in person. People of a suspended tenant are visitors."""
    if person is None or not person.is_active:
        return Actor(via=via, source_ip=source_ip, request_id=request_id)
    user = getattr(person, "tenant_user", None)
    if user is None:
        return Actor(person=person, via=via, source_ip=source_ip, request_id=request_id)
    if user.tenant.state != Tenant.State.ACTIVE:
        return Actor(via=via, source_ip=source_ip, request_id=request_id)
    return Actor(
        person=person,
        tenant=user.tenant,
        is_admin=user.is_admin,
        via=via,
        source_ip=source_ip,
        request_id=request_id,
    )


def actor_of_token(token: str, *, source_ip: str = "", request_id: str = "") -> Actor:
    """The actor of an API token; VISITOR when it is unknown, expired, or older than the person's password."""
    row = _token.first(digest=token_digest(token))
    if row is None or row.expires_at <= timezone.now() or row.password_mark != password_mark(row.person):
        return VISITOR
    actor = actor_of_person(row.person, via="api", source_ip=source_ip, request_id=request_id)
    return actor.within(actor.tenant, row.project) if actor.tenant else actor


def projects_of(actor: Actor) -> QuerySet[Project]:
    if actor.tenant is None:
        return Project.objects.none()
    return Project.objects.filter(tenant=actor.tenant).order_by("pk")


def in_project(actor: Actor, project_id: str) -> Actor:
    """The actor bound to the project of an API path; NotFound for a foreign one, as for one that does not exist.

    A worker stays unbound: the selectors of `labeling` bind them to the tenant of the task they take part in.
    """
    if actor.tenant is None:
        return actor
    if actor.project is not None:
        if actor.project.public_id != project_id:
            raise NotFound(_("There is no such project."), code="ModelArts.0210")
        return actor
    project = projects_of(actor).filter(public_id=project_id).first()
    if project is None:
        raise NotFound(_("There is no such project."), code="ModelArts.0210")
    return actor.within(actor.tenant, project)


def in_default_project(actor: Actor) -> Actor:
    """The actor of a page, bound to the tenant's first project."""
    if actor.tenant is None or actor.project is not None:
        return actor
    return actor.within(actor.tenant, projects_of(actor).first())


def buckets_of(actor: Actor) -> QuerySet[Bucket]:
    if actor.tenant is None:
        return Bucket.objects.none()
    return Bucket.objects.filter(tenant=actor.tenant).order_by("name")


def owns_bucket(actor: Actor, name: str) -> bool:
    return buckets_of(actor).filter(name=name).exists()
