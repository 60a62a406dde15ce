"""The identity API: what programs do with users, groups and policies."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.access.actions import Action
from apps.access.models import Attachment
from tests.factories import Customer
from tests.iam.people import a_user, allowed, browser

pytestmark = pytest.mark.django_db
POLICY = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["modelarts:dataset:*"]}]}


def send(client: Client, method: str, path: str, body: Any = None) -> HttpResponse:
    data = json.dumps(body) if body is not None else ""
    response: HttpResponse = client.generic(method, path, data, content_type="application/json")
    return response


def test_a_program_makes_a_user_and_gives_them_rights_by_a_group(acme: Customer) -> None:
    api = acme.api()
    bob = a_user(acme)
    made = send(
        api, "POST", "/v3/users", {"user": {"name": "cid", "password": "correct horse", "email": "c@acme.test"}}
    )
    assert made.status_code == 201
    user = made.json()["user"]
    assert (user["name"], user["enabled"], user["pwd_status"]) == ("cid", True, False)
    group = send(api, "POST", "/v3/groups", {"group": {"name": "makers"}}).json()["group"]
    role = send(api, "POST", "/v3/OS-ROLE/roles", {"role": {"display_name": "make", "type": "XA", "policy": POLICY}})
    assert role.status_code == 201
    role_id = role.json()["role"]["id"]
    members = f"/v3/groups/{group['id']}/users"
    assert send(api, "PUT", f"{members}/{bob.person.public_id}").status_code == 204
    assert [one["name"] for one in api.get(members).json()["users"]] == ["bob"]
    grant = f"/v3/projects/{acme.project.public_id}/groups/{group['id']}/roles/{role_id}"
    assert not allowed(bob, Action.DATASET_CREATE)
    assert send(api, "PUT", grant).status_code == 204
    assert allowed(bob, Action.DATASET_CREATE)
    assert send(api, "DELETE", f"/v3/OS-ROLE/roles/{role_id}").status_code == 409
    assert send(api, "DELETE", grant).status_code == 204
    assert send(api, "DELETE", grant).status_code == 404
    everywhere = f"/v3/domains/{acme.tenant.public_id}/groups/{group['id']}/roles/{role_id}"
    assert send(api, "PUT", everywhere).status_code == 204
    assert allowed(bob, Action.DATASET_CREATE)
    assert send(api, "DELETE", f"{members}/{bob.person.public_id}").status_code == 204
    assert not allowed(bob, Action.DATASET_CREATE)


def test_roles_are_listed_changed_and_deleted(acme: Customer) -> None:
    api = acme.api()
    role = send(api, "POST", "/v3/OS-ROLE/roles", {"role": {"display_name": "make", "policy": POLICY}}).json()["role"]
    at = f"/v3/OS-ROLE/roles/{role['id']}"
    assert role["type"] == "XA"
    narrower = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["modelarts:dataset:get"]}]}
    changed = send(api, "PATCH", at, {"role": {"display_name": "look", "policy": narrower}}).json()["role"]
    assert (changed["name"], changed["policy"]) == ("look", narrower)
    assert api.get(at).json()["role"]["policy"] == narrower
    assert [one["name"] for one in api.get("/v3/OS-ROLE/roles").json()["roles"]] == ["look"]
    found = api.get("/v3/roles", {"display_name": "ModelArts FullAccess"}).json()["roles"]
    assert [(one["id"], one["catalog"]) for one in found] == [("system-modelarts-fullaccess", "SYSTEM")]
    assert send(api, "DELETE", at).status_code == 204
    assert api.get(at).status_code == 404
    assert send(api, "PATCH", "/v3/OS-ROLE/roles/system-modelarts-fullaccess", {"role": {}}).status_code == 404


def test_users_are_found_disabled_and_deleted(acme: Customer) -> None:
    api, bob = acme.api(), a_user(acme)
    at = f"/v3/users/{bob.person.public_id}"
    assert [one["name"] for one in api.get("/v3/users").json()["users"]] == ["ann", "bob"]
    assert [one["name"] for one in api.get("/v3/users", {"name": "bob"}).json()["users"]] == ["bob"]
    assert send(api, "PATCH", at, {"user": {"enabled": False}}).json()["user"]["enabled"] is False
    assert [one["name"] for one in api.get("/v3/users", {"enabled": "false"}).json()["users"]] == ["bob"]
    assert send(api, "DELETE", at).status_code == 204
    assert api.get(at).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"role": {"display_name": "x", "policy": {"Version": "1.1", "Statement": []}}},
        {"role": {"display_name": "x", "policy": {**POLICY, "Id": "x"}}},
        {"role": {"display_name": "", "policy": POLICY}},
        {"role": {"display_name": "x", "policy": POLICY, "tenant": "rival"}},
        {"role": {"display_name": "x", "policy": "everything"}},
        {},
    ],
)
def test_a_malformed_role_is_refused_in_the_words_of_the_api(acme: Customer, body: Any) -> None:
    answer = send(acme.api(), "POST", "/v3/OS-ROLE/roles", body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error_code", "error_msg"}


def test_a_program_without_rights_is_refused_and_changes_nothing(acme: Customer) -> None:
    client = browser(a_user(acme))
    for path in ("/v3/users", "/v3/groups", "/v3/roles", "/v3/OS-ROLE/roles"):
        assert client.get(path).status_code == 403
    assert send(client, "POST", "/v3/users", {"user": {"name": "x"}}).status_code == 403
    assert (
        send(client, "POST", "/v3/OS-ROLE/roles", {"role": {"display_name": "x", "policy": POLICY}}).status_code == 403
    )


def test_nothing_of_another_tenant_is_granted(acme: Customer, rival: Customer) -> None:
    api, theirs = acme.api(), rival.api()
    group = send(api, "POST", "/v3/groups", {"group": {"name": "makers"}}).json()["group"]["id"]
    foreign = send(theirs, "POST", "/v3/groups", {"group": {"name": "theirs"}}).json()["group"]["id"]
    full, before = "system-modelarts-fullaccess", Attachment.objects.count()
    for path in (
        f"/v3/projects/{rival.project.public_id}/groups/{group}/roles/{full}",
        f"/v3/domains/{rival.tenant.public_id}/groups/{group}/roles/{full}",
        f"/v3/domains/{acme.tenant.public_id}/groups/{foreign}/roles/{full}",
    ):
        assert send(api, "PUT", path).status_code == 404
    assert Attachment.objects.count() == before
