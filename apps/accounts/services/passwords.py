"""Checking passwords, and links that let somebody choose a new one without the old."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import throttle
from apps.accounts.models import Person, ResetLink
from apps.accounts.services.people import set_password
from apps.core.errors import Conflict, Denied

LINK_LIFETIME = timedelta(minutes=30)
LINK_BYTES = 32


def check_password(*, login: str, password: str, address: str) -> Person:
    """The person with this name and password; Denied otherwise, in the same words and the same time for any reason.

    TooMany while the door is held for this name, or for the address that asks.
    """
    login = login.strip().lower()[:320]
    attempt = throttle.begin(f"password:{login}", address)
    person = Person.objects.filter(login=login).first()
    if person is None:
        make_password(password)  # the same work as a real check, so that timing tells nothing
    elif person.check_password(password) and person.is_active:
        attempt.succeeded()
        return person
    raise Denied(_("Name or password is wrong."), code="ModelArts.0201")


def link_digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


@transaction.atomic
def issue_reset_link(person: Person) -> str:
    """A token that lets its holder choose a new password once; an earlier one ends. Only its hash is kept."""
    token = secrets.token_urlsafe(LINK_BYTES)
    ResetLink.objects.filter(person=person).delete()
    ResetLink.objects.create(person=person, digest=link_digest(token), expires_at=timezone.now() + LINK_LIFETIME)
    return token


def person_of_link(token: str) -> Person | None:
    """Whose link this is while it can still be used; looking uses nothing up."""
    link = (
        ResetLink.objects.select_related("person")
        .filter(digest=link_digest(token), expires_at__gt=timezone.now(), person__is_active=True)
        .first()
    )
    return link.person if link else None


@transaction.atomic
def use_reset_link(token: str, password: str) -> Person:
    """The person of the link, with the new password. Exactly one of any number of simultaneous uses succeeds.

    A password that is refused leaves the link as it was.
    """
    person = person_of_link(token)
    if person is None or not ResetLink.objects.filter(digest=link_digest(token)).delete()[0]:
        raise Conflict(_("This link was used already or has expired. Ask for a new one."))
    set_password(person, password)
    return person
