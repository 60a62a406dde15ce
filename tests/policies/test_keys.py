"""Every condition key is answered: one that no request has would make a rule that never holds, or always."""

from __future__ import annotations

from django.apps import apps

from apps.access.resources import OWN_WORK, TAG, ResourceKind, request_context
from apps.accounts.models import Person
from apps.policies.conditions import KEYS, READERS, key_named
from apps.storage.selectors import Place
from apps.tenants.actors import Actor
from apps.tenants.models import Bucket, Project, Tenant


def test_every_condition_key_is_answered() -> None:
    tenant = Tenant(name="acme")
    actor = Actor(
        person=Person(login="acme/ann"),
        tenant=tenant,
        project=Project(name="north"),
        source_ip="10.0.0.1",
        credential="session",
        mfa=True,
        agency="helpers",
    )
    answered = set(request_context(actor)) | set(
        Place(Bucket(tenant=tenant, name="box"), "in/", whole=True).resource.context
    )
    kinds = [getattr(model, "resource", None) for model in apps.get_models()]
    for kind in (kind for kind in kinds if isinstance(kind, ResourceKind)):
        answered |= {*kind.keys, *([OWN_WORK] if kind.owner else []), *([TAG] if kind.tags else [])}
    assert answered == {key.name for key in KEYS}
    assert not [key for key in KEYS if key.of_resource and key.name in request_context(actor)]


def test_what_a_request_answers_can_be_compared() -> None:
    actor = Actor(person=Person(login="acme/ann"), tenant=Tenant(name="acme"), source_ip="10.0.0.1", mfa=True)
    for name, value in request_context(actor).items():
        key = key_named(name)
        assert key is not None
        assert READERS[key.kind](value) is not None
