"""Creating, changing and deleting user groups, and who is in them."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import Group as Holder
from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Invalid
from apps.iam.giving import require_may_bring_in, require_may_let_go
from apps.iam.texts import clean_description, clean_name
from apps.tenants.actors import Actor
from apps.tenants.models import Group, Tenant, TenantUser
from apps.tenants.rights import rights_changed


def _refuse_taken_name(group: Group) -> None:
    if Group.objects.filter(tenant=group.tenant_id, name=group.name).exclude(pk=group.pk).exists():
        raise Invalid(_("A group of this name exists already. Choose another name."), field="name")


def _make_default(group: Group, *, default: bool) -> None:
    """The one default group; the lock lets two not become it at once."""
    Tenant.objects.select_for_update(no_key=True).get(pk=group.tenant_id)
    Group.objects.filter(tenant=group.tenant_id, is_default=True).update(is_default=False)
    group.is_default = default


@transaction.atomic
def create_group(*, actor: Actor, name: str, description: str = "", is_default: bool = False) -> Group:
    """A group without members and policies; as the default group, new users join it from now on."""
    authorize(actor, Action.GROUP_CREATE)
    assert actor.tenant is not None
    group = Group(tenant=actor.tenant, name=clean_name(name), description=clean_description(description))
    _refuse_taken_name(group)
    # Django's groups have names that are unique on the whole server; nobody reads this one.
    group.holder = Holder.objects.create(name=group.public_id)
    if is_default:
        _make_default(group, default=True)
    group.save()
    record(actor, Event.CREATE_GROUP, group, request={"name": group.name, "is_default": group.is_default})
    return group


@transaction.atomic
def update_group(
    *,
    actor: Actor,
    group: Group,
    name: str | None = None,
    description: str | None = None,
    is_default: bool | None = None,
) -> Group:
    """Change what is not None."""
    authorize(actor, Action.GROUP_UPDATE, group)
    if name is not None:
        group.name = clean_name(name)
        _refuse_taken_name(group)
    if description is not None:
        group.description = clean_description(description)
    if is_default is not None and is_default != group.is_default:
        if is_default:
            require_may_bring_in(actor, group)
        _make_default(group, default=is_default)
    group.save(update_fields=["name", "description", "is_default"])
    record(actor, Event.UPDATE_GROUP, group, request={"name": group.name, "is_default": group.is_default})
    return group


@transaction.atomic
def delete_group(*, actor: Actor, group: Group) -> None:
    """Delete a group; its members lose what they had by it."""
    authorize(actor, Action.GROUP_DELETE, group)
    require_may_let_go(actor, group)
    rights_changed(tenant=group.tenant)
    record(actor, Event.DELETE_GROUP, group, request={"name": group.name})
    holder = group.holder
    group.delete()
    holder.delete()


@transaction.atomic
def add_members(*, actor: Actor, group: Group, users: Sequence[TenantUser]) -> None:
    """Put users into a group; those who are in it already stay."""
    authorize(actor, Action.GROUP_UPDATE, group)
    require_may_bring_in(actor, group)
    _require_same_tenant(group, users)
    group.holder.user_set.add(*(user.person_id for user in users))
    for user in users:
        rights_changed(tenant=group.tenant, person=user.person)
    record(actor, Event.ADD_USER_TO_GROUP, group, request={"users": [user.person.login for user in users]})


@transaction.atomic
def remove_members(*, actor: Actor, group: Group, users: Sequence[TenantUser]) -> None:
    """Take users out of a group."""
    authorize(actor, Action.GROUP_UPDATE, group)
    require_may_let_go(actor, group)
    _require_same_tenant(group, users)
    group.holder.user_set.remove(*(user.person_id for user in users))
    for user in users:
        rights_changed(tenant=group.tenant, person=user.person)
    record(actor, Event.REMOVE_USER_FROM_GROUP, group, request={"users": [user.person.login for user in users]})


def _require_same_tenant(group: Group, users: Sequence[TenantUser]) -> None:
    if any(user.tenant_id != group.tenant_id for user in users):
        raise Invalid(_("There is no such user."), field="users")
