"""Users and policies that tests of rights start from."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from apps.access.models import Policy
from apps.access.services import refusal
from apps.accounts.models import Person
from apps.iam import services
from apps.iam.selectors import policies
from apps.tenants.actors import Actor
from apps.tenants.models import Group, TenantUser
from apps.tenants.selectors import actor_of_person, in_default_project
from tests.factories import Customer, signed_in


def a_user(customer: Customer, name: str = "bob", *, alone: bool = True) -> TenantUser:
    """A user who chose their password; `alone` takes them out of the default group, so that they have no rights."""
    made = services.create_user(actor=customer.actor, name=name, email=f"{name}@{customer.tenant.name}.test")
    Person.objects.filter(pk=made.user.person_id).update(must_change_password=False)
    if alone:
        made.user.person.groups.clear()
    return TenantUser.objects.select_related("person", "tenant").get(pk=made.user.pk)


def actor_of(user: TenantUser) -> Actor:
    """The user as a request of theirs would find them now."""
    person = Person.objects.select_related("tenant_user__tenant").get(pk=user.person_id)
    return in_default_project(actor_of_person(person, via="page"))


def browser(user: TenantUser) -> Client:
    return signed_in(Person.objects.get(pk=user.person_id))


def text_of(effect: str, *actions: str, resource: str | None = None, condition: Any = None) -> str:
    """A document with one statement."""
    statement: dict[str, Any] = {"Effect": effect, "Action": list(actions)}
    if resource:
        statement["Resource"] = [resource]
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "1.1", "Statement": [statement]})


def a_policy(customer: Customer, name: str, text: str) -> Policy:
    return services.create_policy(actor=customer.actor, name=name, document=text)


def give(customer: Customer, holder: TenantUser | Group, *names: str) -> None:
    """Attaches policies of the tenant or of the system by name, for all projects."""
    known = {policy.name: policy for policy in policies.policies(customer.actor)}
    for name in names:
        where = {"group": holder} if isinstance(holder, Group) else {"user": holder}
        services.attach_policy(actor=customer.actor, policy=known[name], **where)


def allowed(user: TenantUser, action: Any, obj: Any = None) -> bool:
    return refusal(actor_of(user), action, obj) is None
