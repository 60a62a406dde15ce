"""Reads: whom a name or a session stands for, before there is an actor of a tenant."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.accounts.models import Person
from apps.core.errors import NotFound
from apps.entry.models import SignInProvider
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Group, Session, Tenant, TenantUser
from apps.tenants.selectors import actor_of_person
from apps.tenants.walled_requests import known_person


def with_tenant(person: Person) -> Person:
    """The person as they are now, together with their tenant, behind whose wall it goes on."""
    return known_person(person.pk)


def as_person(visitor: Actor, person: Person, *, mfa: bool = False) -> Actor:
    """The actor that the visitor becomes by signing in as `person`; a visitor still when they may not."""
    actor = actor_of_person(with_tenant(person), via=visitor.via, source_ip=visitor.source_ip, mfa=mfa)
    return replace(actor, request_id=visitor.request_id, user_agent=visitor.user_agent)


def sessions_of(person: Person) -> QuerySet[Session]:
    """Where somebody is signed in, the latest use first."""
    return Session.objects.filter(person=person, expire_date__gt=timezone.now()).order_by("-seen_at", "session_key")


def users_of(tenant: Tenant) -> QuerySet[TenantUser]:
    """The tenant's users with their people, by name."""
    return TenantUser.objects.filter(tenant=tenant).select_related("person").order_by("person__login")


def get_user(actor: Actor, user_id: str) -> TenantUser:
    """The user of the actor's tenant with this public id; NotFound for any other."""
    found = users_of(actor.tenant).filter(person__public_id=user_id).first() if actor.tenant else None
    if found is None:
        raise NotFound(_("There is no such user."))
    return found


def provider_of(tenant_name: str) -> SignInProvider:
    """The provider of the tenant of this name; NotFound in the same words for no such tenant and for one without."""
    with walls.every_tenant("who signs in names their tenant before they are known"):
        found = (
            SignInProvider.objects.select_related("tenant")
            .filter(tenant__name=tenant_name.strip().lower(), tenant__state=Tenant.State.ACTIVE)
            .first()
        )
    if found is None:
        raise NotFound(_("No tenant of this name signs in with a server of its own. Check the name."))
    return found


def provider_under_way(public_id: str) -> SignInProvider | None:
    """The provider to which a sign-in went out."""
    with walls.every_tenant("who comes back from their provider is not known yet"):
        return SignInProvider.objects.select_related("tenant").filter(public_id=public_id).first()


def own_provider(actor: Actor) -> SignInProvider:
    found = SignInProvider.objects.filter(tenant=actor.tenant).first() if actor.tenant else None
    if found is None:
        raise NotFound(_("There is no sign-in server."))
    return found


@dataclass(frozen=True)
class SignInRules:
    """How the tenant's people come in."""

    demands_second_factor: bool
    provider: SignInProvider | None
    groups: list[Group]


def sign_in_rules(actor: Actor) -> SignInRules:
    authorize(actor, Action.SIGN_IN_RULES_VIEW)
    assert actor.tenant is not None
    return SignInRules(
        actor.tenant.demands_second_factor,
        SignInProvider.objects.filter(tenant=actor.tenant).first(),
        list(Group.objects.filter(tenant=actor.tenant).order_by("name")),
    )
