"""Writes: tokens as Keystone gives them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Denied, NotFound
from apps.programs import secrets, selectors
from apps.programs.models import AccessToken
from apps.programs.services.signing_in import Proof
from apps.tenants.actors import Actor
from apps.tenants.models import Project, Tenant
from apps.tenants.selectors import actor_of_person, password_mark, projects_of
from apps.tenants.standing_in import assume
from apps.tenants.walled_requests import known_person

LIFETIME = timedelta(hours=24)


@dataclass(frozen=True)
class Wanted:
    """What the token shall be for: a project (by id, by name, or the first one), the tenant (`domain`), or nothing."""

    scope: AccessToken.Scope = AccessToken.Scope.PROJECT
    project_id: str = ""
    project_name: str = ""
    domain_id: str = ""
    domain_name: str = ""


@dataclass(frozen=True)
class NewToken:
    """The only time that the secret is there to be read."""

    secret: str
    actor: Actor
    row: AccessToken


def _project(actor: Actor, proof: Proof, wanted: Wanted) -> Project:
    bound = proof.personal_token.project if proof.personal_token is not None else None
    projects = projects_of(actor)
    if bound is not None:
        projects = projects.filter(pk=bound.pk)
    if wanted.project_id:
        projects = projects.filter(public_id=wanted.project_id)
    elif wanted.project_name:
        projects = projects.filter(name=wanted.project_name)
    project = projects.first()
    if project is None:
        raise NotFound(_("There is no such project."), code="ModelArts.0210")
    return project


def _require_own_domain(tenant: Tenant, wanted: Wanted) -> None:
    named = wanted.domain_id not in ("", tenant.public_id) or wanted.domain_name.lower() not in ("", tenant.name)
    if named:
        raise NotFound(_("There is no such project."), code="ModelArts.0210")


def _actor(proof: Proof) -> Actor:
    if proof.token is not None:
        return selectors.actor_of_access_token(proof.token)
    if proof.personal_token is not None:
        return selectors.actor_of_personal_token(proof.personal_token)
    if proof.access_key is not None:
        return selectors.actor_of_access_key(proof.access_key)
    return replace(actor_of_person(known_person(proof.person.pk), via="api"), credential="token")


def _issue(proof: Proof, wanted: Wanted) -> NewToken:
    actor = _actor(proof)
    if actor.person is None or actor.tenant is None:
        raise Denied(_("This account has no API access."), code="ModelArts.0201")
    _require_own_domain(actor.tenant, wanted)
    project: Project | None = None
    if wanted.scope == AccessToken.Scope.PROJECT:
        project = _project(actor, proof, wanted)
    elif proof.personal_token is not None and proof.personal_token.project_id is not None:
        raise Denied(_("This token is for one project only."), code="ModelArts.0201")
    now = timezone.now()
    # A token that was issued for another credential never outlives it.
    ends = [now + LIFETIME, *(given.expires_at for given in (proof.token, proof.personal_token) if given is not None)]
    AccessToken.objects.filter(person=actor.person, expires_at__lte=now).delete()
    secret = secrets.new_token(actor.tenant.pk)
    row = AccessToken.objects.create(
        tenant=actor.tenant,
        person=actor.person,
        scope=wanted.scope,
        project=project,
        digest=secrets.digest(secret),
        password_mark=password_mark(actor.person),
        methods=" ".join(proof.methods),
        issued_at=now,
        expires_at=min(ends),
        issued_for=proof.token,
        personal_token=proof.personal_token,
        access_key=proof.access_key,
    )
    return NewToken(secret, replace(actor, project=project), row)


@transaction.atomic
def issue_token(*, person: Person, project_id: str = "") -> NewToken:
    """A token for one project of the person's tenant (default: the first one), for a caller who knows the person.

    Raises Denied for a person without a tenant, NotFound for a project that is not the tenant's.
    """
    return _issue(Proof(person, ("password",)), Wanted(project_id=project_id))


@transaction.atomic
def grant_token(*, visitor: Actor, proof: Proof, wanted: Wanted) -> NewToken:
    """A token for a program that proved for whom it works. Raises as `issue_token` does."""
    token = _issue(proof, wanted)
    actor = replace(
        token.actor,
        source_ip=visitor.source_ip,
        request_id=visitor.request_id,
        user_agent=visitor.user_agent,
    )
    told = {"methods": proof.methods, "scope": wanted.scope.value}
    record(actor, Event.CREATE_TOKEN, actor.person, request=told)
    return replace(token, actor=actor)


@transaction.atomic
def grant_agency_token(*, actor: Actor, domain: str, agency: str) -> NewToken:
    """A token that acts for another tenant under an agency; it ends with the agency, and with the actor's own rights.

    `actor` came with a token of their own. NotFound where there is no such agency, Denied for a visitor.
    """
    if actor.person is None or actor.tenant is None:
        raise Denied(_("Show a token of your own in X-Auth-Token."), code="ModelArts.0201")
    home = actor.tenant
    acting, under = assume(actor, domain, agency)
    now = timezone.now()
    secret = secrets.new_token(home.pk)
    row = AccessToken.objects.create(
        tenant=home,
        person=actor.person,
        digest=secrets.digest(secret),
        password_mark=password_mark(actor.person),
        methods="assume_role",
        issued_at=now,
        expires_at=now + LIFETIME,
        acting=acting,
    )
    record(actor, Event.CREATE_TOKEN, actor.person, request={"methods": ["assume_role"], "agency": agency})
    return NewToken(secret, under, row)


@transaction.atomic
def revoke_token(*, actor: Actor, row: AccessToken) -> None:
    """Ends the token and every one that was issued for it."""
    record(actor, Event.REVOKE_TOKEN, row.person)
    row.delete()
