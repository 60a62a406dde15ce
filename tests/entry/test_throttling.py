"""Guessing passwords at the pages and at the API: 429 with the time to wait, and no lock for the owner."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from apps.accounts import throttle
from apps.audit.models import AuditEvent
from apps.tenants.services import NewTenant, create_tenant
from tests.entry.people import PASSWORD, is_in, sign_in

pytestmark = pytest.mark.django_db
THIEF, OWNER = "203.0.113.9", "198.51.100.7"


@pytest.fixture(autouse=True)
def _long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine must not wait the first pauses out."""
    monkeypatch.setattr(throttle, "FIRST_PAUSE", 120)


@pytest.fixture
def acme() -> NewTenant:
    return create_tenant(name="acme", admin="ann", password=PASSWORD)


def guess(count: int, *, at: str = THIEF, login: str = "acme/ann") -> Any:
    answers = [sign_in(Client(), login, f"guess {number}", at=at) for number in range(count)]
    return answers[-1]


def keystone(password: str) -> Any:
    user = {"name": "ann", "password": password, "domain": {"name": "acme"}}
    auth = {"identity": {"methods": ["password"], "password": {"user": user}}}
    return Client().post(
        "/v3/auth/tokens", json.dumps({"auth": auth}), content_type="application/json", REMOTE_ADDR=THIEF
    )


def test_the_page_says_when_to_try_again(acme: NewTenant) -> None:
    answer = guess(throttle.FREE_PER_PAIR + 2)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1
    assert "Wait" in answer.content.decode()
    assert sign_in(Client(), at=THIEF).status_code == 429, "the right password waits, too"


def test_the_api_says_when_to_try_again(acme: NewTenant) -> None:
    for number in range(throttle.FREE_PER_PAIR + 1):
        assert keystone(f"guess {number}").status_code == 401
    answer = keystone("guess")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1


def test_page_and_api_share_one_count(acme: NewTenant) -> None:
    guess(throttle.FREE_PER_PAIR + 1)
    assert keystone(PASSWORD).status_code == 429


def test_an_attack_from_one_address_leaves_the_owner_alone(acme: NewTenant) -> None:
    guess(40)
    owner = Client()
    assert sign_in(owner, at=OWNER).status_code == 302
    assert is_in(owner)


def test_an_attack_from_many_addresses_leaves_a_known_place_alone(acme: NewTenant) -> None:
    sign_in(Client(), at=OWNER)
    for number in range(throttle.FREE_PER_NAME + 30):
        guess(1, at=f"10.1.{number}.1")
    assert guess(1, at="10.2.0.1").status_code == 429, "the attack is slowed down"
    assert sign_in(Client(), at=OWNER).status_code == 302


def test_unknown_names_are_slowed_down_in_the_same_way(acme: NewTenant) -> None:
    known = [guess(1).status_code for _number in range(9)]
    unknown = [guess(1, at="192.0.2.1", login="acme/nobody").status_code for _number in range(9)]
    assert known == unknown


def test_a_forged_forwarded_header_does_not_make_another_address(acme: NewTenant) -> None:
    for number in range(20):
        answer = Client().post(
            "/sign-in/",
            {"login": "acme/ann", "password": "guess"},
            REMOTE_ADDR=THIEF,
            headers={"X-Forwarded-For": f"10.9.{number}.1"},
        )
    assert answer.status_code == 429


def test_each_failure_is_recorded_and_no_password_is(acme: NewTenant) -> None:
    guess(3)
    rows = AuditEvent.objects.filter(code=401)
    assert rows.count() == 3
    assert "guess" not in str(list(rows.values()))


def test_the_current_password_cannot_be_guessed_in_an_open_session(acme: NewTenant) -> None:
    browser = Client()
    sign_in(browser)
    answers = [
        browser.post("/account/", {"current": f"guess {number}", "password": "another long password"})
        for number in range(throttle.FREE_PER_PAIR + 2)
    ]
    assert answers[-1].status_code == 429
