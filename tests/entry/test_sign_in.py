"""Coming in: with a session, with a token, and not at all."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts import services as accounts
from apps.accounts.models import Person
from apps.audit.models import AuditEvent
from apps.programs.models import AccessToken
from apps.tenants.models import Session, Tenant
from apps.tenants.services import NewTenant, create_tenant

pytestmark = pytest.mark.django_db
PASSWORD = "long enough words"


@pytest.fixture
def acme() -> NewTenant:
    return create_tenant(name="acme", admin="ann", password=PASSWORD)


def sign_in(client: Client, login: str = "acme/ann", password: str = PASSWORD, **extra: Any) -> Any:
    return client.post("/sign-in/", {"login": login, "password": password, **extra})


def keystone(client: Client, *, name: str = "ann", password: str = PASSWORD, domain: str = "acme", **scope: str) -> Any:
    auth: dict[str, Any] = {
        "identity": {
            "methods": ["password"],
            "password": {"user": {"name": name, "password": password, "domain": {"name": domain}}},
        }
    }
    if scope:
        auth["scope"] = {"project": scope}
    return client.post("/v3/auth/tokens", json.dumps({"auth": auth}), content_type="application/json")


def test_the_right_password_opens_a_session_and_both_are_recorded(client: Client, acme: NewTenant) -> None:
    assert sign_in(client, password="wrong").status_code == 401
    answer = sign_in(client, login="ACME/Ann", next="/jobs/")
    assert (answer.status_code, answer["Location"]) == (302, "/jobs/")
    assert list(AuditEvent.objects.order_by("pk").values_list("name", "code", "level")) == [
        ("login", 401, "warning"),
        ("login", 200, "normal"),
    ]


def test_after_signing_in_nobody_is_sent_to_another_server(client: Client, acme: NewTenant) -> None:
    for target in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        assert sign_in(Client(), next=target)["Location"] == "/"


def test_signing_out_ends_the_session_everywhere_it_was_copied_to(client: Client, acme: NewTenant) -> None:
    sign_in(client)
    thief = Client()
    thief.cookies = client.cookies.copy()
    assert thief.get("/jobs/").status_code == 200
    client.post("/sign-out/")
    assert thief.get("/jobs/").status_code == 302


def test_a_changed_password_ends_other_sessions_and_tokens_but_not_this_session(acme: NewTenant) -> None:
    here, elsewhere, program = Client(), Client(), Client()
    sign_in(here)
    sign_in(elsewhere)
    token = keystone(program)["X-Subject-Token"]
    url = f"/v2/{acme.project.public_id}/datasets"
    assert program.get(url, headers={"X-Auth-Token": token}).status_code == 200
    new = "another long password"
    assert here.post("/account/", {"current": PASSWORD, "password": new}).status_code == 302
    assert here.get("/jobs/").status_code == 200
    assert elsewhere.get("/jobs/").status_code == 302
    assert program.get(url, headers={"X-Auth-Token": token}).status_code == 401


def test_a_deactivated_person_is_out_at_once(client: Client, acme: NewTenant) -> None:
    sign_in(client)
    Person.objects.update(is_active=False)
    assert client.get("/jobs/").status_code == 302


def test_an_expired_session_is_nobodys(client: Client, acme: NewTenant) -> None:
    sign_in(client)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/jobs/").status_code == 302


def test_a_session_is_worth_nothing_for_anybody_but_the_person_who_opened_it(client: Client, acme: NewTenant) -> None:
    other = create_tenant(name="rival", admin="bob", password=PASSWORD).admin
    sign_in(client)
    Session.objects.update(person=other)
    assert client.get("/jobs/").wsgi_request.user == acme.admin


def test_a_deleted_person_leaves_no_session_behind(client: Client, acme: NewTenant) -> None:
    worker = accounts.create_person(login="w@example.org", kind="worker", password=PASSWORD)
    sign_in(client, login="w@example.org")
    assert Session.objects.filter(person=worker).exists()
    worker.delete()
    assert not Session.objects.exists()


def test_a_person_of_a_suspended_tenant_is_out_at_once(client: Client, acme: NewTenant) -> None:
    sign_in(client)
    Tenant.objects.update(state="suspended")
    assert client.get("/jobs/").status_code == 302
    assert sign_in(Client()).status_code == 401


def test_a_token_has_the_form_that_public_clients_expect(client: Client, acme: NewTenant) -> None:
    answer = keystone(client, name="ann")
    assert answer.status_code == 201
    token = answer.json()["token"]
    assert token["project"]["id"] == acme.project.public_id
    assert token["user"]["domain"]["name"] == "acme"
    assert {entry["type"] for entry in token["catalog"]} >= {"identity", "modelartsv2"}
    stored = AccessToken.objects.get()
    assert answer["X-Subject-Token"] not in (stored.digest, stored.password_mark)


def test_a_token_for_a_foreign_project_or_a_wrong_password_is_refused(client: Client, acme: NewTenant) -> None:
    rival = create_tenant(name="rival", admin="ann", password=PASSWORD)
    assert keystone(client, id=rival.project.public_id).status_code == 401
    assert keystone(client, password="wrong").status_code == 401
    assert client.post("/v3/auth/tokens", "{", content_type="application/json").status_code == 400
    assert not AccessToken.objects.exists()


def test_an_expired_or_unknown_token_is_refused_even_beside_a_good_session(client: Client, acme: NewTenant) -> None:
    sign_in(client)
    token = keystone(Client())["X-Subject-Token"]
    url = f"/v2/{acme.project.public_id}/datasets"
    AccessToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(url, headers={"X-Auth-Token": token}).status_code == 401
    assert client.get(url, headers={"X-Auth-Token": "guess"}).status_code == 401
    assert client.get(url).status_code == 200


def test_a_session_must_show_its_csrf_token_to_change_something(acme: NewTenant) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(acme.admin, backend="apps.tenants.backends.PersonBackend")
    url = f"/v2/{acme.project.public_id}/workforces"
    answer = strict.post(url, json.dumps({"workforce_name": "crew"}), content_type="application/json")
    assert answer.status_code == 403
    token = keystone(Client())["X-Subject-Token"]
    by_token = Client(enforce_csrf_checks=True).post(
        url,
        json.dumps({"workforce_name": "crew"}),
        content_type="application/json",
        headers={"X-Auth-Token": token},
    )
    assert by_token.status_code == 201


def test_every_page_answers_a_visitor_with_the_way_to_the_sign_in(client: Client) -> None:
    for url in ("/", "/jobs/", "/datasets/", "/account/"):
        answer = client.get(url)
        assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next={url}")


def test_the_way_back_leads_to_the_whole_address(client: Client, acme: NewTenant) -> None:
    shown = client.get("/jobs/?kind=a&state=b")["Location"]
    page = client.get(shown).content.decode()
    assert 'name="next" value="/jobs/?kind=a&amp;state=b"' in page


def test_every_answer_carries_the_policy_and_no_sniffing(client: Client) -> None:
    answer = client.get("/sign-in/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"


def test_the_language_is_kept_with_the_person(client: Client, acme: NewTenant) -> None:
    sign_in(client)
    client.post("/language/", {"language": "zh-hans", "next": "/jobs/"})
    acme.admin.refresh_from_db()
    assert acme.admin.language == "zh-hans"
    client.post("/language/", {"language": "xx"})
    acme.admin.refresh_from_db()
    assert acme.admin.language == "zh-hans"
