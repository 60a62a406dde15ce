"""Sessions: where one is signed in, and that ending one ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import Person
from apps.accounts.services import create_person
from apps.audit.models import AuditEvent
from apps.entry.devices import device
from apps.tenants.models import Session, TenantUser
from tests.entry.people import is_in, sign_in
from tests.factories import PASSWORD, Customer, signed_in

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1"


def browser(agent: str = FIREFOX, at: str = "198.51.100.7") -> Client:
    made = Client(headers={"User-Agent": agent}, REMOTE_ADDR=at)
    made.post("/sign-in/", {"login": "acme/ann", "password": PASSWORD})
    assert is_in(made)
    return made


def test_the_list_says_where_when_and_with_what(acme: Customer) -> None:
    browser(IPHONE, "203.0.113.9")
    page = browser().get("/account/sessions/").content.decode()
    for said in ("Firefox, Linux", "Safari, iPhone", "198.51.100.7", "203.0.113.9", "This browser, now"):
        assert said in page
    assert not [row.session_key for row in Session.objects.all() if row.session_key in page], "keys open sessions"


def test_ending_one_ends_it_and_no_other(acme: Customer) -> None:
    here, lost, other = browser(), browser(), browser()
    row = Session.objects.get(session_key=lost.session.session_key)
    assert here.post("/account/sessions/end/", {"session": row.public_id}).status_code == 302
    assert (is_in(here), is_in(lost), is_in(other)) == (True, False, True)
    assert here.post("/account/sessions/end/", {"session": row.public_id}).status_code == 404
    assert AuditEvent.objects.filter(name="endSession").count() == 1


def test_ending_all_others(acme: Customer) -> None:
    here, first, second = browser(), browser(), browser()
    here.post("/account/sessions/end-others/")
    assert (is_in(here), is_in(first), is_in(second)) == (True, False, False)


def test_nobody_ends_somebody_else_s(acme: Customer, rival: Customer) -> None:
    theirs = rival.client()
    row = Session.objects.get(person=rival.admin)
    assert browser().post("/account/sessions/end/", {"session": row.public_id}).status_code == 404
    assert is_in(theirs)


def test_an_admin_ends_those_of_a_user_of_the_tenant_only(acme: Customer, rival: Customer) -> None:
    bob = create_person(login="acme/bob", kind=Person.Kind.USER, name="bob", password=PASSWORD)
    TenantUser.objects.create(tenant=acme.tenant, person=bob)
    theirs = signed_in(bob)
    url = f"/access/sign-in/people/{bob.public_id}/end-sessions/"
    assert rival.client().post(url).status_code == 404
    assert is_in(theirs)
    assert acme.client().post(url).status_code == 302
    assert not is_in(theirs)


def test_last_use_is_written_every_five_minutes_at_most(
    acme: Customer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = browser()
    key = made.session.session_key
    now = timezone.now()
    Session.objects.filter(session_key=key).update(seen_at=now - timedelta(minutes=6))
    made.get("/account/")
    seen = Session.objects.get(session_key=key).seen_at
    assert now - seen < timedelta(minutes=1)
    made.get("/account/")
    assert Session.objects.get(session_key=key).seen_at == seen


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox, Linux"),
        (IPHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140.0 Safari/537 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537 Chrome/140.0 Safari/537", "Chrome, macOS"),
        ("curl/8.5.0", "curl"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_browser_s_name_is_said_shortly(agent: str, said: str) -> None:
    assert device(agent) == said


def test_a_browser_that_calls_itself_names_does_no_harm(acme: Customer) -> None:
    made = browser("\x1b[31m<b>" + "x" * 5_000)
    assert "<b>" not in made.get("/account/sessions/").content.decode()
    assert len(Session.objects.get().agent) <= 300


def test_after_signing_in_the_list_shows_the_sign_in_and_not_the_first_visit(acme: Customer) -> None:
    made = Client()
    sign_in(made, password=PASSWORD)
    row = Session.objects.get(person=acme.admin)
    assert row.signed_in_at is not None
    assert row.address == "127.0.0.1"
