"""A change that was refused is one warning; where somebody came from is what our own socket or proxy saw."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from apps.audit.models import AuditEvent
from apps.tenants.requests import source_address
from tests.audit.test_pages import a_user
from tests.factories import Customer, a_dataset, signed_in

pytestmark = pytest.mark.django_db


def refusals() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(name="refuseOperation").order_by("pk"))


def test_a_refused_change_is_one_warning_with_what_was_asked(acme: Customer) -> None:
    client = signed_in(a_user(acme))
    response = client.post("/teams/new/", {"name": "crew", "description": ""})
    assert response.status_code == 403
    (event,) = refusals()
    assert (event.level, event.code, event.decision) == ("warning", 403, "deny")
    assert (event.service, event.resource_type, event.action) == (
        "ModelArts",
        "workforce",
        "modelarts:workforce:create",
    )
    assert event.user_name == "acme/bob"
    assert event.request_id == response.headers["X-Request-Id"]
    assert event.request["method"] == "POST"
    assert event.tenant_id == acme.tenant.pk


def test_a_refusal_of_the_api_is_one_warning(acme: Customer, rival: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    path = f"/v2/{rival.project.public_id}/datasets/{dataset.public_id}"
    response = rival.api().delete(path)
    assert response.status_code == 404
    (event,) = refusals()
    assert (event.tenant_id, event.level, event.code) == (rival.tenant.pk, "warning", 404)
    assert event.request == {"method": "DELETE", "path": path}
    assert event.resource_name == "", "what the answer hid is hidden here, too"


def test_reading_what_one_may_not_see_fills_no_log(acme: Customer) -> None:
    client = signed_in(a_user(acme))
    assert client.get("/audit/").status_code == 403
    assert not refusals()


def test_strangers_cannot_fill_the_log(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    before = AuditEvent.objects.count()
    client = Client()
    client.post("/teams/new/", {"name": "crew"})
    client.delete(f"/v2/{acme.project.public_id}/datasets/{dataset.public_id}")
    assert AuditEvent.objects.count() == before


SPELLINGS = [
    *("6.6.6.6", "6.6.6.6, 7.7.7.7", "6.6.6.6,", ",6.6.6.6", " 6.6.6.6 ", "[::6]", "6.6.6.6:80", "unknown"),
    *("6.6.6.6\x1b[31m", "for=6.6.6.6", "x" * 9000),
]


HEADERS = ["X-Forwarded-For", "X-Real-Ip", "Forwarded", "Client-Ip", "True-Client-Ip"]


@pytest.mark.parametrize("claimed", SPELLINGS)
def test_a_claimed_origin_is_not_believed(claimed: str, settings: Settings) -> None:
    for header in HEADERS:
        request = RequestFactory().post("/", headers={header: claimed})
        assert source_address(request) == "127.0.0.1"


def test_the_event_holds_the_address_of_the_socket(acme: Customer) -> None:
    client = signed_in(a_user(acme))
    client.post("/teams/new/", {"name": "crew"}, headers=dict.fromkeys(HEADERS, "6.6.6.6"))
    assert [event.source_ip for event in refusals()] == ["127.0.0.1"]


def test_a_proxy_of_ours_is_believed_as_far_as_it_reaches(settings: Settings) -> None:
    settings.TAGORA_PROXIES = 1
    for claimed, believed in {
        "6.6.6.6, 10.0.0.7": "10.0.0.7",
        "6.6.6.6, 2001:DB8::7": "2001:db8::7",
        "6.6.6.6, not\x1ban address": "127.0.0.1",
        "": "127.0.0.1",
    }.items():
        assert source_address(RequestFactory().post("/", headers={"X-Forwarded-For": claimed})) == believed
