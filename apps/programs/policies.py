"""Who may make and end credentials, beyond what policies say."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import forbids, grants
from apps.programs.models import AccessKey, PersonalToken
from apps.tenants.actors import Actor


@grants(Action.CREDENTIAL_CREATE, Action.CREDENTIAL_UPDATE, Action.CREDENTIAL_DELETE)
def people_manage_their_own(actor: Actor, obj: Any) -> bool:
    return isinstance(obj, AccessKey | PersonalToken) and actor.person is not None and obj.person_id == actor.person.pk


@forbids(Action.CREDENTIAL_CREATE, Action.CREDENTIAL_UPDATE, Action.CREDENTIAL_DELETE)
def a_credential_makes_no_credentials(actor: Actor, obj: Any) -> str | None:
    """A stolen token must not turn itself into one that lives longer or may do more."""
    if actor.via == "api":
        return _("Access keys and tokens are managed on the page, by a person who has signed in.")
    return None


@forbids(Action.CREDENTIAL_CREATE)
def nobody_makes_credentials_for_others(actor: Actor, obj: Any) -> str | None:
    person = obj.person_id if isinstance(obj, AccessKey | PersonalToken) else None
    if actor.person is None or person != actor.person.pk:
        return _("Everybody makes their own access keys and tokens.")
    return None
