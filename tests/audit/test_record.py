"""An event says who did what to which object, and never a secret."""

from __future__ import annotations

import pytest
from django.db import transaction

from apps.audit.events import Event
from apps.audit.models import AuditEvent
from apps.audit.services import masked, record
from apps.tenants.actors import Actor
from apps.tenants.services import create_tenant


@pytest.mark.django_db
def test_an_event_names_actor_object_and_origin() -> None:
    made = create_tenant(name="acme", admin="ann", password="long enough words")
    actor = Actor(person=made.admin, tenant=made.tenant, via="api", source_ip="10.0.0.9", request_id="f" * 32)
    record(actor, Event.CREATE_TENANT, made.tenant, request={"name": "acme", "password": "hunter2"})
    event = AuditEvent.objects.get()
    assert (event.name, event.resource_type, event.resource_id) == ("createTenant", "tenant", made.tenant.public_id)
    assert (event.person_name, event.via, event.source_ip) == ("acme/ann", "api", "10.0.0.9")
    assert event.request == {"name": "acme", "password": "***"}
    assert event.at is not None


@pytest.mark.django_db(transaction=True)
def test_an_event_lives_and_dies_with_its_transaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        record(Actor.system(create_tenant(name="acme", admin="a", password="long enough words").tenant), Event.SIGN_IN)
        raise RuntimeError
    assert not AuditEvent.objects.exists()


def test_secrets_are_masked_at_any_depth_and_long_values_are_cut() -> None:
    seen = masked({"a": [{"Password": "x", "token": "y"}], "b": "z" * 9000, "c": list(range(90))})
    assert seen["a"] == [{"Password": "***", "token": "***"}]
    assert len(seen["b"]) < 600
    assert len(seen["c"]) == 51
