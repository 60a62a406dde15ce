"""Becoming a user of a tenant, and ceasing to be one: what inviting and creating have in common."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.models import Person
from apps.core.errors import Invalid
from apps.iam.texts import clean_address, clean_full_name, clean_user_name
from apps.programs.models import AccessToken
from apps.tenants.models import Group, Session, Tenant, TenantUser


def login_of(tenant: Tenant, name: str) -> str:
    return f"{tenant.name}/{clean_user_name(name)}"


def join(tenant: Tenant, *, name: str, email: str, full_name: str, password: str) -> TenantUser:
    """A new person as a user of the tenant and a member of its default group."""
    login = login_of(tenant, name)
    if Person.objects.filter(login=login).exists():
        raise Invalid(_("The sign-in name '%(name)s' is taken. Choose another one.") % {"name": login}, field="name")
    address = clean_address(email) if email.strip() else ""
    display = clean_full_name(full_name) or name.strip()
    person = accounts.create_person(login=login, kind=Person.Kind.USER, email=address, name=display, password=password)
    user = TenantUser.objects.create(tenant=tenant, person=person)
    default = Group.objects.filter(tenant=tenant, is_default=True).first()
    if default is not None:
        person.groups.add(default.holder_id)
    return user


def end_sessions(person: Person) -> None:
    """Browsers and programs of the person are out with their next request, and do not come back by themselves."""
    Session.objects.filter(person=person).delete()
    AccessToken.objects.filter(person=person).delete()
