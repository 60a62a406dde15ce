"""Ending sessions: one's own, or those of a user of the tenant. The next request and every open socket notice."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import NotFound
from apps.entry import selectors
from apps.tenants.actors import Actor
from apps.tenants.models import Session, TenantUser
from apps.tenants.rights import rights_changed


@transaction.atomic
def end_session(*, actor: Actor, public_id: str) -> None:
    """End one of one's own sessions; NotFound for any other."""
    assert actor.person is not None
    found = [row for row in selectors.sessions_of(actor.person) if row.public_id == public_id]
    if not found:
        raise NotFound(_("There is no such session. It may have ended already."))
    found[0].delete()
    rights_changed(None, actor.person)
    record(actor, Event.END_SESSION, actor.person, request={"session": public_id})


@transaction.atomic
def end_other_sessions(*, actor: Actor, but: str) -> int:
    """End all of one's own sessions but the one with the key `but`; answers how many."""
    assert actor.person is not None
    ended, _rows = Session.objects.filter(person=actor.person).exclude(session_key=but).delete()
    rights_changed(None, actor.person)
    record(actor, Event.END_SESSION, actor.person, request={"ended": ended})
    return ended


@transaction.atomic
def end_sessions_of(*, actor: Actor, user: TenantUser) -> int:
    """End every session of a user of the tenant; answers how many."""
    authorize(actor, Action.USER_UPDATE, user)
    ended, _rows = Session.objects.filter(person=user.person).delete()
    rights_changed(None, user.person)
    record(actor, Event.END_SESSION, user.person, request={"ended": ended})
    return ended
