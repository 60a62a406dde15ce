"""Signing in, passwords and a person's own settings."""

from __future__ import annotations

import hashlib

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core.errors import Denied, Invalid

# Ten wrong passwords for one name, or a hundred from one address, close the door for a quarter of an hour.
ATTEMPTS_PER_NAME = 10
ATTEMPTS_PER_ADDRESS = 100
PAUSE_SECONDS = 15 * 60


def _throttle_key(kind: str, value: str) -> str:
    return f"sign-in:{kind}:{hashlib.sha256(value.encode()).hexdigest()}"


def _too_many(kind: str, value: str, limit: int) -> bool:
    return int(cache.get(_throttle_key(kind, value)) or 0) >= limit


def _count_failure(kind: str, value: str) -> None:
    key = _throttle_key(kind, value)
    if not cache.add(key, 1, PAUSE_SECONDS):
        try:
            cache.incr(key)
        except ValueError:
            cache.set(key, 1, PAUSE_SECONDS)


def check_password(*, login: str, password: str, address: str) -> Person:
    """The person with this name and password; Denied otherwise, in the same words and the same time for any reason.

    Too many failures close the door for a name or an address for a while.
    """
    login = login.strip().lower()[:320]
    if _too_many("name", login, ATTEMPTS_PER_NAME) or _too_many("address", address, ATTEMPTS_PER_ADDRESS):
        raise Denied(_("Too many failed attempts. Wait a quarter of an hour and try again."), code="ModelArts.4206")
    person = Person.objects.filter(login=login).first()
    if person is None:
        make_password(password)  # the same work as a real check, so that timing tells nothing
    elif person.check_password(password) and person.is_active:
        return person
    _count_failure("name", login)
    _count_failure("address", address)
    raise Denied(_("Name or password is wrong."), code="ModelArts.0201")


def validate_password(person: Person, password: str) -> None:
    try:
        password_validation.validate_password(password, person)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="password") from None


@transaction.atomic
def create_person(*, login: str, kind: str, email: str = "", name: str = "", password: str = "") -> Person:
    """A new person; without a password nobody can sign in as them."""
    login = login.strip().lower()
    if Person.objects.filter(login=login).exists():
        raise Invalid(_("This sign-in name is taken."), field="login")
    person = Person(login=login, kind=kind, email=email.strip().lower(), name=name)
    if password:
        validate_password(person, password)
        person.set_password(password)
    else:
        person.set_unusable_password()
    person.save()
    return person


@transaction.atomic
def worker_for(email: str) -> Person:
    """The worker with this e-mail address, created without a password when new.

    Locked until the end of the caller's transaction: of two who come with the same new address at the same moment,
    the second finds what the first made of it.
    """
    email = email.strip().lower()
    new = {"email": email, "password": make_password(None)}
    locked = Person.objects.select_for_update()
    person, _created = locked.get_or_create(login=email, kind=Person.Kind.WORKER, defaults=new)
    return person


@transaction.atomic
def set_password(person: Person, password: str) -> None:
    """Sets the password; sessions that were signed in with the old one end (Django ties them to the hash)."""
    validate_password(person, password)
    person.set_password(password)
    person.save(update_fields=["password"])
