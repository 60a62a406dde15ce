"""What a policy cannot hand out: who may say how people come in can come in as anybody."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import forbids
from apps.tenants.actors import Actor


@forbids(Action.SIGN_IN_RULES_UPDATE)
def for_admins_only(actor: Actor, obj: Any) -> str | None:
    return None if actor.is_admin else _("Only an admin of the tenant can change how its people sign in.")
