"""Who a program works for, by what it shows when it asks for a token. Failures are recorded as failed sign-ins."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.models import Person
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Denied
from apps.core.sealing import opened
from apps.programs import secrets, selectors
from apps.programs.models import AccessKey, AccessToken, PersonalToken
from apps.programs.services.access_keys import PURPOSE
from apps.programs.services.uses import note_use
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import TenantUser
from apps.tenants.walled_requests import known_person


@dataclass(frozen=True)
class Proof:
    """A person who was recognised, how, and by which credential, where it was not the password."""

    person: Person
    methods: tuple[str, ...]
    token: AccessToken | None = None
    personal_token: PersonalToken | None = None
    access_key: AccessKey | None = None


def recognise_password(*, visitor: Actor, login: str, password: str) -> Proof:
    """Denied for a wrong name or password, and for a person whose password alone is not enough."""
    try:
        person = accounts.check_password(login=login, password=password, address=visitor.source_ip)
    except Denied:
        record(visitor, Event.SIGN_IN, request={"login": login[:320]}, level="warning", code=401)
        raise
    person = known_person(person.pk)
    user: TenantUser | None = getattr(person, "tenant_user", None)
    if accounts.second_factor_required(person) or (user is not None and user.tenant.demands_second_factor):
        record(visitor, Event.SIGN_IN, request={"login": login[:320]}, level="warning", code=401)
        raise Denied(
            _("This account needs a second factor. For a program, use a personal token or an access key."),
            code="ModelArts.0201",
        )
    return Proof(person, ("password",))


def recognise_token(*, visitor: Actor, secret: str) -> Proof:
    """A Keystone token asks for another one, or a personal token for one that clients of Keystone can carry."""
    if secret.startswith(secrets.PERSONAL):
        walls.enter(secrets.tenant_of_personal_token(secret))
        personal = selectors.personal_token_row(secret)
        if personal is not None:
            note_use(personal, visitor.source_ip)
            return Proof(personal.person, ("token",), personal_token=personal)
    else:
        walls.enter(secrets.tenant_of_token(secret))
        row = selectors.access_token_row(secret)
        if row is not None:
            methods = tuple(dict.fromkeys((*row.methods.split(), "token")))
            return Proof(row.person, methods, row, row.personal_token, row.access_key)
    record(visitor, Event.SIGN_IN, request={"method": "token"}, level="warning", code=401)
    raise Denied(_("The token is unknown, has expired or was withdrawn."), code="ModelArts.0201")


def recognise_access_key(*, visitor: Actor, access_key: str, secret: str) -> Proof:
    """Both keys instead of a signature, as some clients of Keystone send them."""
    walls.enter(secrets.tenant_of_access_key(access_key))
    row = selectors.access_key_row(access_key)
    known = (opened(row.secret, purpose=PURPOSE) if row is not None else None) or ""
    if row is not None and known and hmac.compare_digest(known.encode(), secret.encode("utf-8", "surrogatepass")):
        note_use(row, visitor.source_ip)
        return Proof(row.person, ("hw_ak_sk",), access_key=row)
    record(visitor, Event.SIGN_IN, request={"method": "hw_ak_sk"}, level="warning", code=401)
    raise Denied(_("The access key or its secret is wrong, or the key is disabled."), code="ModelArts.0201")
