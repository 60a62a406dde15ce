"""The link of a mail: once, for one person, for a while."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext

from apps.accounts.models import Person
from apps.accounts.services import worker_for
from apps.core.errors import Conflict, Denied, Invalid, TagoraError
from apps.notify.models import Mail
from apps.teams import selectors, services
from apps.teams.models import Invitation, Member, Role
from apps.teams.services import TaskNotice
from tests.factories import PASSWORD, Customer, a_customer, a_team, a_worker

NOTICE = TaskNotice(task_id="t" * 20, task_name="birds & bees", dataset_name="garden")


def invited(customer: Customer, email: str = "ann@example.org", team: str = "crew") -> tuple[Member, str]:
    """A member who was just written to, and the token of the mail (empty when the mail holds none)."""
    crew = a_team(customer, team)
    member = services.add_members(actor=customer.actor, team=crew, emails=email, role="labeler")[0]
    mail = services.invite(actor=customer.actor, member=member, notice=NOTICE)
    found = re.search(r"/invitation/([\w-]+)/", mail.text)
    return member, found.group(1) if found else ""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_mail_says_what_where_who_and_until_when_in_the_language_of_the_inviter(
    acme: Customer, language: str
) -> None:
    acme.admin.language = language
    _member, token = invited(acme)
    mail, invitation = Mail.objects.get(), Invitation.objects.get()
    with translation.override(language):
        assert mail.subject == gettext("You have a new labelling task: %(task)s") % {"task": "birds & bees"}
        role = str(Role.LABELER.label)
    assert mail.to == "ann@example.org"
    assert token
    until = f"{invitation.expires_at:%Y-%m-%d %H:%M}"
    link = f"{settings.TAGORA_URL}/invitation/{token}/"
    for part in ("birds & bees", "garden", "acme", str(acme.admin), role, until, "ann@example.org", link):
        assert part in mail.text
        assert escape(part) in mail.html
    assert f'<html lang="{language}">' in mail.html
    assert f'<a href="{link}">' in mail.html


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_who_never_chose_a_language_invites_in_the_one_they_work_in(acme: Customer, language: str) -> None:
    assert acme.admin.language == ""
    with translation.override(language):
        invited(acme)
    assert f'<html lang="{language}">' in Mail.objects.get().html


def test_the_token_is_not_stored(acme: Customer) -> None:
    _member, token = invited(acme)
    assert token not in Invitation.objects.get().token_hash
    assert len(token) >= 43


def test_an_invitation_makes_a_person_who_can_sign_in(acme: Customer) -> None:
    member, token = invited(acme)
    person = services.redeem_invitation(token=token, password=PASSWORD)
    member.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert (member.person, member.state) == (person, "signed_in")
    assert person.login == "ann@example.org"


def test_looking_at_an_invitation_does_not_use_it(acme: Customer) -> None:
    _member, token = invited(acme)
    for _ in range(3):
        found = selectors.open_invitation(token)
        assert found is not None
        assert selectors.needs_password(found)
    services.redeem_invitation(token=token, password=PASSWORD)
    assert selectors.open_invitation(token) is None


def test_an_invitation_works_once(acme: Customer) -> None:
    _member, token = invited(acme)
    services.redeem_invitation(token=token, password=PASSWORD)
    with pytest.raises(Conflict):
        services.redeem_invitation(token=token, password="another password")
    assert Person.objects.get(login="ann@example.org").check_password(PASSWORD)


def test_a_weak_password_leaves_the_invitation_as_it_was(acme: Customer) -> None:
    _member, token = invited(acme)
    with pytest.raises(Invalid):
        services.redeem_invitation(token=token, password="123")
    assert not Person.objects.filter(login="ann@example.org").exists()
    services.redeem_invitation(token=token, password=PASSWORD)


def test_an_expired_an_unknown_and_a_replaced_link_do_nothing(acme: Customer) -> None:
    member, first = invited(acme)
    services.invite(actor=acme.actor, member=member, notice=NOTICE)
    for token in (first, "", "x" * 43):
        with pytest.raises(Conflict):
            services.redeem_invitation(token=token, password=PASSWORD)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    second = re.findall(r"/invitation/([\w-]+)/", Mail.objects.latest("pk").text)[0]
    with pytest.raises(Conflict):
        services.redeem_invitation(token=second, password=PASSWORD)
    assert not Person.objects.filter(kind="worker").exists()


def test_who_has_a_password_gets_no_token_but_is_part_of_the_team(acme: Customer, rival: Customer) -> None:
    _member, token = invited(acme)
    person = services.redeem_invitation(token=token, password=PASSWORD)
    member, token = invited(rival)
    member.refresh_from_db()
    assert token == ""
    assert f"/work/{NOTICE.task_id}/" in Mail.objects.latest("pk").text
    assert (member.person, member.state) == (person, "mail_sent")


def test_a_link_does_not_change_the_password_of_who_has_one_meanwhile(acme: Customer) -> None:
    member, token = invited(acme)
    person = a_worker(member.email)
    with pytest.raises(Denied):
        services.redeem_invitation(token=token, password="attackers password")
    with pytest.raises(Denied):
        services.redeem_invitation(token=token, password="", by=acme.admin)
    services.redeem_invitation(token=token, password="", by=person)
    person.refresh_from_db()
    member.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert member.person == person


def test_signing_in_is_noted_on_every_team(acme: Customer) -> None:
    member, _token = invited(acme)
    person = worker_for("ann@example.org")
    Member.objects.update(person=person)
    services.mark_signed_in(actor=acme.actor)
    member.refresh_from_db()
    assert member.state == "mail_sent"
    services.mark_signed_in(actor=type(acme.actor)(person=person))
    member.refresh_from_db()
    assert member.state == "signed_in"


@pytest.mark.django_db(transaction=True)
def test_of_many_simultaneous_uses_exactly_one_succeeds() -> None:
    _member, token = invited(a_customer())

    def use(number: int) -> bool:
        try:
            services.redeem_invitation(token=token, password=f"{PASSWORD} {number}")
        except TagoraError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(50))) == 1
    assert Person.objects.filter(login="ann@example.org").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_invitations_of_one_new_address_used_at_the_same_moment_one_sets_the_password() -> None:
    tokens = [invited(a_customer(name))[1] for name in ("acme", "rival", "third", "fourth")]
    gate = Barrier(len(tokens))

    def use(token: str) -> str:
        gate.wait()
        try:
            services.redeem_invitation(token=token, password=PASSWORD)
        except Denied:
            return "denied"
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(len(tokens)) as pool:
        assert sorted(pool.map(use, tokens)) == ["denied", "denied", "denied", "in"]
    assert Person.objects.get(login="ann@example.org").check_password(PASSWORD)
    assert Invitation.objects.filter(used_at=None).count() == 3
