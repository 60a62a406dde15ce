"""Creating, changing, disabling and deleting users."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.accounts import services as accounts
from apps.accounts.models import Person
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Denied, Invalid
from apps.iam.giving import require_may_bring_in, require_not_below
from apps.iam.joining import end_sessions, join
from apps.iam.texts import clean_address, clean_full_name
from apps.tenants.actors import Actor
from apps.tenants.models import Group, Tenant, TenantUser
from apps.tenants.rights import rights_changed


@dataclass(frozen=True)
class NewUser:
    """`password` is shown once and must be changed at the first sign-in."""

    user: TenantUser
    password: str


@transaction.atomic
def create_user(
    *, actor: Actor, name: str, email: str = "", full_name: str = "", password: str = "", groups: Sequence[Group] = ()
) -> NewUser:
    """A user with an initial password (drawn when none is given), in the default group and in `groups`."""
    authorize(actor, Action.USER_CREATE)
    assert actor.tenant is not None
    for group in groups:
        authorize(actor, Action.GROUP_UPDATE, group)
        require_may_bring_in(actor, group)
    initial = password or secrets.token_urlsafe(12)
    user = join(actor.tenant, name=name, email=email, full_name=full_name, password=initial)
    Person.objects.filter(pk=user.person_id).update(must_change_password=True)
    user.person.must_change_password = True
    user.person.groups.add(*(group.holder_id for group in groups))
    rights_changed(tenant=actor.tenant, person=user.person)
    request = {"name": user.person.login, "email": user.person.email, "groups": [group.name for group in groups]}
    record(actor, Event.CREATE_USER, user.person, request=request)
    return NewUser(user, initial)


def _require_another_admin(tenant: Tenant, user: TenantUser) -> None:
    """Conflict when the user is the last active admin. The lock lets two admins not remove each other at once."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    others = TenantUser.objects.filter(tenant=tenant, is_admin=True, person__is_active=True).exclude(pk=user.pk)
    if not others.exists():
        raise Conflict(_("This is the tenant's last active admin. Make somebody else an admin first."))


@transaction.atomic
def update_user(
    *,
    actor: Actor,
    user: TenantUser,
    full_name: str | None = None,
    email: str | None = None,
    is_active: bool | None = None,
    is_admin: bool | None = None,
) -> TenantUser:
    """Change what is not None. Who is disabled is signed out everywhere; the last active admin stays one."""
    authorize(actor, Action.USER_UPDATE, user)
    user = TenantUser.objects.select_for_update(of=("self",)).select_related("person", "tenant").get(pk=user.pk)
    person = user.person
    told: dict[str, object] = {}
    myself = actor.person is not None and actor.person.pk == person.pk
    if full_name is not None:
        person.name = told["full_name"] = clean_full_name(full_name)
    if email is not None and (address := clean_address(email) if email.strip() else "") != person.email:
        if not myself:
            require_not_below(actor, user)  # a link to set a new password goes to this address
        person.email = told["email"] = address
    if is_active is not None and is_active != person.is_active:
        if not is_active and myself:
            raise Conflict(_("You cannot disable yourself. Another admin has to do that."))
        require_not_below(actor, user)
        if not is_active and user.is_admin:
            _require_another_admin(user.tenant, user)
        person.is_active = told["is_active"] = is_active
    if is_admin is not None and is_admin != user.is_admin:
        if not actor.is_admin or actor.bounds is not None or actor.agency:
            raise Denied(_("Only an admin of the tenant can make or unmake an admin."))
        if user.is_admin and person.is_active:
            _require_another_admin(user.tenant, user)
        user.is_admin = told["is_admin"] = is_admin
        user.save(update_fields=["is_admin"])
    person.save(update_fields=["name", "email", "is_active"])
    if not person.is_active:
        end_sessions(person)
    if {"is_active", "is_admin"} & told.keys():
        rights_changed(tenant=user.tenant, person=person)
    record(actor, Event.UPDATE_USER, person, request=told)
    return user


@transaction.atomic
def reset_password(*, actor: Actor, user: TenantUser) -> str:
    """A new initial password, shown once; whoever was signed in as the user is not any more."""
    authorize(actor, Action.USER_UPDATE, user)
    if actor.person is not None and actor.person.pk == user.person_id:
        raise Invalid(_("Change your own password under 'Account'."))
    require_not_below(actor, user)
    password = secrets.token_urlsafe(12)
    accounts.set_password(user.person, password)
    Person.objects.filter(pk=user.person_id).update(must_change_password=True)
    end_sessions(user.person)
    rights_changed(tenant=user.tenant, person=user.person)
    record(actor, Event.UPDATE_USER, user.person, request={"password": password})
    return password


@transaction.atomic
def delete_user(*, actor: Actor, user: TenantUser) -> None:
    """Take a person out of the tenant for good. What they made stays; their name in the audit log stays."""
    authorize(actor, Action.USER_DELETE, user)
    if actor.person is not None and actor.person.pk == user.person_id:
        raise Conflict(_("You cannot delete yourself. Another admin has to do that."))
    require_not_below(actor, user)
    if user.is_admin:
        _require_another_admin(user.tenant, user)
    end_sessions(user.person)
    rights_changed(tenant=user.tenant, person=user.person)
    record(actor, Event.DELETE_USER, user.person, request={"name": user.person.login})
    user.person.delete()
