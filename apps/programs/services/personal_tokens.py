"""Writes: tokens that people make for programs of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Invalid
from apps.programs import secrets
from apps.programs.bounds import actions_of
from apps.programs.models import PersonalToken
from apps.tenants.actors import Actor
from apps.tenants.models import Project
from apps.tenants.selectors import password_mark

LONGEST_DAYS = 365
USUAL_DAYS = 30
MOST_TOKENS = 50


@dataclass(frozen=True)
class NewPersonalToken:
    """The only time that the secret is there to be read."""

    row: PersonalToken
    secret: str


@transaction.atomic
def create_personal_token(
    *, actor: Actor, name: str, days: int = USUAL_DAYS, scope: str = "", project: Project | None = None
) -> NewPersonalToken:
    """A token for the actor: for `days`, one project or all, and what `scope` (see `programs.bounds`) leaves of their
    rights. Raises Invalid for a name or a time that will not do, Conflict for a name that is taken.
    """
    row = PersonalToken(tenant=actor.tenant, person=actor.person, project=project, name=name.strip(), scope=scope)
    authorize(actor, Action.CREDENTIAL_CREATE, row)
    assert actor.tenant is not None
    assert actor.person is not None
    if not 1 <= len(row.name) <= 64:
        raise Invalid(_("Give the token a name of at most 64 characters."), field="name")
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(_("A token lives between one day and one year."), field="days")
    if project is not None and project.tenant_id != actor.tenant.pk:
        raise Invalid(_("There is no such project."), field="project")
    if PersonalToken.objects.filter(person=actor.person).count() >= MOST_TOKENS:
        raise Conflict(_("There are %s tokens already. Delete those that no program needs.") % MOST_TOKENS)
    secret = secrets.new_personal_token(actor.tenant.pk)
    row.digest = secrets.digest(secret)
    row.password_mark = password_mark(actor.person)
    row.expires_at = timezone.now() + timedelta(days=days)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict(_("You have a token of this name. Choose another name.")) from None
    told = {"days": days, "project": project.public_id if project else "", "actions": actions_of(scope)}
    record(actor, Event.CREATE_PERSONAL_TOKEN, row, request=told)
    return NewPersonalToken(row, secret)


@transaction.atomic
def delete_personal_token(*, actor: Actor, row: PersonalToken) -> None:
    """Ends the token and every Keystone token that was issued for it."""
    authorize(actor, Action.CREDENTIAL_DELETE, row)
    record(actor, Event.DELETE_PERSONAL_TOKEN, row)
    row.delete()
