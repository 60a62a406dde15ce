"""Mails that open an account. The outbox is an app above, which registers here how it takes one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.tenants.models import Tenant

Carrier = Callable[..., object]
_carriers: list[Carrier] = []


def carried_by(carrier: Carrier) -> None:
    """`carrier(tenant=, to=, subject=, text=, html=, secret=)` queues a mail in the caller's transaction."""
    if carrier not in _carriers:
        _carriers.append(carrier)


def write_reset_link(*, person: Person, tenant: Tenant, token: str, minutes: int, language: str) -> None:
    """The link with which the person chooses a new password, in their language."""
    with translation.override(person.language or language or settings.LANGUAGE_CODE):
        context: dict[str, Any] = {
            "person": person,
            "link": f"{settings.TAGORA_URL}/sign-in/new-password/{token}/",
            "minutes": minutes,
            "language": translation.get_language(),
        }
        for carrier in _carriers:
            carrier(
                tenant=tenant,
                to=person.email,
                subject=_("Choose a new password for Tagora"),
                text=render_to_string("mail/new_password.txt", context),
                html=render_to_string("mail/new_password.html", context),
                secret=True,
            )
