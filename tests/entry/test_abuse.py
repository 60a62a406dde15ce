"""What people try at the door: planted sessions, foreign cookies, missing tokens, ways out to other servers."""

from __future__ import annotations

import logging
import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from apps.accounts.models import Person
from apps.accounts.services import create_person, set_password
from apps.audit.models import AuditEvent
from apps.tenants.models import Session
from tests.entry.people import NEW_PASSWORD, is_in, sign_in
from tests.factories import PASSWORD, Customer, a_worker, signed_in
from tests.tenancy.addresses import absent_values, addresses

pytestmark = pytest.mark.django_db
COOKIE = "tagora_session"
CHANGING = [
    ("/account/", {"current": PASSWORD, "password": NEW_PASSWORD}),
    ("/account/sessions/end-others/", {}),
    ("/account/sessions/end/", {"session": "x"}),
    ("/account/second-factor/", {"code": "1"}),
    ("/account/second-factor/off/", {"password": PASSWORD}),
    ("/account/second-factor/codes/", {"password": PASSWORD}),
    ("/access/sign-in/", {"second_factor": "on"}),
    ("/access/sign-in/provider/", {"name": "x"}),
    ("/access/sign-in/provider/delete/", {}),
    ("/sign-out/", {}),
    ("/language/", {"language": "zh-hans"}),
    ("/sign-in/", {"login": "acme/ann", "password": PASSWORD}),
    ("/sign-in/code/", {"code": "1"}),
    ("/sign-in/forgotten/", {"login": "acme/ann"}),
    ("/sign-in/organisation/", {"tenant": "acme"}),
]


def planted(value: str) -> Client:
    browser = Client()
    browser.cookies[COOKIE] = value
    return browser


def test_a_session_planted_before_signing_in_is_worth_nothing_afterwards(acme: Customer) -> None:
    attacker = Client()
    attacker.post("/sign-in/organisation/", {"tenant": "x"})
    session = attacker.session
    session["planted"] = True
    session.save()
    victim = planted(session.session_key or "")
    sign_in(victim, password=PASSWORD)
    assert is_in(victim)
    assert victim.cookies[COOKIE].value != session.session_key
    assert not is_in(planted(session.session_key or ""))


@pytest.mark.parametrize("key", ["x" * 32, "1.made-up", "../../etc/passwd", "' OR 1=1 --", "\x00", "", "z" * 4000])
def test_a_key_that_somebody_made_up_is_never_taken(acme: Customer, key: str) -> None:
    browser = planted(key)
    assert not is_in(browser)
    sign_in(browser, password=PASSWORD)
    assert browser.cookies[COOKIE].value != key


def test_a_session_after_a_change_of_password_is_nobody_s(acme: Customer) -> None:
    browser = acme.client()
    set_password(acme.admin, NEW_PASSWORD)
    assert not is_in(browser)
    assert not is_in(planted(browser.cookies[COOKIE].value))


def test_the_cookie_of_another_installation_opens_nothing(acme: Customer, settings: Settings) -> None:
    """Even with the row in the table, as after a restored backup: the other server signed with another key."""
    browser = acme.client()
    assert is_in(browser)
    settings.SECRET_KEY = "another installation's key, as long as a key has to be"
    assert not is_in(browser)


def test_signed_out_means_gone_from_the_table(acme: Customer) -> None:
    browser = acme.client()
    key = browser.session.session_key
    browser.post("/sign-out/")
    assert not Session.objects.filter(session_key=key).exists()


@pytest.mark.parametrize(("path", "data"), CHANGING, ids=[path for path, _data in CHANGING])
def test_without_its_csrf_token_nothing_changes(acme: Customer, path: str, data: dict[str, str]) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(acme.admin, backend="apps.tenants.backends.PersonBackend")

    def rows() -> tuple[int, int, dict[str, object]]:
        person = Person.objects.values().get(pk=acme.admin.pk)
        return Session.objects.count(), AuditEvent.objects.count(), person

    before = rows()
    assert browser.post(path, data).status_code == 403
    assert rows() == before


@pytest.mark.parametrize(("path", "data"), CHANGING[1:11], ids=[path for path, _data in CHANGING[1:11]])
def test_reading_changes_nothing(acme: Customer, path: str, data: dict[str, str]) -> None:
    browser = acme.client()
    before = AuditEvent.objects.count(), Session.objects.count()
    browser.get(path, data)
    browser.head(path, data)
    assert (AuditEvent.objects.count(), Session.objects.count()) == before


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://testserver@evil.example/",
        "https://testserver.evil.example/",
        "\thttps://evil.example",
        "/\t/evil.example",
        "%2f%2fevil.example/../..//evil.example\r\nX: 1",
    ],
)
def test_no_way_out_to_another_server(acme: Customer, wanted: str) -> None:
    for answer in (
        sign_in(Client(), password=PASSWORD, next=wanted),
        acme.client().get("/sign-in/", {"next": wanted}),
        acme.client().post("/language/", {"language": "en", "next": wanted}),
    ):
        assert answer.status_code == 302
        assert answer["Location"] == "/"
        assert "X" not in answer.headers


def test_passwords_and_codes_reach_neither_log_nor_audit(acme: Customer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    browser = Client()
    sign_in(browser, password="a wrong passphrase")
    sign_in(browser, password=PASSWORD)
    browser.post("/account/", {"current": PASSWORD, "password": NEW_PASSWORD})
    browser.post("/account/second-factor/", {"code": "731946"})
    rows = str(list(AuditEvent.objects.values()))
    for secret in (PASSWORD, NEW_PASSWORD, "a wrong passphrase", "731946", browser.cookies[COOKIE].value):
        assert secret not in rows
        assert secret not in caplog.text


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(acme: Customer) -> None:
    browser = Client()
    sign_in(browser, password=PASSWORD)
    cookie = browser.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_worker_finds_no_page_of_a_tenant_but_the_way_to_their_tasks(acme: Customer) -> None:
    """The labeling console is all there is for an invited worker, whatever is added later."""
    browser = signed_in(a_worker("lee@acme.example"))
    own = {"account", "sign-in", "work", "javascript-catalog", "schema", "invitation", "second-factor", "sessions"}
    own |= {"forgotten-password", "new-password", "sign-in-code", "sign-in-organisation", "sign-in-organisation-back"}
    opened = []
    for address in addresses():
        if address.route.startswith(("v1", "v2", "v3", "api")) or address.name in own:
            continue
        try:
            path = address.path(absent_values(address, project_id="x" * 32))
        except KeyError:
            path = re.sub(r"<[^>]+>", "x", address.route)
        answer = browser.get(path)
        if answer.status_code == 200:
            opened.append(address.route)
    assert not opened
    assert "My tasks" in browser.get("/datasets/").content.decode()
    assert browser.get("/")["Location"] == "/work/"


def test_a_user_without_a_tenant_is_nobody(db: None) -> None:
    create_person(login="gone/ann", kind=Person.Kind.USER, password=PASSWORD)
    assert sign_in(Client(), "gone/ann", PASSWORD).status_code == 401


def test_signing_in_and_out_bear_the_names_of_the_guide_for_workers(acme: Customer) -> None:
    a_worker("lee@acme.example")
    browser = Client()
    sign_in(browser, "lee@acme.example", PASSWORD)
    browser.post("/account/", {"current": PASSWORD, "password": NEW_PASSWORD})
    browser.post("/sign-out/")
    names = AuditEvent.objects.filter(name__startswith="worker").order_by("pk").values_list("name", flat=True)
    assert list(names) == ["workerLoginLabelConsole", "workerChangePassword", "workerLogOutLabelConsole"]
