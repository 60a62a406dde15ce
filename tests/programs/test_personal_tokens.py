"""Tokens that people make for programs of theirs: narrowed, for a time, ended at once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.services import set_password
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Denied, Invalid, NotFound
from apps.programs import services
from apps.programs.bounds import READ_ONLY, scope_of_actions, scope_of_document
from apps.programs.models import AccessKey, AccessToken, PersonalToken
from apps.teams.models import Team
from apps.tenants.actors import Actor
from apps.tenants.models import Project
from tests.factories import Customer, a_dataset
from tests.programs.keystone import asked, by_token, called, token

pytestmark = pytest.mark.django_db


def made(customer: Customer, **options: Any) -> str:
    options.setdefault("name", "cli")
    return services.create_personal_token(actor=customer.actor, **options).secret


def api(customer: Customer, secret: str, method: str = "GET", name: str = "datasets", **body: Any) -> Any:
    client = Client(raise_request_exception=False, headers={"X-Auth-Token": secret})
    path = f"/v2/{customer.project.public_id}/{name}"
    data = {"data": json.dumps(body), "content_type": "application/json"} if method != "GET" else {}
    return client.generic(method, path, **data)


def test_it_is_its_owner_in_either_header(acme: Customer) -> None:
    secret = made(acme)
    assert secret.startswith("tgr_")
    assert api(acme, secret).status_code == 200
    url = f"/v2/{acme.project.public_id}/workforces"
    bearer = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret}"})
    assert bearer.post(url, {"workforce_name": "crew"}, content_type="application/json").status_code == 201
    assert Team.objects.get().name == "crew"


def test_only_its_hash_is_stored_and_nothing_of_it_is_recorded(acme: Customer) -> None:
    secret = made(acme)
    assert secret not in str(PersonalToken.objects.values().get())
    event = AuditEvent.objects.get(name="createPersonalToken")
    assert secret not in str(event.__dict__)


def test_it_ends_with_time_password_and_deletion(acme: Customer) -> None:
    secret = made(acme)
    PersonalToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert api(acme, secret).status_code == 401
    PersonalToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert api(acme, secret).status_code == 200
    derived = token(by_token(secret))
    services.delete_personal_token(actor=acme.actor, row=PersonalToken.objects.get())
    assert api(acme, secret).status_code == 401
    assert api(acme, derived).status_code == 401
    assert not AccessToken.objects.exists()
    secret = made(acme)
    set_password(acme.admin, "another long password")
    assert api(acme, secret).status_code == 401


def test_a_token_issued_for_it_lives_no_longer(acme: Customer) -> None:
    secret = made(acme, days=1)
    soon = timezone.now() + timedelta(minutes=1)
    PersonalToken.objects.update(expires_at=soon)
    derived = token(by_token(secret))
    assert AccessToken.objects.get().expires_at == soon
    PersonalToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert api(acme, derived).status_code == 401


def test_it_is_narrowed_to_its_actions_even_for_an_admin(acme: Customer) -> None:
    secret = made(acme, scope=scope_of_actions(["modelarts:dataset:list", "modelarts:dataset:get"]))
    assert api(acme, secret).status_code == 200
    answer = api(acme, secret, "POST", "workforces", workforce_name="crew")
    assert answer.status_code == 403
    assert "modelarts:workforce:create" in answer.json()["error_msg"]
    assert not Team.objects.exists()


def test_it_cannot_widen_itself(acme: Customer) -> None:
    """Not by another token, not by a key, not by a new token of its own."""
    secret = made(acme, scope=scope_of_actions(["modelarts:dataset:list", "modelarts:dataset:get"]))
    derived = token(by_token(secret))
    assert token(by_token(derived))
    for narrow in (secret, derived, token(by_token(derived))):
        assert api(acme, narrow, "POST", "workforces", workforce_name="crew").status_code == 403
        client = Client(headers={"X-Auth-Token": narrow})
        client.post("/account/credentials/tokens/create/", {"name": "wide", "days": "365", "kind": "all"})
        client.post("/account/credentials/keys/create/", {"description": "wide"})
        client.post("/account/", {"current": "x", "password": "another long password"})
    assert PersonalToken.objects.count() == 1
    assert not AccessKey.objects.exists()


def test_a_program_makes_no_credentials_whatever_its_rights(acme: Customer) -> None:
    program = Actor(person=acme.admin, tenant=acme.tenant, is_admin=True, via="api", credential="token")
    with pytest.raises(Denied):
        services.create_personal_token(actor=program, name="more")
    with pytest.raises(Denied):
        services.create_access_key(actor=program)
    row = services.create_access_key(actor=acme.actor).row
    with pytest.raises(Denied):
        services.delete_access_key(actor=program, row=row)


def test_a_policy_with_a_denial_binds_it(acme: Customer) -> None:
    text = json.dumps(
        {
            "Version": "1.1",
            "Statement": [
                {"Effect": "Allow", "Action": ["modelarts:*:*"]},
                {"Effect": "Deny", "Action": ["modelarts:workforce:create"]},
            ],
        }
    )
    secret = made(acme, scope=scope_of_document(text))
    assert api(acme, secret).status_code == 200
    assert api(acme, secret, "POST", "workforces", workforce_name="crew").status_code == 403


def test_looking_only_changes_nothing(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    secret = made(acme, scope=scope_of_actions(READ_ONLY))
    listed = api(acme, secret).json()
    assert [row["dataset_id"] for row in listed["datasets"]] == [dataset.public_id]
    assert api(acme, secret, name=f"datasets/{dataset.public_id}").status_code == 200
    assert api(acme, secret, "DELETE", f"datasets/{dataset.public_id}").status_code == 403
    assert api(acme, secret, "POST", "workforces", workforce_name="crew").status_code == 403


def test_what_the_bounds_leave_out_is_not_listed(acme: Customer) -> None:
    dataset = a_dataset(acme, "one", pictures=1)
    a_dataset(acme, "two", pictures=1)
    resource = f"modelarts:*:*:dataset:{dataset.public_id}"
    statement = {"Effect": "Allow", "Action": ["modelarts:dataset:*"], "Resource": [resource]}
    secret = made(acme, scope=scope_of_document(json.dumps({"Version": "1.1", "Statement": [statement]})))
    assert [row["dataset_name"] for row in api(acme, secret).json()["datasets"]] == ["one"]
    nothing = made(acme, name="other", scope=scope_of_actions(["modelarts:workforce:list"]))
    assert api(acme, nothing).json()["datasets"] == []


def test_one_for_a_project_opens_no_other(acme: Customer) -> None:
    second = Project.objects.create(tenant=acme.tenant, name="second")
    secret = made(acme, project=acme.project)
    assert api(acme, secret).status_code == 200
    assert called("GET", f"/v2/{second.public_id}/datasets", secret).status_code == 404
    assert asked(by_token(secret), {"project": {"id": second.public_id}}).status_code == 401
    assert asked(by_token(secret), {"domain": {"name": "acme"}}).status_code == 401
    assert asked(by_token(secret), "unscoped").status_code == 401
    assert token(by_token(secret))
    wide = made(acme, name="wide")
    assert called("GET", f"/v2/{second.public_id}/datasets", wide).status_code == 200


@pytest.mark.parametrize(
    ("options", "field"),
    [({"name": ""}, "name"), ({"name": "x" * 65}, "name"), ({"days": 0}, "days"), ({"days": 366}, "days")],
)
def test_names_and_times_that_will_not_do(acme: Customer, options: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        made(acme, **options)
    assert refused.value.field == field
    assert not PersonalToken.objects.exists()


def test_a_name_is_taken_once(acme: Customer) -> None:
    made(acme)
    with pytest.raises(Conflict):
        made(acme)


def test_a_foreign_project_is_refused(acme: Customer, rival: Customer) -> None:
    with pytest.raises(Invalid):
        made(acme, project=rival.project)


def test_unknown_actions_are_named() -> None:
    with pytest.raises(Invalid, match="modelarts:dataset:burn"):
        scope_of_actions(["modelarts:dataset:list", "modelarts:dataset:burn"])
    with pytest.raises(Invalid):
        scope_of_actions([" ", ""])


def test_a_scope_that_cannot_be_read_any_more_allows_nothing(acme: Customer) -> None:
    secret = made(acme)
    PersonalToken.objects.update(scope='[{"Version": "9"}]')
    assert api(acme, secret, "POST", "workforces", workforce_name="crew").status_code == 403
    assert api(acme, secret).json()["datasets"] == []


def test_somebody_elses_is_like_none(acme: Customer, rival: Customer) -> None:
    made(acme)
    row = PersonalToken.objects.get()
    with pytest.raises(NotFound):
        services.delete_personal_token(actor=rival.actor, row=row)
    assert rival.client().post(f"/account/credentials/tokens/{row.public_id}/delete/").status_code == 404
    assert PersonalToken.objects.exists()


def test_use_is_noted(acme: Customer) -> None:
    secret = made(acme)
    api(acme, secret)
    row = PersonalToken.objects.get()
    assert row.last_used_at is not None
    assert row.last_used_from == "127.0.0.1"


def test_its_uses_are_recorded_under_its_name(acme: Customer) -> None:
    secret = made(acme)
    api(acme, secret, "POST", "workforces", workforce_name="crew")
    event = AuditEvent.objects.get(name="createWorkforce")
    assert f"personal token {PersonalToken.objects.get().public_id}" in str(event.__dict__)
