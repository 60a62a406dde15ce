"""A person's own settings."""

from __future__ import annotations

from django.db import transaction

from apps.accounts.models import Person
from apps.audit.events import Event
from apps.audit.services import record
from apps.tenants.actors import Actor


@transaction.atomic
def set_language(*, actor: Actor, language: str) -> None:
    assert actor.person is not None
    Person.objects.filter(pk=actor.person.pk).update(language=language)
    record(actor, Event.UPDATE_PERSON, actor.person, request={"language": language})
