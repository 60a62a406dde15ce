"""Writes: the keys with which programs sign their requests."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.accounts.models import Person
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict
from apps.core.sealing import seal
from apps.programs import secrets
from apps.programs.models import AccessKey
from apps.tenants.actors import Actor

MOST_ACTIVE = 2
PURPOSE = "access key"


@dataclass(frozen=True)
class NewAccessKey:
    """The only time that the secret is there to be read."""

    row: AccessKey
    secret: str


def _require_room(row: AccessKey) -> None:
    """Two, so that one can be replaced without a pause; locks the person, so that two requests cannot make four."""
    Person.objects.select_for_update().get(pk=row.person_id)
    others = AccessKey.objects.filter(person=row.person, is_active=True).exclude(pk=row.pk)
    if others.count() >= MOST_ACTIVE:
        raise Conflict(
            _("There are two active access keys already. Disable or delete one of them first."), code="ModelArts.0103"
        )


@transaction.atomic
def create_access_key(*, actor: Actor, description: str = "") -> NewAccessKey:
    """A pair of keys for the actor; Conflict when there are two that are active."""
    row = AccessKey(tenant=actor.tenant, person=actor.person, description=description.strip()[:128])
    authorize(actor, Action.CREDENTIAL_CREATE, row)
    assert actor.tenant is not None
    _require_room(row)
    row.access_key, secret = secrets.new_access_key(actor.tenant.pk)
    row.secret = seal(secret, purpose=PURPOSE)
    row.save()
    record(actor, Event.CREATE_ACCESS_KEY, row, request={"description": row.description, "id": row.public_id})
    return NewAccessKey(row, secret)


@transaction.atomic
def set_access_key_active(*, actor: Actor, row: AccessKey, active: bool) -> None:
    """Disables a key, with every token that was issued for it, or enables it again."""
    authorize(actor, Action.CREDENTIAL_UPDATE, row)
    if active:
        _require_room(row)
    row.is_active = active
    row.save(update_fields=["is_active"])
    record(actor, Event.UPDATE_ACCESS_KEY, row, request={"active": active})


@transaction.atomic
def delete_access_key(*, actor: Actor, row: AccessKey) -> None:
    """Ends the key and every token that was issued for it."""
    authorize(actor, Action.CREDENTIAL_DELETE, row)
    record(actor, Event.DELETE_ACCESS_KEY, row)
    row.delete()
