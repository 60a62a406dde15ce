"""A forgotten password: a link by mail that works once, for its owner, for half an hour."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.accounts import services as accounts
from apps.accounts.models import Person, ResetLink
from apps.audit.models import AuditEvent
from apps.entry import tasks
from apps.entry.services import passwords, send_reset_link
from apps.entry.services.second_factor import enable_second_factor
from apps.notify.models import Mail
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant, TenantUser
from tests.entry.people import NEW_PASSWORD, choose, is_in, reset_link, sign_in, text_of
from tests.entry.test_second_factor import code_now, enrolled
from tests.factories import PASSWORD, Customer, a_team, a_worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ann(acme: Customer) -> Person:
    acme.admin.email = "ann@acme.example"
    acme.admin.save()
    return acme.admin


@pytest.fixture
def lee(acme: Customer) -> Person:
    """A worker on a team of the tenant."""
    a_team(acme, members=[("lee@acme.example", "labeler")])
    worker = a_worker("lee@acme.example")
    from apps.teams.models import Member

    Member.objects.filter(email=worker.login).update(person=worker)
    return worker


def test_the_link_lets_its_owner_choose_a_password_once(ann: Person) -> None:
    link = reset_link("ACME/Ann ")
    browser = Client()
    assert browser.get(link).status_code == 200
    answer = choose(browser, link)
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert not is_in(browser), "the link is no way around the sign-in"
    assert sign_in(browser, password=NEW_PASSWORD).status_code == 302
    assert choose(Client(), link, "yet another password").status_code == 410
    assert sign_in(Client(), password="yet another password").status_code == 401


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_uses_nothing_up(ann: Person, method: str) -> None:
    link = reset_link("acme/ann")
    for _time in range(5):
        getattr(Client(), method)(link)
    assert choose(Client(), link).status_code == 302


def test_a_link_ends_in_time(ann: Person) -> None:
    link = reset_link("acme/ann")
    assert ResetLink.objects.get().expires_at - timezone.now() < timedelta(minutes=30)
    ResetLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(link).status_code == 410
    assert choose(Client(), link).status_code == 410


def test_a_newer_link_ends_an_older_one(ann: Person) -> None:
    first, second = reset_link("acme/ann"), reset_link("acme/ann")
    assert choose(Client(), first).status_code == 410
    assert choose(Client(), second).status_code == 302


def test_a_change_of_password_ends_the_link(acme: Customer, ann: Person) -> None:
    link = reset_link("acme/ann")
    browser = acme.client()
    browser.post("/account/", {"current": PASSWORD, "password": "a third long password"})
    assert choose(Client(), link).status_code == 410


def test_a_weak_password_leaves_the_link_as_it_was(ann: Person) -> None:
    link = reset_link("acme/ann")
    assert "password" in choose(Client(), link, "12345678").content.decode()
    assert Client().post(link, {"password": NEW_PASSWORD, "again": "other"}).status_code == 200
    assert choose(Client(), link).status_code == 302


def test_every_session_ends(acme: Customer, ann: Person) -> None:
    thief = acme.client()
    choose(Client(), reset_link("acme/ann"))
    assert not is_in(thief)


def test_a_link_used_fifty_times_at_once_works_once(ann: Person) -> None:
    link = reset_link("acme/ann")

    def use(number: int) -> int:
        try:
            return int(choose(Client(), link, f"password of number {number}").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(use, range(50)))
    assert sorted(set(answers)) == [302, 410]
    assert answers.count(302) == 1
    winner = answers.index(302)
    assert sign_in(Client(), password=f"password of number {winner}").status_code == 302


def test_signed_in_as_somebody_else_the_link_does_nothing(ann: Person, rival: Customer) -> None:
    link = reset_link("acme/ann")
    browser = rival.client()
    assert "Another person is signed in" in choose(browser, link).content.decode()
    assert is_in(browser)
    assert choose(Client(), link).status_code == 302


def test_a_made_up_link_is_like_one_that_was_used(ann: Person) -> None:
    used = reset_link("acme/ann")
    choose(Client(), used)
    made_up = used[:-5] + "aaaa/"
    pages = [
        re.sub(r"csrf\S+|X-CSRFToken\S+ \S+|value=\"\S+", "", Client().get(link).content.decode()).replace(link, "")
        for link in (used, made_up)
    ]
    assert pages[0] == pages[1]


def test_the_answer_is_the_same_for_any_name_and_does_the_same_work(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(tasks.current_app, "send_task", lambda *args, **kwargs: asked.append(args))
    pages = []
    for login in ("acme/ann", "acme/nobody", "nobody@example.org", "' OR 1=1 --"):
        answer = Client().post("/sign-in/forgotten/", {"login": login}, REMOTE_ADDR="192.0.2.8")
        assert answer.status_code == 200
        pages.append(
            re.sub(r'value="\w+"|X-CSRFToken": "\w+"|X-CSRFToken&quot;: ?&quot;\w+', "", answer.content.decode())
        )
    assert len(set(pages)) == 1
    assert len(asked) == 4
    assert not ResetLink.objects.exists(), "the request itself does nothing that depends on the name"


def test_the_page_and_the_task_fit_together(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def at_once(name: str, args: tuple[str, ...] = (), **options: Any) -> None:
        if name == "entry.send_reset_link":
            tasks.send_reset_link(*args)

    monkeypatch.setattr(tasks.current_app, "send_task", at_once)
    Client().post("/sign-in/forgotten/", {"login": "acme/ann"})
    assert Mail.objects.get().to == "ann@acme.example"


def test_nobody_is_written_to_who_cannot_come_in(acme: Customer, ann: Person) -> None:
    assert not reset_link("acme/nobody")
    Person.objects.update(is_active=False)
    assert not reset_link("acme/ann")
    Person.objects.update(is_active=True)
    Tenant.objects.update(state="suspended")
    assert not reset_link("acme/ann")
    assert not mail.outbox


def test_a_person_deactivated_after_the_mail_cannot_use_it(ann: Person) -> None:
    link = reset_link("acme/ann")
    Person.objects.update(is_active=False)
    assert choose(Client(), link).status_code == 410


def test_a_mailbox_is_not_flooded(ann: Person) -> None:
    links = [reset_link("acme/ann") for _number in range(10)]
    assert sum(map(bool, links)) <= passwords.LINKS_PER_NAME + 1


def test_many_people_who_forgot_do_not_hold_each_other_up(acme: Customer, ann: Person) -> None:
    for number in range(80):
        person = accounts.create_person(login=f"w{number}@acme.example", kind="user", email=f"w{number}@acme.example")
        TenantUser.objects.create(tenant=acme.tenant, person=person)
        assert send_reset_link(visitor=Actor(source_ip="192.0.2.1"), login=person.login, language="")


def test_one_address_cannot_ask_without_end(ann: Person) -> None:
    answers = [
        Client().post("/sign-in/forgotten/", {"login": f"acme/x{number}"}, REMOTE_ADDR="192.0.2.9").status_code
        for number in range(passwords.REQUESTS_PER_ADDRESS + 3)
    ]
    assert answers[0] == 200
    assert answers[-1] == 429


def test_a_worker_gets_a_link_too_and_both_steps_bear_the_names_of_the_guide(acme: Customer, lee: Person) -> None:
    link = reset_link("lee@acme.example")
    assert choose(Client(), link).status_code == 302
    rows = AuditEvent.objects.filter(name__startswith="worker").order_by("pk").values_list("name", "tenant_id")
    assert list(rows) == [
        ("workerForgetPassword", acme.tenant.pk),
        ("workerResetPassword", acme.tenant.pk),
    ]


def test_a_user_s_steps_are_recorded(acme: Customer, ann: Person) -> None:
    choose(Client(), reset_link("acme/ann"))
    names = list(AuditEvent.objects.filter(name__endswith="Password").order_by("pk").values_list("name", flat=True))
    assert names == ["forgetPassword", "resetPassword"]


def test_a_worker_of_no_team_gets_no_mail(acme: Customer) -> None:
    a_worker("gone@acme.example")
    assert not reset_link("gone@acme.example")


def test_the_link_is_kept_nowhere_in_the_clear(acme: Customer, ann: Person, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    link = reset_link("acme/ann")
    token = link.rstrip("/").rpartition("/")[2]
    assert len(token) >= 43, "256 bits"
    Client().get(link)
    choose(Client(), link[:-3] + "/")
    choose(Client(), link)
    rows = f"{list(ResetLink.objects.values())} {list(Mail.objects.values())} {list(AuditEvent.objects.values())}"
    assert token not in rows
    assert token not in caplog.text


def test_the_address_of_the_link_is_told_to_no_other_page_and_kept_by_no_cache(ann: Person) -> None:
    link = reset_link("acme/ann")
    for answer in (Client().get(link), choose(Client(), link, "short"), Client().get(link[:-3] + "/")):
        assert answer["Referrer-Policy"] == "strict-origin"
        assert answer["Cache-Control"] == "no-store"


def test_no_page_shows_the_mail_to_an_admin(acme: Customer, lee: Person) -> None:
    reset_link("lee@acme.example")
    browser = acme.client()
    row = Mail.objects.get(to="lee@acme.example", secret=True)
    assert "new password" not in browser.get("/mail/").content.decode()
    assert browser.get(f"/mail/{row.pk}/").status_code == 404


def test_the_mail_speaks_the_language_of_its_reader(ann: Person) -> None:
    reset_link("acme/ann")
    Person.objects.update(language="zh-hans")
    reset_link("acme/ann")
    english, chinese = mail.outbox
    assert "works once" in text_of(english)
    assert 'lang="zh-hans"' in str(chinese.alternatives[0])


def test_a_new_password_does_not_take_the_second_factor_away(acme: Customer, ann: Person) -> None:
    secret = enrolled(ann)
    choose(Client(), reset_link("acme/ann"))
    browser = Client()
    answer = sign_in(browser, password=NEW_PASSWORD)
    assert answer["Location"] == "/sign-in/code/"
    assert not is_in(browser)
    assert code_now(secret)
    assert enable_second_factor


def test_a_link_without_its_csrf_token_does_nothing(ann: Person) -> None:
    link = reset_link("acme/ann")
    strict = Client(enforce_csrf_checks=True)
    assert choose(strict, link).status_code == 403
    assert choose(Client(), link).status_code == 302
