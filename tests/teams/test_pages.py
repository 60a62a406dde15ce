"""Pages of teams, and the page behind the link of an invitation."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from apps.accounts.models import Person
from apps.notify.models import Mail
from apps.teams.models import Invitation, Member, Team
from apps.teams.services import add_members, create_team
from tests.factories import PASSWORD, Customer, a_dataset, a_task, a_team, members_of, run_jobs


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return " ".join(answer.content.decode().split())


def test_a_team_is_created_changed_and_deleted(acme: Customer) -> None:
    browser = acme.client()
    assert "No teams yet" in text_of(browser, "/teams/")
    made = browser.post("/teams/new/", {"name": "crew", "description": "night shift"})
    team = Team.objects.get()
    assert made["Location"] == f"/teams/{team.public_id}/"
    assert "night shift" in text_of(browser, "/teams/")
    browser.post(f"/teams/{team.public_id}/edit/", {"name": "crew2", "description": ""})
    team.refresh_from_db()
    assert (team.name, team.description) == ("crew2", "")
    assert browser.post(f"/teams/{team.public_id}/delete/")["Location"] == "/teams/"
    assert not Team.objects.exists()


@pytest.mark.parametrize("name", ["", "two words", "crew", "x" * 65])
def test_a_refused_team_says_why_at_the_name(acme: Customer, name: str) -> None:
    create_team(actor=acme.actor, name="crew")
    answer = acme.client().post("/teams/new/", {"name": name})
    assert answer.status_code == 200
    assert answer.context["form"].errors["name"]
    assert Team.objects.count() == 1


def test_members_are_added_by_many_addresses_at_once(acme: Customer) -> None:
    team = a_team(acme)
    browser = acme.client()
    at = f"/teams/{team.public_id}/members/new/"
    browser.post(at, {"emails": "Lea@crew.test, leo@crew.test\nlin@crew.test", "role": "labeler"})
    assert sorted(member.email for member in members_of(team)) == ["lea@crew.test", "leo@crew.test", "lin@crew.test"]
    answer = browser.post(at, {"emails": "max@crew.test nonsense", "role": "labeler"})
    assert "nonsense" in str(answer.context["form"].errors["emails"])
    assert Member.objects.count() == 3
    page = text_of(browser, f"/teams/{team.public_id}/")
    assert "lea@crew.test" in page
    assert "Not invited" in page


def test_a_member_is_changed_and_a_second_manager_refused(acme: Customer) -> None:
    team = a_team(acme, members=[("max@crew.test", "team_manager"), ("lea@crew.test", "labeler")])
    lea = Member.objects.get(email="lea@crew.test")
    at = f"/teams/{team.public_id}/members/{lea.public_id}/"
    browser = acme.client()
    assert browser.post(at, {"role": "team_manager"}).context["form"].errors["role"]
    browser.post(at, {"role": "reviewer", "description": "mornings"})
    lea.refresh_from_db()
    assert (lea.role, lea.description) == ("reviewer", "mornings")


def test_one_or_many_members_are_deleted(acme: Customer) -> None:
    team = a_team(acme, members=[(f"p{number}@crew.test", "labeler") for number in range(3)])
    browser, ids = acme.client(), [member.public_id for member in members_of(team)]
    at = f"/teams/{team.public_id}/members/delete/"
    browser.post(at, {"member": ids[0]})
    browser.post(at, {"member": ids[1:]})
    assert set(Member.objects.values_list("state", "email")) == {("deleted", "")}
    assert "Choose at least one member" in browser.post(at, follow=True).content.decode()


def test_a_member_with_work_is_not_deleted_and_the_page_says_why(acme: Customer) -> None:
    team = a_team(acme, members=[("lea@crew.test", "labeler")])
    a_task(acme, a_dataset(acme, pictures=1), team)
    browser = acme.client()
    assert "still has work in the team task" in text_of(browser, f"/teams/{team.public_id}/")
    browser.post(f"/teams/{team.public_id}/members/delete/", {"member": members_of(team)[0].public_id})
    browser.post(f"/teams/{team.public_id}/delete/")
    assert Member.objects.get().state != "deleted"


def test_another_tenant_finds_no_team(acme: Customer, rival: Customer) -> None:
    team = a_team(acme, members=[("lea@crew.test", "labeler")])
    stranger = rival.client()
    for path in ("", "edit/", "members/new/", f"members/{members_of(team)[0].public_id}/"):
        assert stranger.get(f"/teams/{team.public_id}/{path}").status_code == 404
    assert stranger.post(f"/teams/{team.public_id}/delete/").status_code == 404
    assert "crew" not in text_of(stranger, "/teams/")


# ---------------------------------------------------------------- invitations


def invited(acme: Customer) -> str:
    """The address in the mail to somebody who was never here before."""
    team = create_team(actor=acme.actor, name="crew")
    add_members(actor=acme.actor, team=team, emails=["new@crew.test"], role="labeler")
    a_task(acme, a_dataset(acme, pictures=2), team)
    found = re.search(r"/invitation/[\w-]+/", Mail.objects.get(to="new@crew.test").text)
    assert found is not None
    return found.group(0)


def test_an_invited_person_chooses_a_password_and_lands_in_their_task(acme: Customer) -> None:
    link, browser = invited(acme), Client()
    for _ in range(2):
        assert "new@crew.test" in text_of(browser, link)
    done = browser.post(link, {"password": PASSWORD, "again": PASSWORD})
    assert re.fullmatch(r"/work/\w{20}/", done["Location"])
    assert browser.get(done["Location"]).status_code == 200
    assert Member.objects.get().state == "signed_in"
    again = Client().get(link)
    assert again.status_code == 410
    assert "already used" in again.content.decode()


@pytest.mark.parametrize(
    ("password", "again"),
    [("short", "short"), (PASSWORD, "another one entirely"), ("", ""), ("1234567890", "1234567890")],
)
def test_a_weak_or_mistyped_password_leaves_the_invitation_as_it_was(acme: Customer, password: str, again: str) -> None:
    link, browser = invited(acme), Client()
    answer = browser.post(link, {"password": password, "again": again})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert Invitation.objects.get().used_at is None
    assert browser.get("/work/").status_code == 302


def test_somebody_who_is_signed_in_on_the_same_device_is_signed_out_first(acme: Customer) -> None:
    link, browser = invited(acme), acme.client()
    browser.post(link, {"password": PASSWORD, "again": PASSWORD})
    assert "new@crew.test" in text_of(browser, "/account/")


@pytest.mark.parametrize("token", ["nothing", "x" * 300])
def test_an_unknown_link_says_what_to_do(db: None, token: str) -> None:
    answer = Client().get(f"/invitation/{token}/")
    assert answer.status_code == 410
    assert "no longer valid" in answer.content.decode()


def test_somebody_with_a_password_joins_by_signing_in(acme: Customer) -> None:
    link = invited(acme)
    person = Person.objects.filter(login="new@crew.test").first() or Person.objects.create(
        login="new@crew.test", email="new@crew.test", kind=Person.Kind.WORKER
    )
    person.set_password(PASSWORD)
    person.save()
    browser = Client()
    assert browser.get(link)["Location"].startswith("/sign-in/?next=%2Finvitation%2F")
    stranger = acme.client()
    assert "Sign out and open the link again" in text_of(stranger, link)
    stranger.post(link)
    assert Invitation.objects.get().used_at is None
    browser.post("/sign-in/", {"login": "new@crew.test", "password": PASSWORD})
    assert "Accept and start" in text_of(browser, link)
    assert browser.post(link)["Location"].startswith("/work/")
    run_jobs()
