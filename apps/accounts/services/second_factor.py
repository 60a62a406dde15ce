"""The second factor: codes of an authenticator app (RFC 6238), and recovery codes for the day it is lost."""

from __future__ import annotations

import base64
import secrets
import time
from dataclasses import dataclass

import pyotp
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from apps.accounts import throttle
from apps.accounts.models import Person, RecoveryCode, SecondFactor
from apps.core.errors import Conflict, Invalid
from apps.core.sealing import opened, seal

PURPOSE = "second-factor"
STEP_SECONDS = 30
# A clock may be wrong by one step in either direction.
NEIGHBOURS = (0, -1, 1)
RECOVERY_CODES = 10
RECOVERY_BYTES = 10


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app has to be told: the secret, and the same as an address for a QR code."""

    secret: str
    uri: str


def second_factor_required(person: Person) -> bool:
    """Whether a password alone does not let this person in."""
    return person.has_second_factor


@transaction.atomic
def begin_second_factor(person: Person) -> Enrolment:
    """The secret of a new second factor; it counts for nothing until a code of it has been shown.

    Asked again before that it answers the same one, so that reloading the page does not spoil what was scanned.
    """
    if person.has_second_factor:
        raise Conflict(_("You have a second factor already. Remove it before you set up another one."))
    factor = SecondFactor.objects.filter(person=person).first()
    secret = opened(factor.sealed_secret, purpose=PURPOSE) if factor else None
    if secret is None:
        secret = pyotp.random_base32()
        sealed = seal(secret, purpose=PURPOSE)
        SecondFactor.objects.update_or_create(person=person, defaults={"sealed_secret": sealed, "last_step": 0})
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=person.login, issuer_name="Tagora"))


@transaction.atomic
def confirm_second_factor(person: Person, code: str) -> list[str]:
    """From now on a code is asked at every sign-in; answers the recovery codes, which are never shown again."""
    if person.has_second_factor:
        raise Conflict(_("You have a second factor already. Remove it before you set up another one."))
    if not _is_code_of_app(person, code):
        raise Invalid(_("This code is not right. Type the six digits that the app shows now."), field="code")
    SecondFactor.objects.filter(person=person).update(confirmed_at=timezone.now())
    Person.objects.filter(pk=person.pk).update(has_second_factor=True)
    person.has_second_factor = True
    return renew_recovery_codes(person)


@transaction.atomic
def renew_recovery_codes(person: Person) -> list[str]:
    """New recovery codes; the old ones end."""
    made = [_recovery_code() for _number in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(person=person).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(person=person, digest=_digest(person, code)) for code in made)
    return made


@transaction.atomic
def remove_second_factor(person: Person) -> None:
    """A password is enough again."""
    RecoveryCode.objects.filter(person=person).delete()
    SecondFactor.objects.filter(person=person).delete()
    Person.objects.filter(pk=person.pk).update(has_second_factor=False)
    person.has_second_factor = False


def check_second_factor(person: Person, code: str, *, address: str) -> bool:
    """Whether `code` is what the app shows now, or an unused recovery code. Either is used up by being right.

    TooMany while the door is held for this person.
    """
    attempt = throttle.begin(f"code:{person.public_id}", address, free_per_name=throttle.FREE_PER_CODE)
    right = _is_code_of_app(person, code) or _is_recovery_code(person, code)
    if right:
        attempt.succeeded()
    return right


def _is_code_of_app(person: Person, code: str) -> bool:
    """A code is good once: the step that it belongs to moves on in one statement, for all processes."""
    factor = SecondFactor.objects.filter(person=person).first()
    secret = opened(factor.sealed_secret, purpose=PURPOSE) if factor else None
    digits = "".join(code.split())
    if factor is None or secret is None or not digits.isascii():
        return False
    now = int(time.time()) // STEP_SECONDS
    app = pyotp.TOTP(secret)
    for step in (now + neighbour for neighbour in NEIGHBOURS):
        if constant_time_compare(app.generate_otp(step), digits):
            later = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step)
            return bool(later.update(last_step=step))
    return False


def _is_recovery_code(person: Person, code: str) -> bool:
    unused = RecoveryCode.objects.filter(person=person, digest=_digest(person, code), used_at=None)
    return bool(unused.update(used_at=timezone.now()))


def _recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return f"{letters[:8]}-{letters[8:16]}"


def _digest(person: Person, code: str) -> str:
    """Bound to the person and to the server's key: a stolen table is not a list to guess from."""
    letters = "".join(code.lower().split()).replace("-", "")
    return salted_hmac("recovery-code", f"{person.pk}:{letters}", algorithm="sha256").hexdigest()
