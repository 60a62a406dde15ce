"""Who may hear of what: a topic is open to whoever may see its object."""

from __future__ import annotations

from collections.abc import Callable

from apps.datasets.selectors import get_dataset
from apps.jobs.selectors import get_job
from apps.labeling.selectors import get_seat
from apps.quality.selectors import get_acceptance
from apps.teams.selectors import get_team
from apps.tenants import walls
from apps.tenants.actors import Actor

_LOOK_UPS: dict[str, Callable[[Actor, str], object]] = {
    "dataset": get_dataset,
    "job": get_job,
    "task": get_seat,
    "team": get_team,
    "acceptance": get_acceptance,
}


def may_watch(actor: Actor, topic: str) -> bool:
    """True when the topic's object is visible to the actor; raises NotFound or Denied, or returns False, otherwise."""
    kind, _, public_id = topic.partition(":")
    if kind == "mail":
        return actor.is_admin
    look_up = _LOOK_UPS.get(kind)
    if look_up is None or not public_id:
        return False
    # Sockets of several people share threads, and one person's topics may be of several tenants.
    with walls.behind(actor.tenant.pk if actor.tenant else None):
        look_up(actor, public_id)
    return True
