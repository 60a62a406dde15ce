"""Opening and closing a browser session, and holding the door between the password and the second factor."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from apps.accounts.models import Person

BACKEND = "apps.tenants.backends.PersonBackend"
# What is noted in a session about the sign-in, for the list of one's sessions.
NOTED = "_signed_in"
MFA = "_mfa"
HELD = "_half_in"
HELD_SECONDS = 10 * 60
LONGEST_AGENT = 300


def open_session(request: HttpRequest, person: Person, *, mfa: bool = False) -> None:
    """Signs the person in; the session gets a new key, so that one planted before is worth nothing.

    `mfa` says that a second factor was shown.
    """
    request.session.pop(HELD, None)
    login(request, person, backend=BACKEND)
    actor: Any = getattr(request, "actor", None)
    agent = "".join(sign for sign in request.headers.get("User-Agent", "") if sign.isprintable())
    request.session[NOTED] = {
        "at": timezone.now().isoformat(),
        "address": actor.source_ip if actor else "",
        "agent": agent[:LONGEST_AGENT],
    }
    request.session[MFA] = mfa


def close_session(request: HttpRequest) -> None:
    logout(request)


def keep_session(request: HttpRequest, person: Person) -> None:
    """After a change of password: this session stays, all others of the person end."""
    update_session_auth_hash(request, person)


def hold_session(request: HttpRequest, person: Person) -> None:
    """The password was right; nobody is signed in before the second factor is shown or set up."""
    request.session.cycle_key()
    request.session[HELD] = {"person": person.pk, "mark": person.get_session_auth_hash(), "at": time.time()}


def held_person(request: HttpRequest) -> Person | None:
    """Whose password was shown in this browser a short while ago and is still theirs."""
    held = request.session.get(HELD)
    if not held or not 0 <= time.time() - held["at"] <= HELD_SECONDS:
        return None
    person = Person.objects.filter(pk=held["person"], is_active=True).first()
    if person is None or not constant_time_compare(held["mark"], person.get_session_auth_hash()):
        return None
    return person
