"""The policies that bind an actor, compiled once for as long as nobody's rights in the tenant change."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from django.db.models import Q

from apps.access.models import Attachment
from apps.policies.documents import Document, restore
from apps.policies.evaluation import PolicySet
from apps.policies.system import SYSTEM_POLICIES
from apps.tenants.actors import Actor

MOST_KEPT = 4096
# Tenant, its rights stamp, person, project. The stamp comes with the request's session, so a right that was taken is
# gone with the next request in every process, and nothing asks the database while rights stay as they are.
_Key = tuple[str, int, str, str]
_kept: OrderedDict[_Key, PolicySet] = OrderedDict()
_lock = Lock()
NO_POLICIES = PolicySet(())


def attachments_of(actor: Actor) -> list[Attachment]:
    """What is attached to the actor or to a group of theirs, for all projects or for the one they work in."""
    assert actor.person is not None
    held_by = Q(person=actor.person) | Q(group__holder__user=actor.person)
    within = Q(project__isnull=True) | Q(project=actor.project)
    rows = Attachment.objects.filter(held_by, within, tenant=actor.tenant)
    return list(rows.select_related("policy").order_by("pk"))


def document_of(row: Attachment) -> Document:
    """What an attachment says; one for a single project says nothing of services that are the whole tenant's."""
    document = SYSTEM_POLICIES[row.system].document if row.policy is None else restore(row.policy.document)
    return document if row.project_id is None else document.within("project")


def policies_of(actor: Actor) -> PolicySet:
    """The policies of a user of a tenant; none for invited workers, visitors, and people who act under an agency."""
    if actor.person is None or actor.tenant is None or actor.is_worker or actor.agency:
        return NO_POLICIES
    project = actor.project.public_id if actor.project else ""
    key = (actor.tenant.public_id, actor.tenant.rights_stamp, actor.person.public_id, project)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = PolicySet(
        [(row.policy.name if row.policy else row.system, document_of(row)) for row in attachments_of(actor)]
    )
    with _lock:
        _kept[key] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found
