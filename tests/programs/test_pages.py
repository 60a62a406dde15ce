"""The pages for access keys and tokens: made, shown once, ended; an admin sees those of everybody in the tenant."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Person
from apps.accounts.services import set_password
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.programs import services
from apps.programs.models import AccessKey, PersonalToken
from apps.tenants.actors import Actor
from apps.tenants.models import TenantUser
from tests.factories import PASSWORD, Customer, a_worker, signed_in
from tests.programs.keystone import called
from tests.programs.signing import signed

pytestmark = pytest.mark.django_db
KEYS = "/account/credentials/keys"
TOKENS = "/account/credentials/tokens"


@pytest.fixture
def bob(acme: Customer) -> Actor:
    """A user of the tenant without rights of their own."""
    person = Person.objects.create(login="acme/bob", kind="user", name="bob")
    set_password(person, PASSWORD)
    TenantUser.objects.create(tenant=acme.tenant, person=person)
    return Actor(person=person, tenant=acme.tenant, project=acme.project)


def shown(answer: Any, identifier: str) -> str:
    """What the page offers to copy."""
    found = re.search(rf'<pre id="{identifier}"><code>(.*?)</code>', answer.content.decode(), re.DOTALL)
    assert found, answer.content.decode()[:2000]
    return unescape(found[1])


def test_a_key_is_made_shown_once_and_signs(acme: Customer) -> None:
    browser = acme.client()
    made = browser.post(f"{KEYS}/create/", {"description": "nightly"})
    assert made.status_code == 200
    assert "no-store" in made["Cache-Control"]
    access_key, secret = shown(made, "new-access-key"), shown(made, "new-secret")
    path = f"/v2/{acme.project.public_id}/datasets"
    assert signed(access_key, secret, "GET", path).send().status_code == 200
    page = browser.get("/account/credentials/").content.decode()
    assert access_key in page
    assert "nightly" in page
    assert secret not in page
    events = list(AuditEvent.objects.filter(name="createAccessKey"))
    assert len(events) == 1
    assert secret not in str(events[0].__dict__)


def test_there_are_two_active_keys_at_most(acme: Customer) -> None:
    browser = acme.client()
    for _ in range(2):
        assert "new-secret" in browser.post(f"{KEYS}/create/", {}).content.decode()
    assert "Disable or delete" in browser.post(f"{KEYS}/create/", {}).content.decode()
    assert AccessKey.objects.count() == 2
    first = AccessKey.objects.earliest("pk")
    browser.post(f"{KEYS}/{first.public_id}/switch/", {"active": "false"})
    assert "new-secret" in browser.post(f"{KEYS}/create/", {}).content.decode()
    with pytest.raises(Conflict):
        services.set_access_key_active(actor=acme.actor, row=first, active=True)
    browser.post(f"{KEYS}/{first.public_id}/delete/")
    assert not AccessKey.objects.filter(pk=first.pk).exists()


def test_a_token_is_made_shown_once_and_works(acme: Customer) -> None:
    browser = acme.client()
    form = {"name": "cli", "days": "30", "kind": "actions", "actions": "modelarts:dataset:list\nmodelarts:dataset:get"}
    made = browser.post(f"{TOKENS}/create/", form)
    assert "no-store" in made["Cache-Control"]
    secret = shown(made, "new-token")
    assert secret in shown(made, "new-clouds")
    assert secret in shown(made, "new-curl")
    assert called("GET", f"/v2/{acme.project.public_id}/datasets", secret).status_code == 200
    page = browser.get("/account/credentials/").content.decode()
    assert "modelarts:dataset:list" in page
    assert secret not in page
    row = PersonalToken.objects.get()
    assert browser.post(f"{TOKENS}/{row.public_id}/delete/").status_code == 302
    assert called("GET", f"/v2/{acme.project.public_id}/datasets", secret).status_code == 401


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ({"kind": "actions", "actions": ""}, "at least one action"),
        ({"kind": "actions", "actions": "modelarts:dataset:burn"}, "modelarts:dataset:burn"),
        ({"kind": "policy", "policy": '{\n"Version": "1.0"}'}, "2"),
        ({"kind": "policy", "policy": ""}, "field__error"),
        ({"days": "4000"}, "4000"),
        ({"project": "0" * 32}, "0" * 32),
        ({"name": ""}, "required"),
    ],
)
def test_what_will_not_do_is_said_beside_the_field(acme: Customer, form: dict[str, str], word: str) -> None:
    filled = {"name": "cli", "days": "30", "kind": "all", **form}
    answer = acme.client().post(f"{TOKENS}/create/", filled)
    assert word in answer.content.decode()
    assert not PersonalToken.objects.exists()


def test_an_admin_sees_and_ends_those_of_every_user(acme: Customer, bob: Actor) -> None:
    key = services.create_access_key(actor=bob, description="bobs-key")
    made = services.create_personal_token(actor=bob, name="bobs-token")
    page = acme.client().get("/access/credentials/").content.decode()
    assert "bobs-key" in page
    assert "bobs-token" in page
    assert "acme/bob" in page
    away = acme.client().post(f"{KEYS}/{key.row.public_id}/switch/", {"active": "false", "from": "all"})
    assert away["Location"] == "/access/credentials/"
    assert not AccessKey.objects.get().is_active
    acme.client().post(f"{TOKENS}/{made.row.public_id}/delete/", {"from": "all"})
    assert not PersonalToken.objects.exists()
    names = ["updateAccessKey", "deletePersonalToken"]
    assert AuditEvent.objects.filter(name__in=names).count() == 2


def test_an_admin_makes_none_for_others(acme: Customer, bob: Actor) -> None:
    assert acme.client().post(f"{KEYS}/create/", {"person": str(bob.person and bob.person.pk)}).status_code == 200
    assert AccessKey.objects.get().person == acme.admin


def test_a_user_sees_and_ends_their_own_only(acme: Customer, bob: Actor) -> None:
    key = services.create_access_key(actor=acme.actor, description="anns-key")
    made = services.create_personal_token(actor=acme.actor, name="anns-token")
    assert bob.person is not None
    browser = signed_in(bob.person)
    page = browser.get("/account/credentials/").content.decode()
    assert "anns" not in page
    assert "/access/credentials/" not in page
    assert browser.get("/access/credentials/").status_code == 403
    for path in (f"{KEYS}/{key.row.public_id}/delete/", f"{TOKENS}/{made.row.public_id}/delete/"):
        absent = path.replace(key.row.public_id, "x" * 20).replace(made.row.public_id, "x" * 20)
        assert browser.post(path).status_code == browser.post(absent).status_code == 404
    assert AccessKey.objects.exists()
    assert PersonalToken.objects.exists()
    assert "new-secret" in browser.post(f"{KEYS}/create/", {}).content.decode()


def test_another_tenants_admin_finds_nothing(acme: Customer, rival: Customer) -> None:
    key = services.create_access_key(actor=acme.actor, description="anns-key")
    browser = rival.client()
    assert "anns-key" not in browser.get("/access/credentials/").content.decode()
    assert browser.post(f"{KEYS}/{key.row.public_id}/switch/", {"active": "false"}).status_code == 404
    assert AccessKey.objects.get().is_active


@pytest.mark.parametrize(
    "path", ["/account/credentials/", f"{KEYS}/create/", f"{TOKENS}/create/", "/access/credentials/"]
)
def test_visitors_and_workers_have_no_such_page(acme: Customer, path: str) -> None:
    assert Client().get(path).status_code == 302
    worker = signed_in(a_worker("lee@example.org"))
    assert worker.get(path).status_code == 403
    assert worker.post(f"{KEYS}/create/", {}).status_code == 403


def test_the_account_leads_there(acme: Customer) -> None:
    assert 'href="/account/credentials/"' in acme.client().get("/account/").content.decode()
    assert (
        'href="/account/credentials/"' not in signed_in(a_worker("lee@example.org")).get("/account/").content.decode()
    )


def test_buttons_need_a_csrf_token(acme: Customer) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(acme.admin, backend="apps.tenants.backends.PersonBackend")
    assert browser.post(f"{KEYS}/create/", {}).status_code == 403
    assert not AccessKey.objects.exists()
