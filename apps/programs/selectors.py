"""Reads: whose credential it is, and which credentials there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import CharField, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import refusal
from apps.accounts.models import Person
from apps.core.errors import NotFound
from apps.core.prepared import Prepared, Slot
from apps.programs import secrets
from apps.programs.bounds import bounds_of
from apps.programs.models import AccessKey, AccessToken, PersonalToken
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.selectors import actor_of_person, password_mark
from apps.tenants.standing_in import acting_as

_access_key = Prepared(
    lambda: AccessKey.objects.select_related("person__tenant_user__tenant").filter(
        access_key=Slot("access_key", CharField()), is_active=True
    )
)
_personal_token = Prepared(
    lambda: PersonalToken.objects.select_related("person__tenant_user__tenant", "project").filter(
        digest=Slot("digest", CharField())
    )
)
_access_token = Prepared(
    lambda: AccessToken.objects.select_related(
        "person__tenant_user__tenant", "project", "personal_token", "access_key"
    ).filter(digest=Slot("digest", CharField()))
)


def access_key_row(access_key: str) -> AccessKey | None:
    """The key if it may be used; whether its person may come in is another question."""
    claimed = secrets.tenant_of_access_key(access_key)
    if claimed is None:
        return None
    walls.enter(claimed)
    return _access_key.first(access_key=access_key)


def personal_token_row(secret: str, *, now: datetime | None = None) -> PersonalToken | None:
    """The token if it has neither expired nor outlived the password it was made under."""
    claimed = secrets.tenant_of_personal_token(secret)
    if claimed is None:
        return None
    walls.enter(claimed)
    row = _personal_token.first(digest=secrets.digest(secret))
    return row if row is not None and _lives(row, now or timezone.now()) else None


def access_token_row(secret: str, *, now: datetime | None = None) -> AccessToken | None:
    """The token if it lives, and so does what it was issued for."""
    now = now or timezone.now()
    claimed = secrets.tenant_of_token(secret)
    if claimed is None:
        return None
    walls.enter(claimed)
    row = _access_token.first(digest=secrets.digest(secret))
    if row is None or not _lives(row, now):
        return None
    if row.personal_token is not None and row.personal_token.expires_at <= now:
        return None
    if row.access_key is not None and not row.access_key.is_active:
        return None
    return row


def _lives(row: AccessToken | PersonalToken, now: datetime) -> bool:
    return row.expires_at > now and row.password_mark == password_mark(row.person)


def _actor(person: Person, tenant: int, credential: str, *, by_password: bool = False) -> Actor:
    """The person as a program of theirs; a visitor when they may not come in, or no longer belong to the tenant.

    A second factor is asked of passwords only: who made a key or a personal token had come in completely. But it was
    not shown with this request, which policies may ask for.
    """
    actor = actor_of_person(person, via="api", mfa=not by_password)
    if actor.tenant is None or actor.tenant.pk != tenant:
        return Actor(via="api", credential=credential)
    return replace(actor, credential=credential, mfa=False)


def actor_of_access_key(row: AccessKey) -> Actor:
    return _actor(row.person, row.tenant_id, f"access key {row.access_key}")


def actor_of_personal_token(row: PersonalToken) -> Actor:
    actor = _actor(row.person, row.tenant_id, f"personal token {row.public_id}")
    if actor.tenant is None:
        return actor
    return replace(actor, project=row.project, bounds=bounds_of(row.scope))


def actor_of_access_token(row: AccessToken) -> Actor:
    """With what it was issued for it shares the bounds."""
    credential = "token"
    if row.personal_token is not None:
        credential = f"personal token {row.personal_token.public_id}"
    elif row.access_key is not None:
        credential = f"access key {row.access_key.access_key}"
    by_password = row.personal_token is None and row.access_key is None
    actor = _actor(row.person, row.tenant_id, credential, by_password=by_password)
    if actor.tenant is None:
        return actor
    bounds = bounds_of(row.personal_token.scope) if row.personal_token is not None else None
    actor = replace(actor, project=row.project, bounds=bounds)
    if not row.acting:
        return actor
    acting = acting_as(actor, row.acting)
    # The agency has ended: its token does not become one of the person's own.
    return acting if acting.agency else Actor(via="api", credential=credential)


def actor_of_token(secret: str) -> Actor | None:
    """The actor of a token in `X-Auth-Token`, a personal one or one of Keystone; None when it is worth nothing."""
    if secret.startswith(secrets.PERSONAL):
        personal = personal_token_row(secret)
        found = actor_of_personal_token(personal) if personal else None
    else:
        row = access_token_row(secret)
        found = actor_of_access_token(row) if row else None
    return found if found is not None and found.person is not None else None


def access_keys_of(actor: Actor) -> QuerySet[AccessKey]:
    """The actor's own."""
    rows = AccessKey.objects.filter(tenant=actor.tenant, person=actor.person) if actor.tenant else None
    return rows.order_by("pk") if rows is not None else AccessKey.objects.none()


def personal_tokens_of(actor: Actor) -> QuerySet[PersonalToken]:
    """The actor's own, those that have expired included: a person sees why a program stopped."""
    rows = PersonalToken.objects.filter(tenant=actor.tenant, person=actor.person) if actor.tenant else None
    return rows.select_related("project").order_by("pk") if rows is not None else PersonalToken.objects.none()


def _manageable(actor: Actor) -> Q:
    """Own ones, and those of everybody in the tenant for who may see them."""
    of_tenant = Q(tenant=actor.tenant)
    return of_tenant if refusal(actor, Action.CREDENTIAL_VIEW) is None else of_tenant & Q(person=actor.person)


def all_access_keys(actor: Actor) -> QuerySet[AccessKey]:
    if actor.tenant is None:
        return AccessKey.objects.none()
    return AccessKey.objects.filter(_manageable(actor)).select_related("person").order_by("person__login", "pk")


def all_personal_tokens(actor: Actor) -> QuerySet[PersonalToken]:
    if actor.tenant is None:
        return PersonalToken.objects.none()
    rows = PersonalToken.objects.filter(_manageable(actor))
    return rows.select_related("person", "project").order_by("person__login", "pk")


def get_access_key(actor: Actor, key_id: str) -> AccessKey:
    row = all_access_keys(actor).filter(public_id=key_id).first()
    if row is None:
        raise NotFound(_("There is no such access key."))
    return row


def get_personal_token(actor: Actor, token_id: str) -> PersonalToken:
    row = all_personal_tokens(actor).filter(public_id=token_id).first()
    if row is None:
        raise NotFound(_("There is no such token."))
    return row


def get_token(actor: Actor, secret: str) -> AccessToken:
    """A living Keystone token of the actor's own, or of their tenant when they may see its credentials."""
    row = access_token_row(secret)
    own = row is not None and actor.person is not None and row.person_id == actor.person.pk
    if row is None or actor.tenant is None or row.tenant_id != actor.tenant.pk:
        raise NotFound(_("There is no such token."))
    if not own and refusal(actor, Action.CREDENTIAL_VIEW) is not None:
        raise NotFound(_("There is no such token."))
    return row
