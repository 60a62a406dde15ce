"""Operators run the platform and see nothing of a tenant, unless they visit: asked for, agreed to, short, recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Person
from apps.agencies import services
from apps.agencies.models import Visit
from apps.audit import digests, sealing, verification
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Invalid, NotFound
from apps.datasets.models import Dataset, LabelUse
from apps.jobs.models import Job, JobEntry, JobLine
from apps.storage.store import store
from apps.teams.models import Invitation
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant, TenantOwned
from tests.factories import (
    PASSWORD,
    Customer,
    a_customer,
    a_dataset,
    a_picture,
    a_task,
    a_team,
    members_of,
    run_jobs,
    signed_in,
)

pytestmark = pytest.mark.django_db
REASON = "A ticket says that pictures are missing."


@pytest.fixture
def acme() -> Customer:
    return a_customer("acme")


@pytest.fixture
def operator() -> Person:
    return services.create_operator(name="olga", password=PASSWORD)


@pytest.fixture
def actor(operator: Person) -> Actor:
    return Actor(person=operator)


@pytest.fixture
def dataset(acme: Customer) -> Dataset:
    return a_dataset(acme, "zanzibar", pictures=1)


def addresses(dataset: Dataset) -> list[str]:
    project = dataset.project.public_id
    return [
        f"/datasets/{dataset.public_id}/",
        "/datasets/",
        "/teams/",
        "/jobs/",
        "/storage/",
        "/audit/",
        f"/v2/{project}/datasets",
        f"/v2/{project}/datasets/{dataset.public_id}",
    ]


def test_an_operator_sees_numbers_and_nothing_that_a_tenant_wrote(operator: Person, dataset: Dataset) -> None:
    client = signed_in(operator)
    page = client.get("/operator/")
    assert b"acme" in page.content
    assert b"zanzibar" not in page.content
    for address in addresses(dataset):
        answer = client.get(address)
        assert b"zanzibar" not in answer.content, address
        assert answer.status_code != 200 or address.startswith("/v2/"), address


def test_the_operators_pages_do_not_exist_for_others(acme: Customer, operator: Person) -> None:
    for client in (acme.client(), Client()):
        for address in ("/operator/", "/operator/new/", "/operator/log/", f"/operator/{acme.tenant.public_id}/"):
            assert client.get(address).status_code in (302, 404), address
        answer = client.post(f"/operator/{acme.tenant.public_id}/state/", {"state": "suspended"})
        assert answer.status_code in (302, 404)
    acme.tenant.refresh_from_db()
    assert acme.tenant.state == Tenant.State.ACTIVE


def test_a_visit_waits_for_an_admin_then_looks_and_ends(acme: Customer, operator: Person, dataset: Dataset) -> None:
    client, admin = signed_in(operator), acme.client()
    page = f"/datasets/{dataset.public_id}/"
    client.post(f"/operator/{acme.tenant.public_id}/visit/", {"reason": REASON, "hours": "1"})
    visit = Visit.objects.get()
    start = f"/operator/visits/{visit.public_id}/start/"
    assert client.post(start).status_code == 404
    assert admin.post(f"/access/visits/{visit.public_id}/open/").status_code == 302
    assert client.post(start).status_code == 302
    assert client.get(page).status_code == 200
    assert client.post(f"/datasets/{dataset.public_id}/sync/").status_code == 403
    assert client.get("/access/users/").status_code == 403
    levels = dict(AuditEvent.objects.filter(tenant_id=acme.tenant.pk).values_list("name", "level"))
    assert levels["openOperatorVisit"] == "incident"
    assert admin.post(f"/access/visits/{visit.public_id}/end/").status_code == 302
    assert client.get(page).status_code in (302, 403, 404)


def test_a_visit_is_over_when_its_time_is(acme: Customer, operator: Person, actor: Actor, dataset: Dataset) -> None:
    services.set_visit_rule(actor=acme.actor, approves=False)
    tenant = Tenant.objects.get(pk=acme.tenant.pk)
    visit = services.ask_visit(actor=actor, tenant=tenant, reason=REASON, hours=4)
    client = signed_in(operator)
    client.post(f"/operator/visits/{visit.public_id}/start/")
    assert client.get(f"/datasets/{dataset.public_id}/").status_code == 200
    Visit.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(f"/datasets/{dataset.public_id}/").status_code in (302, 403, 404)


@pytest.mark.parametrize(("reason", "hours"), [("", 1), ("because", 1), (REASON, 0), (REASON, 5)])
def test_a_visit_needs_a_reason_and_is_short(acme: Customer, actor: Actor, reason: str, hours: int) -> None:
    with pytest.raises(Invalid):
        services.ask_visit(actor=actor, tenant=acme.tenant, reason=reason, hours=hours)
    assert not Visit.objects.exists()


def test_only_operators_ask_and_only_for_themselves(acme: Customer, actor: Actor) -> None:
    with pytest.raises(NotFound):
        services.ask_visit(actor=acme.actor, tenant=acme.tenant, reason=REASON, hours=1)
    services.set_visit_rule(actor=acme.actor, approves=False)
    tenant = Tenant.objects.get(pk=acme.tenant.pk)
    visit = services.ask_visit(actor=actor, tenant=tenant, reason=REASON, hours=1)
    other = Actor(person=services.create_operator(name="otto", password=PASSWORD))
    with pytest.raises(NotFound):
        services.start_visit(actor=other, public_id=visit.public_id)


def test_a_suspended_tenant_is_shut_by_every_way_and_opens_again(acme: Customer, actor: Actor) -> None:
    browser, program = acme.client(), acme.api()
    address = f"/v2/{acme.project.public_id}/datasets"
    services.suspend_tenant(actor=actor, tenant=acme.tenant)
    assert browser.get("/datasets/").status_code in (302, 403)
    assert program.get(address).status_code == 401
    answer = Client().post("/sign-in/", {"login": "acme/ann", "password": PASSWORD})
    assert answer.status_code in (401, 403)
    services.resume_tenant(actor=actor, tenant=acme.tenant)
    assert browser.get("/datasets/").status_code == 200
    assert program.get(address).status_code == 200


def test_an_operator_makes_a_tenant_whose_admin_must_choose_a_password(operator: Person) -> None:
    page = signed_in(operator).post("/operator/new/", {"name": "fresh", "admin": "ann"})
    assert b"fresh/ann" in page.content
    assert Person.objects.get(login="fresh/ann").must_change_password
    assert AuditEvent.objects.filter(name="createTenant").exists()


@pytest.mark.parametrize("act", ["suspend", "erase", "ask", "rule", "create"])
def test_without_its_event_no_change_is_left(
    acme: Customer, actor: Actor, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    from apps.audit import services as audit

    if act == "erase":
        services.suspend_tenant(actor=actor, tenant=acme.tenant)
    acts = {
        "suspend": lambda: services.suspend_tenant(actor=actor, tenant=acme.tenant),
        "erase": lambda: services.erase_tenant(actor=actor, tenant=acme.tenant, typed_name="acme"),
        "ask": lambda: services.ask_visit(actor=actor, tenant=acme.tenant, reason=REASON, hours=1),
        "rule": lambda: services.set_visit_rule(actor=acme.actor, approves=False),
        "create": lambda: services.create_tenant_for(actor=actor, name="fresh", admin="ann"),
    }

    def broken(*values: object, **columns: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(audit, "_write", broken)
    before = list(Tenant.objects.order_by("pk").values())
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        acts[act]()
    assert list(Tenant.objects.order_by("pk").values()) == before
    assert not Visit.objects.exists()


def rows_of(tenant: Tenant) -> dict[str, int]:
    owned = [model for model in apps.get_models() if issubclass(model, TenantOwned)]
    counts = {model.__name__: model._default_manager.filter(tenant_id=tenant.pk).count() for model in owned}
    return {name: count for name, count in counts.items() if count}


def rows_without_a_tenant() -> dict[str, int]:
    """Of tables whose rows only hang on rows of tenants: a report's entries, a job's lines, uses of labels ..."""
    return {model.__name__: model._default_manager.count() for model in (JobEntry, JobLine, LabelUse, Invitation)}


def test_erasing_leaves_nothing_but_the_log_and_nobody_else_is_touched(acme: Customer, actor: Actor) -> None:
    rival = a_customer("rival")
    for customer in (rival, acme):
        before = rows_of(rival.tenant), rows_without_a_tenant()
        name = customer.tenant.name
        people = [(f"lee@{name}.example", "labeler"), (f"new@{name}.example", "labeler")]
        team = a_team(customer, "crew", members=people)
        files = {"cat/1.jpg": a_picture(), "cat/2.jpg": a_picture(seed=1), "cat/broken.jpg": b"no picture"}
        dataset = a_dataset(customer, "shapes", files=files)
        member = members_of(team)[1]
        a_task(customer, dataset, team, "task")
        Invitation.objects.create(member=member, task="x", token_hash=name, expires_at=timezone.now())
        run_jobs()
        JobLine.objects.create(job=Job.objects.filter(tenant=customer.tenant).latest("pk"), text="a line")
    more = {model for model, count in rows_without_a_tenant().items() if count > before[1][model]}
    assert more == set(before[1])
    files = len(list(store().walk(rival.bucket.name, "")))
    with pytest.raises(Conflict):
        services.erase_tenant(actor=actor, tenant=acme.tenant, typed_name="acme")
    services.suspend_tenant(actor=actor, tenant=acme.tenant)
    with pytest.raises(Invalid):
        services.erase_tenant(actor=actor, tenant=acme.tenant, typed_name="acne")
    services.erase_tenant(actor=actor, tenant=acme.tenant, typed_name="acme")
    assert services.erase_next() == "acme"
    assert services.erase_next() is None
    assert rows_of(acme.tenant) == {}
    assert not Tenant.objects.filter(name="acme").exists()
    assert not Person.objects.filter(login="acme/ann").exists()
    assert not list(store().walk(acme.bucket.name, ""))
    assert (rows_of(rival.tenant), rows_without_a_tenant()) == before
    connection.check_constraints()
    assert len(list(store().walk(rival.bucket.name, ""))) == files
    assert AuditEvent.objects.filter(tenant_id=acme.tenant.pk, name="eraseTenant").exists()


def test_the_log_of_an_erased_tenant_can_still_be_proven(acme: Customer, actor: Actor) -> None:
    a_dataset(acme, "shapes", pictures=1)
    services.suspend_tenant(actor=actor, tenant=acme.tenant)
    services.erase_tenant(actor=actor, tenant=acme.tenant, typed_name="acme")
    sealing.seal_everything()
    assert digests.sign(acme.tenant.pk)
    before = verification.verify(acme.tenant.pk)
    assert before.digests
    services.erase_next()
    after = verification.verify(acme.tenant.pk)
    assert not after.problems
    assert after.digests == before.digests


def test_an_erasure_that_was_killed_goes_on(acme: Customer, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    from apps.agencies.services import erasing

    a_dataset(acme, "shapes", pictures=3)
    services.suspend_tenant(actor=actor, tenant=acme.tenant)
    services.erase_tenant(actor=actor, tenant=acme.tenant, typed_name="acme")
    real, left = erasing._remove_rows, [4]

    def dying(model: type, tenant: Tenant, way: str = "tenant") -> None:
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        real(model, tenant, way)

    monkeypatch.setattr(erasing, "_remove_rows", dying)
    with pytest.raises(KeyboardInterrupt):
        services.erase_next()
    monkeypatch.setattr(erasing, "_remove_rows", real)
    assert services.erase_next() == "acme"
    assert rows_of(acme.tenant) == {}
