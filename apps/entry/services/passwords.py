"""Changing a password, and getting a new one by mail when the old one is forgotten."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts import throttle
from apps.accounts.models import Person
from apps.accounts.services.passwords import LINK_LIFETIME
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Denied, Invalid, TooMany
from apps.entry import belonging, letters, selectors
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant
from apps.tenants.rights import rights_changed

LINKS_PER_NAME = 3
SECONDS_BETWEEN_LINKS = 15 * 60
REQUESTS_PER_ADDRESS = 20


@transaction.atomic
def change_password(*, actor: Actor, current: str, password: str) -> None:
    """Invalid(field="current") when the current password is wrong, Invalid(field="password") for a weak new one."""
    assert actor.person is not None
    attempt = throttle.begin(f"current:{actor.person.public_id}", actor.source_ip)
    if not actor.person.check_password(current):
        raise Invalid(_("This is not your current password."), field="current")
    attempt.succeeded()
    accounts.set_password(actor.person, password)
    rights_changed(actor.tenant, actor.person)
    record(actor, Event.WORKER_CHANGE_PASSWORD if actor.is_worker else Event.CHANGE_PASSWORD, actor.person)


def allow_reset_request(*, visitor: Actor) -> None:
    """TooMany when this address has asked for too many links; says nothing about any name."""
    throttle.limit(f"reset-asked:{throttle.block_of(visitor.source_ip)}", free=REQUESTS_PER_ADDRESS)


@transaction.atomic
def send_reset_link(*, visitor: Actor, login: str, language: str) -> bool:
    """Writes to the person with this sign-in name, if there is one who can be written to; an earlier link ends.

    Runs apart from the request that asked for it, whose answer is the same, in words and in time, for any name.
    """
    login = login.strip().lower()[:320]
    person = Person.objects.filter(login=login, is_active=True).first()
    if person is None or not person.email:
        return False
    with walls.every_tenant("a forgotten password is asked for before anybody is known"):
        tenant = _postbox(person)
        if tenant is None:
            return False
        try:
            pause = SECONDS_BETWEEN_LINKS
            throttle.limit(f"reset-link:{login}", free=LINKS_PER_NAME, longest=pause, first_pause=pause)
        except TooMany:
            return False
        token = accounts.issue_reset_link(person)
        minutes = int(LINK_LIFETIME.total_seconds() // 60)
        letters.write_reset_link(person=person, tenant=tenant, token=token, minutes=minutes, language=language)
        worker = person.kind == Person.Kind.WORKER
        event = Event.WORKER_FORGET_PASSWORD if worker else Event.FORGET_PASSWORD
        record(_as_asked(visitor, person), event, person, tenant=tenant)
    return True


@transaction.atomic
def reset_password(*, visitor: Actor, token: str, password: str) -> Person:
    """The password of the link's person; every session and token that stood on the old one ends at once.

    Conflict for a link that was used, has expired or never was; Invalid for a weak password, which uses nothing up.
    """
    owner = accounts.person_of_link(token)
    if owner is not None and visitor.person is not None and visitor.person.pk != owner.pk:
        raise Denied(_("Another person is signed in. Sign out and open the link again."))
    person = accounts.use_reset_link(token, password)
    with walls.every_tenant("a reset link is used before anybody is signed in"):
        tenant = _postbox(person)
        rights_changed(tenant if person.kind == Person.Kind.USER else None, person)
        worker = person.kind == Person.Kind.WORKER
        event = Event.WORKER_RESET_PASSWORD if worker else Event.RESET_PASSWORD
        record(_as_asked(visitor, person), event, person, tenant=tenant)
    throttle.welcome(f"password:{person.login}", visitor.source_ip)
    return person


def _postbox(person: Person) -> Tenant | None:
    """The tenant in whose name the person is written to."""
    user = getattr(selectors.with_tenant(person), "tenant_user", None)
    if user is not None:
        return user.tenant if user.tenant.state == Tenant.State.ACTIVE else None
    return next(iter(belonging.tenants_of(person)), None)


def _as_asked(visitor: Actor, person: Person) -> Actor:
    return Actor(
        person=person,
        via=visitor.via,
        source_ip=visitor.source_ip,
        request_id=visitor.request_id,
        user_agent=visitor.user_agent,
    )
