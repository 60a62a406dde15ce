"""People: making them, and their passwords."""

from __future__ import annotations

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Person, ResetLink
from apps.core.errors import Invalid


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
    """Sets the password; sessions that were signed in with the old one end, and so do links to choose a new one."""
    validate_password(person, password)
    person.set_password(password)
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])
    ResetLink.objects.filter(person=person).delete()
