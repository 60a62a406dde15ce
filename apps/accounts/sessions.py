"""Opening and closing a browser session."""

from __future__ import annotations

from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest

from apps.accounts.models import Person

BACKEND = "apps.tenants.backends.PersonBackend"


def open_session(request: HttpRequest, person: Person) -> None:
    """Signs the person in; the session gets a new key, so that one planted before is worth nothing."""
    login(request, person, backend=BACKEND)


def close_session(request: HttpRequest) -> None:
    logout(request)


def keep_session(request: HttpRequest, person: Person) -> None:
    """After a change of password: this session stays, all others of the person end."""
    update_session_auth_hash(request, person)
