"""Coming in and going out. Nobody is asked for permission here: what is shown at the door is the permission."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.models import Person
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Denied
from apps.entry import selectors
from apps.tenants.actors import Actor
from apps.tenants.rights import rights_changed


def _refuse(visitor: Actor, login: str, error: Denied) -> Denied:
    """Notes the failure in a transaction of its own, under the name that was typed."""
    record(visitor, Event.SIGN_IN, request={"login": login[:320]}, level="warning", code=401)
    return error


def check(login: str, password: str, visitor: Actor) -> Person:
    """The person with this name and password; a failure is recorded."""
    try:
        return accounts.check_password(login=login, password=password, address=visitor.source_ip)
    except Denied as error:
        raise _refuse(visitor, login, error) from None


@transaction.atomic
def let_in(*, visitor: Actor, person: Person, mfa: bool = False) -> Person:
    """The person comes in; Denied for one who may not any more, or whose tenant is suspended."""
    actor = selectors.as_person(visitor, person, mfa=mfa)
    if actor.person is None:
        raise Denied(_("This account is suspended. Ask the operator of this server."), code="ModelArts.0201")
    record(actor, Event.WORKER_SIGN_IN if actor.is_worker else Event.SIGN_IN, actor.person, request={"mfa": mfa})
    return actor.person


def sign_in(*, visitor: Actor, login: str, password: str) -> tuple[Person, bool]:
    """The person with this name and password, and whether they are in: else a code is asked for first."""
    person = check(login, password, visitor)
    if accounts.second_factor_required(person):
        return person, False
    return let_in(visitor=visitor, person=person), True


def sign_in_with_code(*, visitor: Actor, person: Person, code: str) -> Person:
    """The second step of somebody whose password was right: a code of their app, or a recovery code."""
    if not accounts.check_second_factor(person, code, address=visitor.source_ip):
        wrong = Denied(
            _("This code is not right, or was used before. Wait for the next one and type that."), code="ModelArts.0201"
        )
        raise _refuse(visitor, person.login, wrong)
    return let_in(visitor=visitor, person=person, mfa=True)


@transaction.atomic
def sign_out(*, actor: Actor) -> None:
    """Says that the person's session has ended; the page has closed it."""
    rights_changed(None, actor.person)
    record(actor, Event.WORKER_SIGN_OUT if actor.is_worker else Event.SIGN_OUT, actor.person)
