"""Who is an operator. They belong to no tenant, so no tenant's policy says what they may do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core.errors import NotFound
from apps.tenants.actors import Actor


def is_operator(actor: Actor) -> bool:
    return actor.person is not None and actor.person.is_active and actor.person.kind == Person.Kind.OPERATOR


def authorize_operator(actor: Actor) -> None:
    """Raises NotFound for everybody else, as if there were nothing here."""
    if not is_operator(actor):
        raise NotFound(_("There is no such thing."))
