"""An event says who did what to which object, and never a secret."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.keys import marked
from apps.audit.models import AuditEvent
from apps.audit.services import record
from apps.audit.traces import COLUMNS, canonical, facts
from apps.labeling.models import TeamTask
from apps.tenants.actors import Actor
from apps.tenants.services import create_tenant
from tests.factories import Customer, a_dataset, a_task, a_team


@pytest.mark.django_db
def test_an_event_names_actor_object_and_origin() -> None:
    made = create_tenant(name="acme", admin="ann", password="long enough words")
    actor = Actor(
        person=made.admin,
        tenant=made.tenant,
        via="api",
        source_ip="10.0.0.9",
        request_id="f" * 32,
        user_agent="curl/8",
        credential="token",
        agency="helpers",
    )
    record(actor, Event.CREATE_TENANT, made.tenant, request={"name": "acme", "password": "hunter2"})
    event = AuditEvent.objects.get()
    assert (event.name, event.resource_type, event.resource_id) == ("createTenant", "tenant", made.tenant.public_id)
    assert (event.service, event.level, event.code, event.api_version) == ("IAM", "normal", 200, "v2")
    assert (event.user_name, event.user_id, event.user_domain) == ("acme/ann", made.admin.public_id, "acme")
    assert (event.via, event.source_ip, event.user_agent) == ("api", "10.0.0.9", "curl/8")
    assert (event.credential, event.agency, event.request_id) == ("token", "helpers", "f" * 32)
    assert event.request == {"name": "acme", "password": "***"}
    assert event.tenant_id == made.tenant.pk
    assert abs((event.recorded_at - event.at).total_seconds()) < 60


@pytest.mark.django_db
def test_an_event_bears_the_mark_of_the_server(acme: Customer) -> None:
    record(acme.actor, Event.SIGN_IN, acme.admin, request={"x": 1})
    row = AuditEvent.objects.filter(name="login").values(*COLUMNS, "mark").get()
    assert marked(canonical(facts(row)), row["mark"])
    assert not marked(canonical(facts({**row, "user_name": "acme/bob"})), row["mark"])


@pytest.mark.django_db
def test_what_was_allowed_and_why_is_part_of_the_event(acme: Customer) -> None:
    authorize(acme.actor, Action.DATASET_CREATE)
    record(acme.actor, Event.CREATE_DATASET)
    event = AuditEvent.objects.filter(name="createDataset").get()
    assert (event.action, event.decision, event.statement) == ("modelarts:dataset:create", "allow", "admin")
    record(Actor(person=acme.admin, tenant=acme.tenant), Event.SIGN_IN)
    later = AuditEvent.objects.filter(name="login").get()
    assert (later.action, later.decision) == ("", ""), "the decision of another request is no reason for this one"


@pytest.mark.django_db
def test_an_event_of_a_team_task_is_told_of_its_data_set(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    task: TeamTask = a_task(acme, dataset, a_team(acme, members=[("lea@acme.example", "labeler")]))
    event = AuditEvent.objects.filter(name="createWorkforceTask").get()
    assert (event.resource_type, event.resource_id, event.resource_name) == ("dataset", dataset.public_id, "shapes")
    assert event.request["teamtask_id"] == task.public_id
    assert event.request["teamtask_name"] == "first"


@pytest.mark.django_db(transaction=True)
def test_an_event_lives_and_dies_with_its_transaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        record(Actor.system(create_tenant(name="acme", admin="a", password="long enough words").tenant), Event.SIGN_IN)
        raise RuntimeError
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_what_is_not_built_cannot_be_recorded() -> None:
    with pytest.raises(ValueError, match="createNotebook"):
        record(Actor(), Event.CREATE_NOTEBOOK)
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_an_event_without_a_tenant_is_the_platforms_own() -> None:
    record(Actor(source_ip="10.0.0.1"), Event.SIGN_IN, level="warning", code=401)
    assert AuditEvent.objects.values_list("tenant_id", "level", "code").get() == (0, "warning", 401)


@pytest.mark.django_db
def test_nothing_in_an_event_can_break_a_line_or_steer_a_terminal(acme: Customer) -> None:
    bad = "a\r\nb\x1b[31m\u202ec\x00\x85\u2028d"
    actor = Actor(person=acme.admin, tenant=acme.tenant, source_ip=bad, user_agent=bad * 9999, request_id=bad)
    record(actor, Event.SIGN_IN, request={bad: bad, "long": "x" * 10_000_000})
    row = AuditEvent.objects.filter(name="login").values().get()
    for column, value in row.items():
        if isinstance(value, str):
            assert value.isprintable(), column
            assert len(value) <= 10_000
    assert row["user_agent"].startswith("a\\u000d\\u000ab\\u001b[31m\\u202ec\\u0000\\u0085\\u2028d")
    assert json.loads(row["request_body"])
