"""Reads: the actor that a person is, projects of an actor."""

from __future__ import annotations

import hashlib

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.accounts.sessions import MFA
from apps.core.errors import NotFound
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Bucket, Project, Tenant
from apps.tenants.sessions import SessionStore, person_of_session
from apps.tenants.standing_in import ACTING, acting_as


def password_mark(person: Person) -> str:
    """A fingerprint that changes with the password and tells nothing about it."""
    return hashlib.sha256(f"token:{person.password}".encode()).hexdigest()


def actor_of_person(
    person: Person | None, *, via: str, source_ip: str = "", request_id: str = "", mfa: bool = False
) -> Actor:
    """The actor of a signed-in person. People of a suspended tenant are visitors.

    Who has to finish coming in (`unfinished`) has no tenant before that. `mfa` says that a second factor was shown.
    """
    if person is None or not person.is_active:
        return Actor(via=via, source_ip=source_ip, request_id=request_id)
    user = getattr(person, "tenant_user", None)
    if user is None and person.kind == Person.Kind.USER:
        return Actor(via=via, source_ip=source_ip, request_id=request_id)
    if user is not None and user.tenant.state != Tenant.State.ACTIVE:
        return Actor(via=via, source_ip=source_ip, request_id=request_id)
    if user is None or unfinished(person, mfa=mfa):
        return Actor(person=person, via=via, source_ip=source_ip, request_id=request_id, mfa=mfa)
    return Actor(
        person=person,
        tenant=user.tenant,
        is_admin=user.is_admin,
        via=via,
        source_ip=source_ip,
        request_id=request_id,
        mfa=mfa,
    )


def unfinished(person: Person, *, mfa: bool = False) -> str:
    """The page on which a tenant's user has to finish coming in before anything else; empty when there is none."""
    user = getattr(person, "tenant_user", None)
    if user is None:
        return ""
    if person.must_change_password:
        return "account"
    if user.tenant.demands_second_factor and not (mfa or person.has_second_factor):
        return "second-factor"
    return ""


def actor_of_session(key: str) -> Actor:
    """Who is signed in in the session with this key at this moment; a visitor when nobody is."""
    store = SessionStore(key)
    with walls.behind(walls.claimed(key)):
        person = person_of_session(store)
        actor = actor_of_person(person, via="page", mfa=person is not None and bool(store.get(MFA)))
        return acting_as(actor, store.get(ACTING, "")) if person is not None else actor


def tenant_name(public_id: str) -> str | None:
    """The name of the tenant with this id, for a sign-in that names its domain so."""
    with walls.every_tenant("a sign-in names its domain by id before anybody is known"):
        return Tenant.objects.filter(public_id=public_id).values_list("name", flat=True).first()


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
