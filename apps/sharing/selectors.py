"""Reads: what can be shared, with whom, and with whom it is shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from guardian.models import GroupObjectPermission, UserObjectPermission

from apps.access.actions import GRANTED_BY, Action
from apps.access.catalogue import CATALOGUE
from apps.access.grants import Grant, codename
from apps.access.resources import ResourceKind
from apps.access.selectors import visible_to
from apps.access.services import explain
from apps.core.errors import NotFound
from apps.tenants.actors import Actor
from apps.tenants.models import Group, TenantUser

Holder = TenantUser | Group

SHARE: dict[str, Action] = {
    "dataset": Action.DATASET_SHARE,
    "workforce": Action.TEAM_SHARE,
    "workforceTask": Action.TASK_SHARE,
    "job": Action.JOB_SHARE,
}

_TYPE_OF = {row.name: row.resource_type for row in CATALOGUE}


def kind_of(obj: Model) -> ResourceKind:
    kind: ResourceKind = obj.resource  # type: ignore[attr-defined]  # what can be shared has one
    return kind


def shareable_model(kind: str) -> type[Model]:
    """The model whose rows policies call by this name, if they can be shared. Raises NotFound."""
    for model in apps.get_models():
        resource: ResourceKind | None = getattr(model, "resource", None)
        if resource is not None and resource.type == kind and kind in SHARE:
            return model
    raise NotFound(_("There is no such thing."))


def get_shared(actor: Actor, kind: str, public_id: str) -> Any:
    """The object, if the actor may see it; NotFound otherwise."""
    model = shareable_model(kind)
    obj = visible_to(actor, model._default_manager.all()).filter(public_id=public_id).first()
    if obj is None:
        raise NotFound(_("There is no such thing."))
    return obj


def useful_grants(kind: str) -> list[Grant]:
    """The grants that allow something on objects of this kind, in the order of their weight."""
    given = {grant for action, grant in GRANTED_BY.items() if _TYPE_OF.get(action) == kind}
    # A data set is shared with its team tasks and acceptances, so reviewing is useful there, too.
    if kind == "dataset":
        given |= {Grant.LABEL, Grant.REVIEW}
    return [grant for grant in Grant if grant in given]


def beyond(actor: Actor, obj: Model, grant: Grant) -> str | None:
    """Which action the grant would allow that the actor may not do themselves; None when there is none."""
    for name, wanted in GRANTED_BY.items():
        if wanted == grant and _TYPE_OF.get(name) == kind_of(obj).type:
            ruling = explain(actor, Action(name), obj)
            # What a rule of the app forbids (a data set that is being deleted) it forbids whoever is asked.
            if not ruling.allowed and ruling.by != "rule":
                return name
    return None


@dataclass(frozen=True)
class Share:
    """What one user or group was given on an object."""

    holder: Holder
    grants: frozenset[Grant]

    @property
    def is_group(self) -> bool:
        return isinstance(self.holder, Group)

    @property
    def holder_id(self) -> str:
        return self.holder.public_id if isinstance(self.holder, Group) else self.holder.person.public_id

    @property
    def name(self) -> str:
        return self.holder.name if isinstance(self.holder, Group) else str(self.holder.person)


def _rows(model: type[Any], obj: Model) -> QuerySet[Any]:
    content = ContentType.objects.get_for_model(obj)
    rows: QuerySet[Any] = model.objects.filter(content_type=content, object_pk=str(obj.pk))
    return rows.select_related("permission")


def shares_of(actor: Actor, obj: Model) -> list[Share]:
    """With whom an object is shared, groups first, by name; three queries."""
    of_name = {codename(grant, str(obj._meta.model_name)): grant for grant in Grant}
    given: dict[tuple[bool, int], set[Grant]] = {}
    for row in _rows(GroupObjectPermission, obj):
        given.setdefault((True, row.group_id), set()).add(of_name[row.permission.codename])
    for row in _rows(UserObjectPermission, obj):
        given.setdefault((False, row.user_id), set()).add(of_name[row.permission.codename])
    groups = Group.objects.filter(tenant=actor.tenant, holder__in=[pk for is_group, pk in given if is_group])
    users = TenantUser.objects.filter(tenant=actor.tenant, person__in=[pk for is_group, pk in given if not is_group])
    found = [Share(group, frozenset(given[True, group.holder_id])) for group in groups.order_by("name")]
    for user in users.select_related("person").order_by("person__login"):
        found.append(Share(user, frozenset(given[False, user.person_id])))
    return found


def holder_named(actor: Actor, name: str) -> Holder:
    """The user (`user:ID`) or group (`group:ID`) of the actor's tenant. Raises NotFound."""
    kind, _colon, public_id = name.partition(":")
    found: Holder | None = None
    if kind == "group":
        found = Group.objects.filter(tenant=actor.tenant, public_id=public_id).select_related("holder").first()
    elif kind == "user":
        users = TenantUser.objects.filter(tenant=actor.tenant, person__public_id=public_id)
        found = users.select_related("person").first()
    if found is None:
        raise NotFound(_("There is no such user or group."))
    return found


def holders(actor: Actor) -> list[tuple[str, str, bool]]:
    """Whom things can be shared with: `(name for holder_named, shown name, is a group)`."""
    groups = Group.objects.filter(tenant=actor.tenant).order_by("name")
    users = TenantUser.objects.filter(tenant=actor.tenant, person__is_active=True).select_related("person")
    return [
        *((f"group:{group.public_id}", group.name, True) for group in groups),
        *((f"user:{user.person.public_id}", user.person.login, False) for user in users.order_by("person__login")),
    ]


def permission_of(obj: Model, grant: Grant) -> Permission:
    content = ContentType.objects.get_for_model(obj)
    return Permission.objects.get(content_type=content, codename=codename(grant, str(obj._meta.model_name)))
