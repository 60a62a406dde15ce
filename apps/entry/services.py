"""Writes of coming in: each one leaves an event.

A person acts on themselves here, so there is nobody to ask for permission: the password is the permission.
"""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.models import Person
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Denied, Invalid
from apps.tenants import selectors
from apps.tenants import services as tenants
from apps.tenants.actors import Actor
from apps.tenants.services import NewToken


def _check(login: str, password: str, visitor: Actor) -> Person:
    try:
        return accounts.check_password(login=login, password=password, address=visitor.source_ip)
    except Denied:
        record(visitor, Event.SIGN_IN, request={"login": login[:320]}, level="warning", code=401)
        raise


def sign_in(*, visitor: Actor, login: str, password: str) -> Person:
    """The person who may come in; Denied for a wrong name or password, a suspended tenant, too many failures."""
    person = _check(login, password, visitor)
    with transaction.atomic():
        found = Person.objects.select_related("tenant_user__tenant").get(pk=person.pk)
        actor = selectors.actor_of_person(found, via=visitor.via)
        if actor.person is None:
            raise Denied(_("This account is suspended. Ask the operator of this server."), code="ModelArts.0201")
        record(replace(actor, source_ip=visitor.source_ip, request_id=visitor.request_id), Event.SIGN_IN, found)
    return person


@transaction.atomic
def sign_out(*, actor: Actor) -> None:
    record(actor, Event.SIGN_OUT, actor.person)


@transaction.atomic
def change_password(*, actor: Actor, current: str, password: str) -> None:
    """Invalid(field="current") when the current password is wrong, Invalid(field="password") for a weak new one."""
    assert actor.person is not None
    if not actor.person.check_password(current):
        raise Invalid(_("This is not your current password."), field="current")
    accounts.set_password(actor.person, password)
    record(actor, Event.CHANGE_PASSWORD, actor.person)


@transaction.atomic
def set_language(*, actor: Actor, language: str) -> None:
    assert actor.person is not None
    Person.objects.filter(pk=actor.person.pk).update(language=language)
    record(actor, Event.UPDATE_PERSON, actor.person, request={"language": language})


def create_token(
    *, visitor: Actor, login: str, password: str, project_name: str = "", project_id: str = ""
) -> NewToken:
    """A token of the API for a name and password, bound to one project of the person's tenant."""
    person = _check(login, password, visitor)
    with transaction.atomic():
        token = tenants.issue_token(
            person=person,
            project_name=project_name,
            project_id=project_id,
            via_address=visitor.source_ip,
            request_id=visitor.request_id,
        )
        record(token.actor, Event.CREATE_TOKEN, token.actor.person)
    return token
