"""Writes: what a user or group may do with one object."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, remove_perm

from apps.access.grants import Grant
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Denied
from apps.sharing.selectors import SHARE, Holder, Share, beyond, kind_of, permission_of, shares_of
from apps.tenants.actors import Actor
from apps.tenants.models import Group
from apps.tenants.rights import rights_changed


@transaction.atomic
def share_object(*, actor: Actor, obj: Any, holder: Holder, grants: Collection[Grant]) -> frozenset[Grant]:
    """Gives a user or group exactly these grants on the object; none of them ends the sharing.

    Whoever gets anything may see it as well. Nobody hands out what they may not do themselves: Denied then. Returns
    what the holder has now.
    """
    authorize(actor, SHARE[kind_of(obj).type], obj)
    wanted = frozenset(grants) | ({Grant.VIEW} if grants else set())
    had = next((share.grants for share in shares_of(actor, obj) if share.holder == holder), frozenset[Grant]())
    for grant in sorted(wanted - had):
        if action := beyond(actor, obj, grant):
            raise Denied(
                _("You cannot give what you may not do yourself: '%(grant)s' allows %(action)s.")
                % {"grant": grant.value, "action": action}
            )
    whom = holder.holder if isinstance(holder, Group) else holder.person
    for grant in wanted - had:
        assign_perm(permission_of(obj, grant), whom, obj)
    for grant in had - wanted:
        remove_perm(permission_of(obj, grant), whom, obj)
    rights_changed(actor.tenant)
    share = Share(holder, wanted)
    record(
        actor,
        Event.SHARE_RESOURCE,
        obj,
        request={
            "with": ("group" if share.is_group else "user"),
            "holder_id": share.holder_id,
            "holder": share.name,
            "grants": sorted(wanted),
            "before": sorted(had),
        },
        level="warning" if had - wanted else "normal",
    )
    return wanted
