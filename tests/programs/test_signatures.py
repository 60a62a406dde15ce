"""Requests signed with an access key: what is taken, and everything that must not be."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import Person
from apps.audit.models import AuditEvent
from apps.datasets.models import Dataset
from apps.programs import services
from apps.programs.models import AccessKey
from apps.programs.services import NewAccessKey
from apps.teams.models import Team
from apps.tenants.models import Tenant
from tests.factories import Customer, signed_in
from tests.programs.signing import Signed, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(acme: Customer) -> NewAccessKey:
    return services.create_access_key(actor=acme.actor, description="tests")


def request_of(
    key: NewAccessKey, customer: Customer, method: str = "GET", name: str = "datasets", **more: Any
) -> Signed:
    path = f"/v2/{customer.project.public_id}/{name}"
    return signed(key.row.access_key, key.secret, method, path, **more)


def new_team(key: NewAccessKey, customer: Customer, name: str = "crew", **more: Any) -> Signed:
    body = json.dumps({"workforce_name": name}).encode()
    return request_of(key, customer, "POST", "workforces", body=body, **more)


def test_a_signed_request_is_its_owners(acme: Customer, key: NewAccessKey) -> None:
    assert request_of(key, acme).send().status_code == 200
    assert new_team(key, acme).send().status_code == 201
    event = AuditEvent.objects.filter(name="createWorkforce").get()
    assert acme.admin.login in str(event.__dict__)
    assert Team.objects.get().name == "crew"


def test_a_signature_needs_no_csrf_token(acme: Customer, key: NewAccessKey) -> None:
    assert new_team(key, acme).send(Client(enforce_csrf_checks=True)).status_code == 201


@pytest.mark.parametrize(
    "query",
    [
        [("search_content", "a b+c&d=e/f?~é中")],
        [("search_content", "")],
        [("limit", "5"), ("offset", "0")],
    ],
)
def test_queries_are_signed_as_they_mean(acme: Customer, key: NewAccessKey, query: list[tuple[str, str]]) -> None:
    assert request_of(key, acme, query=query).send().status_code == 200


def test_header_values_may_be_of_any_script(acme: Customer, key: NewAccessKey) -> None:
    assert request_of(key, acme, headers={"x-note": "  标注 ünï "}).send().status_code == 200


def test_numbers_of_a_repeated_name_may_come_in_their_own_order(acme: Customer, key: NewAccessKey) -> None:
    """The SDK sorts a list of numbers as numbers, and texts as texts; both are read."""
    request = request_of(key, acme, "GET", "nowhere", query=[("a", "2"), ("a", "10")])
    assert request.send().status_code == 404
    other = signed(key.row.access_key, key.secret, "GET", request.path, query=[("a", "10"), ("a", "2")])
    assert other.send().status_code == 404


def spoiled_by_path(request: Signed, other: Customer) -> None:
    request.sent_to = f"/v2/{other.project.public_id}/workforces"


def spoiled_by_query(request: Signed, other: Customer) -> None:
    request.query = "limit=1"


def spoiled_by_body(request: Signed, other: Customer) -> None:
    request.body = json.dumps({"workforce_name": "evil"}).encode()


def spoiled_by_no_body(request: Signed, other: Customer) -> None:
    request.body = b""


def spoiled_by_header(request: Signed, other: Customer) -> None:
    request.headers["content-type"] = "application/json; charset=latin-1"


def spoiled_by_host(request: Signed, other: Customer) -> None:
    request.headers["host"] = "elsewhere"


def spoiled_by_date(request: Signed, other: Customer) -> None:
    moved = datetime.now(UTC) + timedelta(minutes=2)
    request.headers["x-sdk-date"] = moved.strftime("%Y%m%dT%H%M%SZ")


def spoiled_by_method(request: Signed, other: Customer) -> None:
    request.method = "PUT"


def spoiled_by_missing_header(request: Signed, other: Customer) -> None:
    del request.headers["x-note"]


def spoiled_by_signature(request: Signed, other: Customer) -> None:
    value = request.headers["authorization"]
    request.headers["authorization"] = value[:-1] + ("1" if value.endswith("0") else "0")


def spoiled_by_unknown_key(request: Signed, other: Customer) -> None:
    value = request.headers["authorization"]
    access_key = value.partition("Access=")[2].partition(",")[0]
    request.headers["authorization"] = value.replace(access_key, access_key[:-4] + "ZZZZ")


def spoiled_by_temporary_key(request: Signed, other: Customer) -> None:
    request.headers["x-security-token"] = "x"


SPOILS = [value for name, value in list(globals().items()) if name.startswith("spoiled_by_")]


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__)
def test_what_was_changed_after_signing_is_refused_even_beside_a_session(
    acme: Customer, rival: Customer, key: NewAccessKey, spoil: Any
) -> None:
    request = new_team(key, acme, headers={"x-note": "kept"})
    spoil(request, rival)
    answer = request.send(signed_in(acme.admin))
    assert (answer.status_code, answer.json()["error_code"]) == (401, "ModelArts.0201")
    assert answer.json()["error_msg"]
    assert not Team.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "SDK-HMAC-SM3 Access=A, SignedHeaders=host;x-sdk-date, Signature=00"},
        {"authorization": "V11-HMAC-SHA256 Credential=A/20260101/r/s, SignedHeaders=host, Signature=00"},
        {"authorization": "SDK-ECDSA-P256-SHA256 Access=A, SignedHeaders=host, Signature=00"},
        {"authorization": "SDK-HMAC-SHA256"},
        {"authorization": "SDK-HMAC-SHA256 Access=A"},
        {"authorization": "SDK-HMAC-SHA256 Access=A, SignedHeaders=, Signature=" + "0" * 64},
    ],
)
def test_other_algorithms_and_broken_headers_are_refused_with_a_reason(acme: Customer, headers: dict[str, str]) -> None:
    answer = signed_in(acme.admin).get(f"/v2/{acme.project.public_id}/datasets", headers=headers)
    assert answer.status_code == 401
    assert "SDK-HMAC-SHA256" in answer.json()["error_msg"]


@pytest.mark.parametrize("name", ["host", "x-sdk-date"])
def test_host_and_date_must_be_signed(acme: Customer, key: NewAccessKey, name: str) -> None:
    answer = request_of(key, acme, unsigned=[name]).send()
    assert answer.status_code == 401
    assert name in answer.json()["error_msg"]


@pytest.mark.parametrize(("minutes", "status"), [(-14, 200), (14, 200), (-16, 401), (16, 401)])
def test_a_clock_may_be_wrong_by_a_quarter_of_an_hour(
    acme: Customer, key: NewAccessKey, minutes: int, status: int
) -> None:
    answer = request_of(key, acme, at=datetime.now(UTC) + timedelta(minutes=minutes)).send()
    assert answer.status_code == status
    assert status == 200 or "clock" in answer.json()["error_msg"]


@pytest.mark.parametrize("date", ["20260101", "20260101T999999Z", "2026-01-01T00:00:00Z", ""])
def test_a_date_that_is_none_is_refused(acme: Customer, key: NewAccessKey, date: str) -> None:
    request = request_of(key, acme)
    request.headers["x-sdk-date"] = date
    assert request.send().status_code == 401


def test_a_change_counts_once_however_often_it_is_sent(acme: Customer, key: NewAccessKey) -> None:
    request = new_team(key, acme)
    assert request.send().status_code == 201
    Team.objects.all().delete()
    again = request.send()
    assert again.status_code == 401
    assert "before" in again.json()["error_msg"]
    assert not Team.objects.exists()


def test_a_deletion_is_not_replayed(acme: Customer, key: NewAccessKey) -> None:
    request = request_of(key, acme, "DELETE", "datasets/abcdefghij0123456789")
    assert [request.send().status_code for _ in range(2)] == [404, 401]


def test_reading_again_is_no_replay(acme: Customer, key: NewAccessKey) -> None:
    request = request_of(key, acme)
    assert [request.send().status_code for _ in range(2)] == [200, 200]


def test_the_claimed_hash_of_a_body_must_be_its_hash(acme: Customer, key: NewAccessKey) -> None:
    body = json.dumps({"workforce_name": "crew"}).encode()
    for claimed in ("UNSIGNED-PAYLOAD", "0" * 64):
        answer = request_of(
            key, acme, "POST", "workforces", body=body, headers={"x-sdk-content-sha256": claimed}
        ).send()
        assert answer.status_code == 401
    assert not Team.objects.exists()


def test_a_payload_left_unsigned_is_never_read_as_json(acme: Customer, key: NewAccessKey) -> None:
    """The SDK does not sign bodies of other types; nothing here takes such a body."""
    headers = {"x-sdk-content-sha256": "UNSIGNED-PAYLOAD", "content-type": "text/plain"}
    request = new_team(key, acme, headers=headers)
    assert request.send().status_code == 415
    loose = new_team(key, acme, headers=headers, unsigned=["content-type"])
    assert loose.send().status_code == 401


def test_another_tenants_project_is_like_none(acme: Customer, rival: Customer, key: NewAccessKey) -> None:
    foreign = request_of(key, rival).send()
    absent = signed(key.row.access_key, key.secret, "GET", f"/v2/{'0' * 32}/datasets").send()
    assert (foreign.status_code, foreign.content) == (absent.status_code, absent.content)
    assert foreign.status_code == 404


def test_a_key_is_worth_nothing_from_the_moment_it_ends(acme: Customer, key: NewAccessKey) -> None:
    assert request_of(key, acme).send().status_code == 200
    services.set_access_key_active(actor=acme.actor, row=key.row, active=False)
    assert request_of(key, acme).send().status_code == 401
    services.set_access_key_active(actor=acme.actor, row=key.row, active=True)
    assert request_of(key, acme).send().status_code == 200
    services.delete_access_key(actor=acme.actor, row=key.row)
    assert request_of(key, acme).send().status_code == 401


def test_a_key_of_somebody_who_may_not_come_in_is_worth_nothing(acme: Customer, key: NewAccessKey) -> None:
    Person.objects.filter(pk=acme.admin.pk).update(is_active=False)
    assert request_of(key, acme).send().status_code == 401
    Person.objects.filter(pk=acme.admin.pk).update(is_active=True)
    Tenant.objects.filter(pk=acme.tenant.pk).update(state="suspended")
    assert request_of(key, acme).send().status_code == 401


def test_a_key_survives_a_new_password(acme: Customer, key: NewAccessKey) -> None:
    acme.admin.set_password("another long password")
    acme.admin.save()
    assert request_of(key, acme).send().status_code == 200


def test_the_secret_is_stored_sealed(acme: Customer, key: NewAccessKey) -> None:
    row = AccessKey.objects.get()
    assert key.secret not in row.secret
    assert (len(row.access_key), len(key.secret)) == (20, 40)


def test_a_secret_sealed_under_another_key_of_the_server_opens_nothing(
    acme: Customer, key: NewAccessKey, settings: Any
) -> None:
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key of the server"
    assert request_of(key, acme).send().status_code == 401
    settings.SECRET_KEY_FALLBACKS = [old]
    assert request_of(key, acme).send().status_code == 200


def test_use_is_noted_coarsely_and_a_credential_costs_one_statement(acme: Customer, key: NewAccessKey) -> None:
    request_of(key, acme).send()
    row = AccessKey.objects.get()
    assert row.last_used_at is not None
    assert row.last_used_from == "127.0.0.1"
    first = row.last_used_at
    with CaptureQueriesContext(connection) as asked:
        request_of(key, acme).send()
    assert len([query for query in asked.captured_queries if "programs_accesskey" in query["sql"]]) == 1
    assert AccessKey.objects.get().last_used_at == first
    AccessKey.objects.update(last_used_at=timezone.now() - timedelta(minutes=6))
    request_of(key, acme).send()
    later = AccessKey.objects.get().last_used_at
    assert later is not None
    assert later > first


def test_pages_change_nothing_for_a_program(acme: Customer, key: NewAccessKey) -> None:
    path = "/account/credentials/keys/create/"
    request = signed(key.row.access_key, key.secret, "POST", path, body=b"{}")
    assert request.send().status_code == 302
    assert AccessKey.objects.count() == 1


def test_a_body_beyond_the_limit_is_not_read(acme: Customer, key: NewAccessKey, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = new_team(key, acme, name="x" * 200).send()
    assert answer.status_code == 401
    assert not Team.objects.exists()
    assert not Dataset.objects.exists()
