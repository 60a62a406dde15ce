"""The page and the API of the log: every filter, alone and together, for those who may, of their own tenant only."""

from __future__ import annotations

import csv
import io
import itertools
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Person
from apps.accounts.services import create_person
from apps.audit.events import Event
from apps.audit.models import AuditEvent
from apps.audit.sealing import seal_everything
from apps.audit.selectors import SHOWN
from apps.audit.services import record
from apps.core.ids import ordered_ids
from apps.tenants.actors import Actor
from apps.tenants.models import TenantUser
from tests.factories import PASSWORD, Customer, a_dataset, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(acme: Customer) -> Customer:
    """Events that differ in everything that can be filtered by."""
    record(acme.actor, Event.SIGN_IN, acme.admin)
    dataset = a_dataset(acme, pictures=1)
    program = Actor(
        person=acme.admin, tenant=acme.tenant, via="api", source_ip="10.1.2.3", request_id="a" * 32, is_admin=True
    )
    record(program, Event.UPDATE_DATASET, dataset, level="warning", code=409)
    record(Actor.system(acme.tenant), Event.PURGE_TRACES)
    return acme


def page(client: Client, **query: str) -> list[AuditEvent]:
    response = client.get("/audit/", query)
    assert response.status_code == 200
    return [row["event"] for row in response.context["rows"]]


COLUMNS = {
    "service": "service",
    "resource_type": "resource_type",
    "name": "name",
    "level": "level",
    "user": "user_name",
    "resource_id": "resource_id",
    "resource_name": "resource_name",
    "source_ip": "source_ip",
    "request_id": "request_id",
    "decision": "decision",
}


def test_every_filter_alone_and_every_pair_finds_what_it_says(log: Customer) -> None:
    client = log.client()
    everything = list(AuditEvent.objects.filter(tenant_id=log.tenant.pk).order_by("-pk"))
    values = {name: sorted({getattr(event, column) for event in everything} - {""}) for name, column in COLUMNS.items()}
    assert all(values.values()), values
    for one, two in itertools.combinations(COLUMNS, 2):
        query = {one: values[one][0], two: values[two][-1]}
        wanted = [
            event for event in everything if all(getattr(event, COLUMNS[key]) == value for key, value in query.items())
        ]
        assert page(client, **query) == wanted, query


def test_types_of_events_are_named_as_the_cloud_names_them(log: Customer) -> None:
    client = log.client()
    assert {event.via for event in page(client, trace_type="SystemAction")} == {"system"}
    assert {event.name for event in page(client, trace_type="ApiCall")} == {"updateDataset"}
    assert "login" in {event.name for event in page(client, trace_type="ConsoleAction")}


def test_seven_days_are_shown_unless_a_time_is_chosen(log: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    from apps.audit import services

    then = timezone.now() - SHOWN - timedelta(days=30)
    early = ordered_ids.next().int & ((1 << 80) - 1) | int(then.timestamp() * 1000) << 80
    monkeypatch.setattr(services, "ordered_id", lambda: __import__("uuid").UUID(int=early))
    record(log.actor, Event.SIGN_OUT, log.admin)
    client = log.client()
    assert "logout" not in {event.name for event in page(client)}
    start, end = (then - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"), (then + timedelta(days=1)).strftime("%Y-%m-%d")
    assert {event.name for event in page(client, start=start)} > {"logout", "login"}
    assert [event.name for event in page(client, start=start, end=end)] == ["logout"]


def test_pages_follow_each_other_without_gap_or_double(acme: Customer) -> None:
    for number in range(120):
        record(acme.actor, Event.SIGN_IN, acme.admin, request={"number": number})
    client = acme.client()
    seen: list[Any] = []
    after = ""
    while True:
        response = client.get("/audit/", {"name": "login", **({"after": after} if after else {})})
        seen += [row["event"].pk for row in response.context["rows"]]
        record(acme.actor, Event.SIGN_IN, acme.admin)
        after = response.context["page"].next
        if not after:
            break
    assert len(seen) == 120
    assert seen == sorted(set(seen), reverse=True)


def test_an_event_unfolds_and_is_shown_in_full(log: Customer) -> None:
    seal_everything()
    client = log.client()
    event = page(client, name="updateDataset")[0]
    text = client.get("/audit/", {"name": "updateDataset"}).content.decode()
    assert "10.1.2.3" in text
    assert f"/audit/{event.pk.hex}/" in text
    shown = client.get(f"/audit/{event.pk.hex}/")
    structure = json.loads(shown.context["structure"])
    assert structure["trace_id"] == event.pk.hex
    assert structure["trace_type"] == "ApiCall"
    assert structure["user"] == {
        "id": log.admin.public_id,
        "name": "acme/ann",
        "domain": "acme",
        "agency": "",
        "credential": "",
    }
    assert len(structure["hash"]) == len(structure["prev_hash"]) == 64
    assert structure["seq"] > 0


def test_markup_in_the_log_is_text(acme: Customer) -> None:
    nasty = "<img src=x onerror=alert(1)>"
    record(Actor(person=acme.admin, tenant=acme.tenant, user_agent=nasty), Event.SIGN_IN, request={"a": nasty})
    client = acme.client()
    event = page(client, name="login")[0]
    for address in ("/audit/", f"/audit/{event.pk.hex}/"):
        assert nasty not in client.get(address).content.decode()


def body_of(response: Any) -> str:
    return b"".join(response).decode()


def test_what_is_filtered_can_be_taken_along(log: Customer) -> None:
    seal_everything()
    client = log.client()
    lines = body_of(client.get("/audit/export.jsonl", {"name": "updateDataset"})).splitlines()
    (trace,) = [json.loads(line) for line in lines]
    assert trace["trace_name"] == "updateDataset"
    assert trace["trace_rating"] == "warning"
    rows = list(csv.DictReader(io.StringIO(body_of(client.get("/audit/export.csv")).removeprefix("\ufeff"))))
    names = [row["trace_name"] for row in rows]
    assert "exportTraces" in names, "the first export is in the second one"
    taken = AuditEvent.objects.filter(name="exportTraces").order_by("pk")
    assert [event.request["form"] for event in taken] == ["jsonl", "csv"]
    assert all(event.read_only for event in taken)


def test_a_spreadsheet_runs_nothing(acme: Customer) -> None:
    nasty = "=HYPERLINK(1)"
    record(Actor(person=acme.admin, tenant=acme.tenant, user_agent=nasty), Event.SIGN_IN)
    text = body_of(acme.client().get("/audit/export.csv"))
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert "\t" + nasty in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def a_user(customer: Customer, name: str = "bob") -> Person:
    person = create_person(login=f"{customer.tenant.name}/{name}", kind=Person.Kind.USER, name=name, password=PASSWORD)
    TenantUser.objects.create(tenant=customer.tenant, person=person)
    return person


ADDRESSES = ("/audit/", "/audit/export.csv", "/audit/export.jsonl")


def test_who_may_not_list_traces_sees_none(log: Customer) -> None:
    event = AuditEvent.objects.filter(tenant_id=log.tenant.pk).first()
    assert event is not None
    client = signed_in(a_user(log))
    for address in (*ADDRESSES, f"/audit/{event.pk.hex}/"):
        assert client.get(address).status_code == 403, address
    assert Client().get("/audit/").status_code == 302


def test_another_tenant_sees_its_own_only(log: Customer, rival: Customer) -> None:
    event = AuditEvent.objects.filter(tenant_id=log.tenant.pk).first()
    assert event is not None
    client = rival.client()
    record(rival.actor, Event.SIGN_IN, rival.admin)
    assert {found.tenant_id for found in page(client)} == {rival.tenant.pk}
    assert "acme" not in body_of(client.get("/audit/export.jsonl"))
    assert client.get(f"/audit/{event.pk.hex}/").status_code == 404
    missing = client.get("/audit/0197000000007000800000000000ffff/")
    assert missing.status_code == 404
    answer = rival.api().get(f"/v3/{rival.project.public_id}/traces")
    assert {trace["tenant_id"] for trace in answer.json()["traces"]} == {rival.tenant.pk}
    assert rival.api().get(f"/v3/{log.project.public_id}/traces").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_done_to_the_log_but_to_read_it(log: Customer, method: str) -> None:
    event = AuditEvent.objects.filter(tenant_id=log.tenant.pk).first()
    assert event is not None
    count = AuditEvent.objects.count()
    for client, addresses in (
        (log.client(), (*ADDRESSES, f"/audit/{event.pk.hex}/")),
        (log.api(), (f"/v3/{log.project.public_id}/traces", f"/v3/{log.project.public_id}/traces/{event.pk.hex}")),
    ):
        for address in addresses:
            assert getattr(client, method)(address).status_code in {404, 405}, address
    assert AuditEvent.objects.filter(pk=event.pk).exists()
    assert AuditEvent.objects.count() >= count


def traces(customer: Customer, **query: Any) -> Any:
    response = customer.api().get(f"/v3/{customer.project.public_id}/traces", query)
    assert response.status_code == 200, response.content
    return response.json()


def test_the_api_answers_as_the_clouds_own_service(log: Customer) -> None:
    answer = traces(log, trace_name="updateDataset", trace_type="system", service_type="ModelArts")
    (trace,) = answer["traces"]
    assert answer["meta_data"] == {"count": 1, "marker": None}
    event = AuditEvent.objects.get(pk=trace["trace_id"])
    assert trace["time"] == event.milliseconds
    assert (trace["code"], trace["api_version"], trace["trace_type"]) == (409, "v2", "ApiCall")
    assert traces(log, trace_id=trace["trace_id"])["meta_data"]["count"] == 1
    assert traces(log, to=trace["time"])["meta_data"]["count"] > 0
    assert traces(log, **{"from": trace["time"] + 10_000})["traces"] == []


def test_the_api_goes_on_where_a_page_ended(acme: Customer) -> None:
    for _number in range(7):
        record(acme.actor, Event.SIGN_OUT, acme.admin)
    first = traces(acme, trace_name="logout", limit=3)
    second = traces(acme, trace_name="logout", limit=3, next=first["meta_data"]["marker"])
    third = traces(acme, trace_name="logout", limit=3, next=second["meta_data"]["marker"])
    ids = [trace["trace_id"] for answer in (first, second, third) for trace in answer["traces"]]
    assert len(set(ids)) == 7
    assert third["meta_data"]["marker"] is None


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 201},
        {"limit": 0},
        {"next": "x"},
        {"trace_rating": "loud"},
        {"user__password": "x"},
        {"from": -1},
        {"to": 10**30},
        {"tenant_id": 1},
    ],
)
def test_a_query_that_means_nothing_is_refused(acme: Customer, query: dict[str, Any]) -> None:
    assert acme.api().get(f"/v3/{acme.project.public_id}/traces", query).status_code == 400


def test_who_is_not_of_the_tenant_leaves_a_trace_by_reading(log: Customer, rival: Customer) -> None:
    from dataclasses import replace

    from apps.audit import services

    guest = replace(log.actor, person=rival.admin, home=rival.tenant, agency="support")
    services.note_reading(actor=guest, wanted={"name": "login"})
    event = AuditEvent.objects.filter(name="listTraces").get()
    assert (event.user_name, event.user_domain, event.agency) == ("rival/ann", "rival", "support")
    assert (event.tenant_id, event.read_only, event.request) == (log.tenant.pk, True, {"name": "login"})
    services.note_reading(actor=log.actor, wanted={})
    assert AuditEvent.objects.filter(name="listTraces").count() == 1
