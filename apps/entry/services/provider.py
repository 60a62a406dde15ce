"""The tenant's own OpenID provider: setting it up, and letting in whom it vouches for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.accounts import services as accounts
from apps.accounts.models import Person
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Denied, Invalid
from apps.core.sealing import seal
from apps.entry import oidc, selectors
from apps.entry.models import ProviderIdentity, SignInProvider
from apps.entry.services.sign_in import let_in
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Group, TenantUser
from apps.tenants.rights import rights_changed

LONGEST_NAME = 64


@transaction.atomic
def save_sign_in_provider(
    *,
    actor: Actor,
    name: str,
    issuer: str,
    client_id: str,
    secret: str = "",
    groups_claim: str = "",
    groups: Mapping[str, str] | None = None,
    creates_users: bool = False,
) -> SignInProvider:
    """The tenant's provider, made or changed. An empty `secret` keeps the one that is there.

    `groups` maps a value of the claim to a group's public id. Another issuer knows other people: links end.
    """
    authorize(actor, Action.SIGN_IN_RULES_UPDATE)
    assert actor.tenant is not None
    issuer, client_id, name = issuer.strip(), client_id.strip(), name.strip()
    if not name or not client_id:
        raise Invalid(_("Give the name and the client id."), field="name" if not name else "client_id")
    oidc.check_issuer(issuer)
    groups = dict(groups or {})
    known = set(Group.objects.filter(tenant=actor.tenant).values_list("public_id", flat=True))
    if set(groups.values()) - known:
        raise Invalid(_("There is no such group in your tenant."), field="groups")
    provider = SignInProvider.objects.filter(tenant=actor.tenant).first() or SignInProvider(tenant=actor.tenant)
    if provider.pk and (provider.issuer, provider.client_id) != (issuer, client_id):
        ProviderIdentity.objects.filter(provider=provider).delete()
        # A secret goes to nobody but the provider that it was entered for.
        provider.sealed_secret = ""
    provider.name, provider.issuer, provider.client_id = name[:LONGEST_NAME], issuer, client_id
    provider.groups_claim, provider.groups, provider.creates_users = groups_claim.strip(), groups, creates_users
    if secret:
        provider.sealed_secret = seal(secret, purpose=oidc.PURPOSE)
    provider.save()
    said = {"issuer": issuer, "client_id": client_id, "creates_users": creates_users, "groups": groups}
    record(actor, Event.SAVE_SIGN_IN_PROVIDER, provider, request=said)
    return provider


@transaction.atomic
def delete_sign_in_provider(*, actor: Actor) -> None:
    """Nobody comes in by the provider any more; those who are in stay until their sessions end."""
    authorize(actor, Action.SIGN_IN_RULES_UPDATE)
    provider = selectors.own_provider(actor)
    record(actor, Event.DELETE_SIGN_IN_PROVIDER, provider)
    provider.delete()


def sign_in_with_provider(
    *, visitor: Actor, provider: SignInProvider, journey: oidc.Journey, answer: Mapping[str, str]
) -> tuple[Person, bool, bool]:
    """Whom the provider vouches for, whether they are in (else a code is asked for first), whether it asked for one."""
    with walls.behind(provider.tenant_id):
        try:
            claims = oidc.finish(provider, journey, answer)
            person = _person_of(visitor, provider, claims)
        except Denied as error:
            said = {"provider": provider.issuer, "reason": str(error)}
            record(visitor, Event.SIGN_IN, provider, request=said, level="warning", code=401, tenant=provider.tenant)
            raise
        mfa = oidc.showed_second_factor(claims)
        if accounts.second_factor_required(person) and not mfa:
            return person, False, False
        return let_in(visitor=visitor, person=person, mfa=mfa), True, mfa


@transaction.atomic
def _person_of(visitor: Actor, provider: SignInProvider, claims: Mapping[str, Any]) -> Person:
    found = ProviderIdentity.objects.select_related("person").filter(provider=provider, subject=claims["sub"]).first()
    person = found.person if found else _introduced(visitor, provider, claims)
    if not person.is_active:
        raise Denied(_("This account is disabled. Ask an admin of your tenant."), code="ModelArts.0201")
    _follow_groups(visitor, provider, person, claims)
    return person


def _introduced(visitor: Actor, provider: SignInProvider, claims: Mapping[str, Any]) -> Person:
    """The person at their first sign-in: the user of the tenant who has this address, or a new one."""
    address = str(claims.get("email", "")).strip().lower()
    if not address or claims.get("email_verified") not in (True, "true"):
        raise Denied(
            _("The sign-in server does not say that your e-mail address is verified. Ask an admin of your tenant."),
            code="ModelArts.0201",
        )
    same = TenantUser.objects.select_related("person").filter(tenant=provider.tenant, person__email=address)
    known = list(same[:2])
    if len(known) > 1:
        raise Denied(_("Several users have your e-mail address. Ask an admin of your tenant."), code="ModelArts.0201")
    if known:
        person = known[0].person
    elif provider.creates_users:
        person = _created(visitor, provider, address, str(claims.get("name", "")))
    else:
        raise Denied(
            _("There is no user with your e-mail address. Ask an admin of your tenant."), code="ModelArts.0201"
        )
    if person.is_active:
        ProviderIdentity.objects.create(tenant=provider.tenant, provider=provider, person=person, subject=claims["sub"])
    return person


def _created(visitor: Actor, provider: SignInProvider, address: str, name: str) -> Person:
    """A user without a password, in the tenant's default group."""
    login = f"{provider.tenant.name}/{address}"
    kind = Person.Kind.USER
    person = accounts.create_person(login=login, kind=kind, email=address, name=name.strip()[:128] or address)
    TenantUser.objects.create(tenant=provider.tenant, person=person)
    person.groups.add(*Group.objects.filter(tenant=provider.tenant, is_default=True).values_list("holder", flat=True))
    rights_changed(provider.tenant, person)
    said = {"provider": provider.issuer}
    record(visitor, Event.CREATE_USER, person, request=said, tenant=provider.tenant)
    return person


def _follow_groups(visitor: Actor, provider: SignInProvider, person: Person, claims: Mapping[str, Any]) -> None:
    """The person is in exactly those of the mapped groups that the claim names; other groups are not touched."""
    if not provider.groups_claim or not provider.groups:
        return
    claim = claims.get(provider.groups_claim, [])
    values = {str(value) for value in claim} if isinstance(claim, list) else {str(claim)}
    mapped = Group.objects.filter(tenant=provider.tenant, public_id__in=set(provider.groups.values()))
    due = {provider.groups[value] for value in values & set(provider.groups)}
    present = set(person.groups.values_list("pk", flat=True))
    for group in mapped:
        if group.public_id in due and group.holder_id not in present:
            person.groups.add(group.holder_id)
            event = Event.ADD_USER_TO_GROUP
        elif group.public_id not in due and group.holder_id in present:
            person.groups.remove(group.holder_id)
            event = Event.REMOVE_USER_FROM_GROUP
        else:
            continue
        rights_changed(provider.tenant, person)
        said = {"user": person.public_id, "provider": provider.issuer}
        record(visitor, event, group, request=said, tenant=provider.tenant)
