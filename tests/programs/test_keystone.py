"""Tokens as Keystone gives them: every way to ask, what each is good for, and when they end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Person
from apps.accounts.services import set_password
from apps.audit.models import AuditEvent
from apps.programs import services
from apps.programs.models import AccessToken
from apps.tenants.models import Project, Tenant, TenantUser
from tests.factories import PASSWORD, Customer, a_worker, signed_in
from tests.programs.keystone import asked, by_keys, by_password, by_token, called, token

pytestmark = pytest.mark.django_db


def datasets(customer: Customer, secret: str, project: Project | None = None) -> int:
    return called("GET", f"/v2/{(project or customer.project).public_id}/datasets", secret).status_code


# ---------------------------------------------------------------- asking
def test_the_answer_is_what_clients_read(acme: Customer) -> None:
    answer = asked(by_password(), {"project": {"name": "default", "domain": {"name": "acme"}}})
    assert answer.status_code == 201
    body = answer.json()["token"]
    domain = {"id": acme.tenant.public_id, "name": "acme"}
    assert body["methods"] == ["password"]
    assert body["user"] == {"id": acme.admin.public_id, "name": "ann", "domain": domain}
    assert body["project"] == {"id": acme.project.public_id, "name": "default", "domain": domain}
    assert body["roles"] == [{"id": "admin", "name": "admin"}]
    urls = {entry["type"]: entry["endpoints"][0] for entry in body["catalog"]}
    assert set(urls) == {"identity", "modelartsv1", "modelartsv2"}
    assert urls["modelartsv2"]["url"].endswith(f"/v2/{acme.project.public_id}")
    assert {entry["region"] for entry in urls.values()} == {entry["region_id"] for entry in urls.values()} == {"tagora"}
    assert body["issued_at"].endswith("Z")
    assert len(body["expires_at"]) == len("2026-11-22T15:51:36.000000Z")
    assert datasets(acme, answer["X-Subject-Token"]) == 200


def test_the_region_is_a_setting(acme: Customer, settings: Any) -> None:
    settings.TAGORA_REGION = "north-4"
    catalog = asked(by_password()).json()["token"]["catalog"]
    assert {entry["endpoints"][0]["region"] for entry in catalog} == {"north-4"}


@pytest.mark.parametrize("way", ["name and domain", "domain's id", "user's id", "whole name"])
def test_a_user_is_named_in_every_way(acme: Customer, way: str) -> None:
    identity = {
        "name and domain": by_password(),
        "domain's id": by_password(domain={"id": acme.tenant.public_id}),
        "user's id": by_password(id=acme.admin.public_id),
        "whole name": {
            "methods": ["password"],
            "password": {"user": {"name": "acme/ann", "password": PASSWORD}},
        },
    }[way]
    assert asked(identity).status_code == 201


@pytest.mark.parametrize("way", ["id", "name", "name and domain", "name and domain's id", "nothing"])
def test_a_project_is_named_in_every_way(acme: Customer, way: str) -> None:
    second = Project.objects.create(tenant=acme.tenant, name="second")
    scope = {
        "id": {"project": {"id": second.public_id}},
        "name": {"project": {"name": "second"}},
        "name and domain": {"project": {"name": "second", "domain": {"name": "acme"}}},
        "name and domain's id": {"project": {"name": "second", "domain": {"id": acme.tenant.public_id}}},
        "nothing": None,
    }[way]
    body = asked(by_password(), scope).json()["token"]
    assert body["project"]["name"] == ("default" if way == "nothing" else "second")


def test_a_token_of_the_tenant_is_for_no_project(acme: Customer) -> None:
    answer = asked(by_password(), {"domain": {"name": "acme"}})
    body = answer.json()["token"]
    assert body["domain"]["name"] == "acme"
    assert "project" not in body
    assert [entry["type"] for entry in body["catalog"]] == ["identity"]
    assert datasets(acme, answer["X-Subject-Token"]) == 401
    assert called("GET", "/v3/auth/projects", answer["X-Subject-Token"]).status_code == 200


@pytest.mark.parametrize("scope", ["unscoped", {"unscoped": {}}])
def test_a_token_for_nothing_asks_for_another_one_and_no_more(acme: Customer, scope: Any) -> None:
    answer = asked(by_password(), scope)
    assert set(answer.json()["token"]) == {"methods", "issued_at", "expires_at", "user"}
    secret = answer["X-Subject-Token"]
    assert datasets(acme, secret) == 401
    assert called("GET", f"/v3/{acme.project.public_id}/traces", secret).status_code in {401, 404}
    assert called("GET", "/v3/auth/projects", secret).json()["projects"][0]["id"] == acme.project.public_id
    assert datasets(acme, token(by_token(secret), {"project": {"id": acme.project.public_id}})) == 200


def test_the_catalogue_can_be_left_out(acme: Customer) -> None:
    secret = token(by_password())
    answer = called("GET", "/v3/auth/tokens?nocatalog", secret, **{"X-Subject-Token": secret})
    assert "catalog" not in answer.json()["token"]


def test_access_keys_get_a_token_too(acme: Customer) -> None:
    key = services.create_access_key(actor=acme.actor)
    answer = asked(by_keys(key.row.access_key, key.secret))
    assert answer.json()["token"]["methods"] == ["hw_ak_sk"]
    assert datasets(acme, answer["X-Subject-Token"]) == 200
    assert asked(by_keys(key.row.access_key, key.secret[:-1] + "x")).status_code == 401
    services.set_access_key_active(actor=acme.actor, row=key.row, active=False)
    assert datasets(acme, answer["X-Subject-Token"]) == 401
    assert asked(by_keys(key.row.access_key, key.secret)).status_code == 401


# ---------------------------------------------------------------- refused
WRONG: list[tuple[dict[str, Any], Any]] = [
    (by_password(password="wrong"), None),
    (by_password(name="nobody"), None),
    (by_password(domain={"name": "rival"}), None),
    (by_password(domain={"id": "0" * 32}), None),
    (by_password(id="0" * 32), None),
    (by_password(), {"project": {"name": "nowhere"}}),
    (by_password(), {"project": {"id": "0" * 32}}),
    (by_password(), {"project": {"name": "default", "domain": {"name": "rival"}}}),
    (by_password(), {"domain": {"name": "rival"}}),
    (by_token("guess"), None),
    (by_token("1." + "x" * 64), None),
    (by_token("tgr_1_" + "x" * 43), None),
    (by_keys("T000001AAAAAAAAAAAAA", "x" * 40), None),
]


@pytest.mark.parametrize(("identity", "scope"), WRONG)
def test_who_is_not_known_gets_an_error_of_keystone(acme: Customer, identity: dict[str, Any], scope: Any) -> None:
    answer = asked(identity, scope)
    assert answer.status_code == 401
    error = answer.json()["error"]
    assert (error["code"], error["title"]) == (401, "Unauthorized")
    assert error["message"]
    assert not AccessToken.objects.exists()


def test_a_foreign_project_is_like_none(acme: Customer, rival: Customer) -> None:
    foreign = asked(by_password(), {"project": {"id": rival.project.public_id}})
    absent = asked(by_password(), {"project": {"id": "0" * 32}})
    assert (foreign.status_code, foreign.content) == (absent.status_code, absent.content)


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "{}",
        '{"auth": {"identity": {"methods": ["saml2"]}}}',
        '{"auth": {"identity": {"methods": ["token"]}}}',
    ],
)
def test_what_is_no_sign_in_is_a_bad_request(acme: Customer, body: str) -> None:
    answer = Client().post("/v3/auth/tokens", body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["title"]) == (400, "Bad Request")


def test_failures_are_recorded_without_secrets(acme: Customer) -> None:
    asked(by_password(password="hunter2 hunter2"))
    asked(by_token("1." + "s3cret" * 10 + "abcd"))
    events = AuditEvent.objects.filter(name="login", level="warning")
    assert events.count() == 2
    written = " ".join(str(event.__dict__) for event in events)
    assert "hunter2" not in written
    assert "s3cret" not in written


def test_a_worker_has_no_tokens(acme: Customer) -> None:
    a_worker("lee@example.org")
    identity = {"methods": ["password"], "password": {"user": {"name": "lee@example.org", "password": PASSWORD}}}
    assert asked(identity).status_code == 401


def test_a_password_alone_is_not_enough_where_a_second_factor_is_due(acme: Customer) -> None:
    Person.objects.filter(pk=acme.admin.pk).update(has_second_factor=True)
    answer = asked(by_password())
    assert answer.status_code == 401
    assert "personal token" in answer.json()["error"]["message"]
    Person.objects.filter(pk=acme.admin.pk).update(has_second_factor=False)
    Tenant.objects.filter(pk=acme.tenant.pk).update(demands_second_factor=True)
    assert asked(by_password()).status_code == 401
    # Only the right password is told of it.
    assert "personal token" not in asked(by_password(password="wrong")).json()["error"]["message"]
    made = services.create_personal_token(actor=acme.actor, name="cli")
    assert asked(by_token(made.secret)).status_code == 201


def test_too_many_failures_wait(acme: Customer) -> None:
    answers = [asked(by_password(password="wrong")) for _ in range(12)]
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0
    assert answers[-1].json()["error"]["code"] == 429


# ---------------------------------------------------------------- validating and ending
def test_a_token_is_validated_and_ended(acme: Customer) -> None:
    secret = token(by_password())
    subject = {"X-Subject-Token": secret}
    answer = called("GET", "/v3/auth/tokens", secret, **subject)
    assert answer.status_code == 200
    assert answer["X-Subject-Token"] == secret
    assert answer.json()["token"]["project"]["id"] == acme.project.public_id
    head = called("HEAD", "/v3/auth/tokens", secret, **subject)
    assert (head.status_code, head.content) == (200, b"")
    assert called("DELETE", "/v3/auth/tokens", secret, **subject).status_code == 204
    assert called("GET", "/v3/auth/tokens", secret, **subject).status_code == 401
    assert datasets(acme, secret) == 401
    assert AuditEvent.objects.filter(name="revokeToken").count() == 1


def test_a_foreign_token_is_like_none(acme: Customer, rival: Customer) -> None:
    own = token(by_password())
    foreign = token(by_password(domain={"name": "rival"}))
    for method in ("GET", "HEAD", "DELETE"):
        theirs = called(method, "/v3/auth/tokens", own, **{"X-Subject-Token": foreign})
        nobodys = called(method, "/v3/auth/tokens", own, **{"X-Subject-Token": "guess"})
        assert (theirs.status_code, theirs.content) == (nobodys.status_code, nobodys.content)
        assert theirs.status_code == 404
    assert datasets(rival, foreign) == 200


def test_an_admin_ends_tokens_of_the_tenant_and_a_user_only_their_own(acme: Customer) -> None:
    user = Person.objects.create(login="acme/bob", kind="user")
    set_password(user, PASSWORD)
    TenantUser.objects.create(tenant=acme.tenant, person=user)
    admins, users = token(by_password()), token(by_password(name="bob"))
    assert called("DELETE", "/v3/auth/tokens", users, **{"X-Subject-Token": admins}).status_code == 404
    assert called("DELETE", "/v3/auth/tokens", admins, **{"X-Subject-Token": users}).status_code == 204
    assert called("GET", "/v3/auth/projects", users).status_code == 401


def test_a_token_ends_with_what_it_was_issued_for(acme: Customer) -> None:
    first = token(by_password())
    second = token(by_token(first))
    third = token(by_token(second))
    assert AccessToken.objects.filter(methods="password token").count() == 2
    called("DELETE", "/v3/auth/tokens", third, **{"X-Subject-Token": first})
    assert [datasets(acme, secret) for secret in (first, second, third)] == [401, 401, 401]


def test_a_token_for_a_token_lives_no_longer(acme: Customer) -> None:
    first = token(by_password())
    soon = timezone.now() + timedelta(minutes=5)
    AccessToken.objects.update(expires_at=soon)
    token(by_token(first))
    assert AccessToken.objects.latest("pk").expires_at == soon


def test_tokens_end_with_time_password_person_and_tenant(acme: Customer) -> None:
    secret = token(by_password())
    assert datasets(acme, secret) == 200
    AccessToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert datasets(acme, secret) == 401
    secret = token(by_password())
    assert AccessToken.objects.count() == 1, "what has expired is forgotten"
    Person.objects.filter(pk=acme.admin.pk).update(is_active=False)
    assert datasets(acme, secret) == 401
    Person.objects.filter(pk=acme.admin.pk).update(is_active=True)
    Tenant.objects.update(state="suspended")
    assert datasets(acme, secret) == 401
    assert asked(by_token(secret)).status_code == 401
    Tenant.objects.update(state="active")
    assert datasets(acme, secret) == 200
    acme.admin.refresh_from_db()
    set_password(acme.admin, "another long password")
    assert datasets(acme, secret) == 401
    assert asked(by_token(secret)).status_code == 401


def test_a_token_of_one_project_opens_no_other(acme: Customer) -> None:
    second = Project.objects.create(tenant=acme.tenant, name="second")
    secret = token(by_password(), {"project": {"id": acme.project.public_id}})
    assert datasets(acme, secret) == 200
    assert datasets(acme, secret, second) == 404


def test_a_token_of_a_user_who_left_the_tenant_is_worth_nothing(acme: Customer, rival: Customer) -> None:
    secret = token(by_password())
    TenantUser.objects.filter(person=acme.admin).update(tenant=rival.tenant)
    assert datasets(acme, secret) == 401
    assert datasets(rival, secret) == 401


def test_a_token_moved_to_another_tenants_name_finds_nothing(acme: Customer, rival: Customer) -> None:
    """The tenant in front of a token is where it is looked for; it proves nothing."""
    secret = token(by_password())
    forged = f"{rival.tenant.pk}.{secret.partition('.')[2]}"
    assert datasets(acme, forged) == 401


# ---------------------------------------------------------------- around it
def test_version_projects_and_domains(acme: Customer, rival: Customer) -> None:
    assert Client().get("/v3").json()["version"]["id"] == Client().get("/v3/").json()["version"]["id"] == "v3.14"
    Project.objects.create(tenant=acme.tenant, name="second")
    secret = token(by_password(), {"domain": {"name": "acme"}})
    names = [project["name"] for project in called("GET", "/v3/projects", secret).json()["projects"]]
    assert names == ["default", "second"]
    found = called("GET", "/v3/projects?name=second", secret).json()["projects"]
    assert [project["domain_id"] for project in found] == [acme.tenant.public_id]
    assert called("GET", "/v3/projects?name=nowhere", secret).json()["projects"] == []
    assert called("GET", "/v3/auth/domains", secret).json()["domains"][0]["id"] == acme.tenant.public_id


def test_the_project_of_the_regions_name_is_the_first_one(acme: Customer) -> None:
    Project.objects.create(tenant=acme.tenant, name="second")
    secret = token(by_password(), {"domain": {"name": "acme"}})
    found = called("GET", "/v3/projects?name=tagora", secret).json()["projects"]
    assert [project["name"] for project in found] == ["default"]


@pytest.mark.parametrize("path", ["/v3/projects", "/v3/auth/projects", "/v3/auth/domains", "/v3/auth/tokens"])
def test_visitors_get_an_error_of_keystone(acme: Customer, path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer.json()["error"]["title"]) == (401, "Unauthorized")


def test_a_bad_token_is_not_replaced_by_a_session(acme: Customer) -> None:
    browser = signed_in(acme.admin)
    url = f"/v2/{acme.project.public_id}/datasets"
    assert browser.get(url).status_code == 200
    for bad in ("", "guess", "tgr_guess", "1." + "x" * 64, "\x7f", "x" * 5000):
        answer = browser.get(url, headers={"X-Auth-Token": bad})
        assert answer.status_code == 401
        assert "token" in answer.json()["error_msg"]
    assert browser.get(url, headers={"Authorization": "Bearer guess"}).status_code == 401
    assert browser.get(url, headers={"Authorization": "Basic eDp5"}).status_code == 200
