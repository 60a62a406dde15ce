"""What actions on data sets need of the store, as the guide's dependent permissions say it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.catalogue import CATALOGUE
from apps.access.services import Refused, explain
from apps.storage.paths import Location
from apps.storage.selectors import own_place
from apps.tenants.actors import Actor


def authorize_storage(
    actor: Actor, action: Action, obj: object = None, *, reads: Location | None = None, writes: Location | None = None
) -> None:
    """Returns when the actor may do in these places what the catalogue says that `action` on `obj` depends on.

    Raises Refused that names the missing storage permission and the place. What was shared with somebody is shared
    with its own folders: they need no permission beside the grant.
    """
    if explain(actor, action, obj).by in ("grant", "rule"):
        return
    places = {
        Action.STORAGE_LIST: (reads, writes),
        Action.STORAGE_READ: (reads,),
        Action.STORAGE_WRITE: (writes,),
        Action.STORAGE_DELETE: (reads,),
    }
    needed = CATALOGUE[action.value].depends
    for storage_action, locations in places.items():
        if storage_action.value not in needed:
            continue
        for location in locations:
            if location is not None:
                _require(actor, action, storage_action, location)


def _require(actor: Actor, action: Action, storage_action: Action, location: Location) -> None:
    place = own_place(actor, location, whole=storage_action == Action.STORAGE_LIST)
    ruling = explain(actor, storage_action, place)
    if ruling.allowed:
        return
    reason = _("%(action)s also needs %(needed)s on %(place)s. %(reason)s") % {
        "action": action.value,
        "needed": storage_action.value,
        "place": location,
        "reason": ruling.reason,
    }
    raise Refused(storage_action, ruling, reason)
