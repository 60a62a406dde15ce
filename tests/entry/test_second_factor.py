"""The second factor: set up, asked for, used once, lost, demanded."""

from __future__ import annotations

import time
from typing import Any

import pyotp
import pytest
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import Person, RecoveryCode, SecondFactor
from apps.audit.models import AuditEvent
from apps.tenants.models import TenantUser
from tests.entry.people import fresh, is_in, sign_in
from tests.factories import PASSWORD, Customer, a_team, signed_in

pytestmark = pytest.mark.django_db


def code_now(secret: str, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * steps)


def enrolled(person: Person) -> str:
    """Gives the person a second factor as the page does; answers the secret, with no code of it used."""
    secret = accounts.begin_second_factor(person).secret
    accounts.confirm_second_factor(person, code_now(secret))
    SecondFactor.objects.update(last_step=0)
    return secret


def halfway(login: str = "acme/ann") -> Client:
    """A browser in which the password was right."""
    browser = Client()
    answer = sign_in(browser, login, PASSWORD, next="/jobs/")
    assert answer["Location"] == "/sign-in/code/"
    return browser


def show(browser: Client, code: str) -> Any:
    return browser.post("/sign-in/code/", {"code": code})


@pytest.fixture
def ann(acme: Customer) -> Person:
    return acme.admin


@pytest.fixture
def bob(acme: Customer) -> Person:
    person = accounts.create_person(login="acme/bob", kind="user", name="bob", password=PASSWORD)
    TenantUser.objects.create(tenant=acme.tenant, person=person)
    return person


def test_setting_up_shows_a_picture_of_the_server_s_own_and_ten_codes_once(acme: Customer, ann: Person) -> None:
    browser = acme.client()
    page = browser.get("/account/second-factor/")
    assert 'src="data:image/svg+xml' in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    secret = accounts.begin_second_factor(ann).secret
    assert browser.post("/account/second-factor/", {"code": "000000"}).status_code == 400
    done = browser.post("/account/second-factor/", {"code": code_now(secret)})
    assert done.content.decode().count("<code>") == 10
    assert fresh(ann).has_second_factor
    assert "<code>" not in browser.get("/account/second-factor/").content.decode()
    assert AuditEvent.objects.filter(name="enableSecondFactor").count() == 1


def test_it_counts_for_nothing_before_a_code_was_shown(acme: Customer, ann: Person) -> None:
    acme.client().get("/account/second-factor/")
    browser = Client()
    sign_in(browser, password=PASSWORD)
    assert is_in(browser)


def test_a_code_is_asked_for_and_nobody_is_in_before(ann: Person) -> None:
    secret = enrolled(ann)
    browser = halfway()
    for path in ("/account/", "/jobs/", "/account/second-factor/", "/account/sessions/"):
        assert browser.get(path).status_code == 302
    assert show(browser, "000000").status_code == 401
    assert not is_in(browser)
    assert show(browser, code_now(secret))["Location"] == "/jobs/"
    assert is_in(browser)


def test_a_code_works_once_even_in_another_browser(ann: Person) -> None:
    secret = enrolled(ann)
    code = code_now(secret)
    first, second = halfway(), halfway()
    assert show(first, code).status_code == 302
    assert show(second, code).status_code == 401
    assert show(second, code_now(secret, steps=-1)).status_code == 401, "nor does an earlier one"
    assert show(second, code_now(secret, steps=1)).status_code == 302


def test_the_code_of_the_set_up_is_used_up(acme: Customer, ann: Person) -> None:
    secret = accounts.begin_second_factor(ann).secret
    code = code_now(secret)
    acme.client().post("/account/second-factor/", {"code": code})
    assert show(halfway(), code).status_code == 401


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
def test_a_code_of_another_time_is_wrong(ann: Person, steps: int) -> None:
    secret = enrolled(ann)
    assert show(halfway(), code_now(secret, steps=steps)).status_code == 401


@pytest.mark.parametrize("code", ["", "1", "abcdef", "１２３４５６", "000000 ' OR 1=1", "\x00", "9" * 40])
def test_nonsense_is_wrong(ann: Person, code: str) -> None:
    enrolled(ann)
    browser = halfway()
    assert show(browser, code).status_code in {200, 401}
    assert not is_in(browser)


def test_a_recovery_code_works_once_in_any_writing(ann: Person) -> None:
    enrolled(ann)
    code, other = accounts.renew_recovery_codes(ann)[:2]
    assert show(halfway(), code.upper().replace("-", " ")).status_code == 302
    assert show(halfway(), code).status_code == 401
    assert show(halfway(), other).status_code == 302


def test_new_recovery_codes_end_the_old_ones(acme: Customer, ann: Person) -> None:
    enrolled(ann)
    old = accounts.renew_recovery_codes(ann)
    browser = signed_in(fresh(ann))
    assert browser.post("/account/second-factor/codes/", {"password": "wrong"}).status_code == 400
    assert browser.post("/account/second-factor/codes/", {"password": PASSWORD}).status_code == 200
    assert show(halfway(), old[0]).status_code == 401


def test_nothing_of_it_can_be_read_from_the_tables(ann: Person) -> None:
    secret = enrolled(ann)
    codes = accounts.renew_recovery_codes(ann)
    rows = f"{list(SecondFactor.objects.values())} {list(RecoveryCode.objects.values())}"
    assert secret not in rows
    assert not [code for code in codes if code in rows or code.replace("-", "") in rows]


def test_codes_cannot_be_guessed_from_however_many_addresses(ann: Person) -> None:
    enrolled(ann)
    browser = halfway()
    answers = [
        browser.post("/sign-in/code/", {"code": f"{number:06}"}, REMOTE_ADDR=f"10.3.{number}.1").status_code
        for number in range(40)
    ]
    assert answers.count(401) <= 12
    assert answers[-1] == 429


def test_the_way_to_the_second_step_is_open_for_a_short_time_and_one_password(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = enrolled(ann)
    browser = halfway()
    accounts.set_password(fresh(ann), "another long password")
    assert show(browser, code_now(secret))["Location"] == "/sign-in/"
    assert not is_in(browser)


def test_turning_it_off_takes_the_password(acme: Customer, ann: Person) -> None:
    enrolled(ann)
    browser = signed_in(fresh(ann))
    assert browser.post("/account/second-factor/off/", {"password": "wrong"}).status_code == 400
    assert fresh(ann).has_second_factor
    assert browser.post("/account/second-factor/off/", {"password": PASSWORD}).status_code == 302
    assert not fresh(ann).has_second_factor
    assert not RecoveryCode.objects.exists()
    assert sign_in(Client(), password=PASSWORD)["Location"] == "/"


def test_a_second_one_does_not_replace_the_first_unasked(acme: Customer, ann: Person) -> None:
    secret = enrolled(ann)
    browser = signed_in(fresh(ann))
    browser.post("/account/second-factor/", {"code": code_now(secret)})
    assert show(halfway(), code_now(secret, steps=0)).status_code == 302


def test_an_admin_resets_the_one_that_somebody_lost(acme: Customer, bob: Person, rival: Customer) -> None:
    enrolled(bob)
    theirs = signed_in(fresh(bob))
    url = f"/access/sign-in/people/{bob.public_id}/reset-second-factor/"
    assert rival.client().post(url).status_code == 404
    assert theirs.post(url).status_code in {403, 404}
    assert fresh(bob).has_second_factor
    assert acme.client().post(url).status_code == 302
    assert not fresh(bob).has_second_factor
    assert not is_in(theirs), "their sessions ended"
    event = AuditEvent.objects.get(name="resetSecondFactor")
    assert (event.level, event.resource_id) == ("warning", bob.public_id)


def test_a_tenant_that_demands_it_lets_nobody_do_anything_else_before(acme: Customer, bob: Person) -> None:
    admin, user, program = acme.client(), signed_in(bob), acme.api()
    assert (
        "your own second factor first"
        in admin.post("/access/sign-in/", {"second_factor": "on"}, follow=True).content.decode()
    )
    enrolled(acme.admin)
    assert admin.post("/access/sign-in/", {"second_factor": "on"}).status_code == 302
    assert user.get("/jobs/")["Location"] == "/account/second-factor/"
    a_team(acme, "secret-crew")
    assert "secret-crew" not in user.get(f"/v2/{acme.project.public_id}/workforces").content.decode()
    secret = accounts.begin_second_factor(fresh(bob)).secret
    user.post("/account/second-factor/", {"code": code_now(secret)})
    assert user.get("/account/").status_code == 200
    assert "Set yours up" not in user.get("/jobs/").content.decode()
    assert program.get(f"/v2/{acme.project.public_id}/workforces").status_code == 200
    assert user.post("/account/second-factor/off/", {"password": PASSWORD}).status_code == 400


def test_a_password_alone_gives_no_token_either(acme: Customer, ann: Person) -> None:
    enrolled(ann)
    user = {"name": "ann", "password": PASSWORD, "domain": {"name": "acme"}}
    auth = {"identity": {"methods": ["password"], "password": {"user": user}}}
    answer = Client().post("/v3/auth/tokens", {"auth": auth}, content_type="application/json")
    assert answer.status_code == 401


def test_both_steps_are_recorded(ann: Person) -> None:
    secret = enrolled(ann)
    browser = halfway()
    show(browser, "000000")
    show(browser, code_now(secret))
    rows = AuditEvent.objects.filter(name="login").order_by("pk").values_list("code", flat=True)
    assert list(rows) == [401, 200]
