"""Pages of team tasks: running a task, and working on it."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from apps.accounts.models import Person
from apps.datasets.models import Dataset
from apps.labeling.models import Assignment, Participant, TeamTask
from apps.teams.models import Team
from tests.factories import Customer, a_dataset, a_task, a_team, members_of, run_jobs, signed_in

MEMBERS = [("lea@crew.test", "labeler"), ("rex@crew.test", "reviewer"), ("max@crew.test", "team_manager")]


@pytest.fixture
def dataset(acme: Customer) -> Dataset:
    return a_dataset(acme, pictures=4)


@pytest.fixture
def team(acme: Customer) -> Team:
    return a_team(acme, members=MEMBERS)


@pytest.fixture
def task(acme: Customer, dataset: Dataset, team: Team) -> TeamTask:
    return a_task(acme, dataset, team)


def browser_of(address: str) -> Client:
    return signed_in(Person.objects.get(login=address))


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return " ".join(answer.content.decode().split())


def tool_of(html: str) -> dict[str, object]:
    found = re.search(r'<script id="tool-config" type="application/json">(.*?)</script>', html, re.S)
    assert found is not None
    return json.loads(found.group(1))


def test_the_owner_creates_a_task_for_chosen_members(acme: Customer, dataset: Dataset, team: Team) -> None:
    browser = acme.client()
    address = f"/datasets/{dataset.public_id}/tasks/"
    assert "No team tasks yet" in text_of(browser, address)
    assert "lea@crew.test" in text_of(browser, f"{address}new/")
    chosen = [member.public_id for member in members_of(team) if member.role != "team_manager"]
    sent = {"name": "first", "who": "members", "member": chosen, "repetition": "1", "auto_assign": "on"}
    made = browser.post(f"{address}new/", sent)
    task = TeamTask.objects.get()
    assert made["Location"] == f"/tasks/{task.public_id}/"
    assert (task.auto_assign, task.review_required, task.participants.count()) == (True, True, 2)
    run_jobs()
    assert "first" in text_of(browser, address)


def test_a_task_can_be_handed_to_a_team_manager_who_starts_it(acme: Customer, dataset: Dataset, team: Team) -> None:
    manager = next(member for member in members_of(team) if member.role == "team_manager")
    sent = {"name": "handed", "who": "manager", "manager": manager.public_id, "repetition": "1"}
    acme.client().post(f"/datasets/{dataset.public_id}/tasks/new/", sent)
    task = TeamTask.objects.get()
    assert task.state == "created"
    browser = browser_of("max@crew.test")
    assert f"/tasks/{task.public_id}/start/" in text_of(browser, f"/tasks/{task.public_id}/")
    lea = next(member for member in members_of(team) if member.role == "labeler")
    assert "lea@crew.test" in text_of(browser, f"/tasks/{task.public_id}/start/")
    assert browser.post(f"/tasks/{task.public_id}/start/", {"member": lea.public_id}).status_code == 302
    run_jobs()
    task.refresh_from_db()
    assert task.state == "running"
    assert Participant.objects.get(task=task, role="labeler").unlabelled == 4


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "no spaces"}, "A name has 1 to 64 letters"),
        ({"member": []}, "Choose at least one labeler."),
        ({"repetition": "2"}, "2 answers a sample need as many labelers"),
        ({"repetition": "0"}, "greater than or equal to 1"),
        ({"who": "manager", "manager": ""}, "Choose the team manager"),
    ],
)
def test_a_refused_task_says_why_and_keeps_what_was_typed(
    acme: Customer, dataset: Dataset, team: Team, change: dict[str, object], sentence: str
) -> None:
    sent = {"name": "first", "description": "Look twice", "who": "members", "repetition": "1"}
    sent |= {"member": [member.public_id for member in members_of(team)], **change}
    answer = acme.client().post(f"/datasets/{dataset.public_id}/tasks/new/", sent)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in html
    assert "Look twice" in html
    assert not TeamTask.objects.exists()


def test_the_page_of_a_task_shows_its_people_and_what_they_have_done(acme: Customer, task: TeamTask) -> None:
    html = text_of(acme.client(), f"/tasks/{task.public_id}/")
    for address, _role in MEMBERS:
        assert address in html
    assert f'data-live="task:{task.public_id}"' in html
    assert f"/tasks/{task.public_id}/acceptance/card/" in html
    fragment = text_of(acme.client(), f"/tasks/{task.public_id}/progress/")
    assert "lea@crew.test" in fragment
    assert "<html" not in fragment


def test_a_task_is_edited_and_deleted(acme: Customer, task: TeamTask, dataset: Dataset, team: Team) -> None:
    browser = acme.client()
    everybody = [member.public_id for member in members_of(team)]
    sent = {"name": "renamed", "description": "Look twice", "member": everybody}
    assert browser.post(f"/tasks/{task.public_id}/edit/", sent).status_code == 302
    task.refresh_from_db()
    assert (task.name, task.description, task.auto_assign) == ("renamed", "Look twice", False)
    gone = browser.post(f"/tasks/{task.public_id}/delete/")
    assert gone["Location"] == f"/datasets/{dataset.public_id}/tasks/"
    assert not TeamTask.objects.exists()


def test_mails_are_sent_again_to_one_or_to_all(acme: Customer, task: TeamTask) -> None:
    Participant.objects.update(notified_at=None)
    browser = acme.client()
    browser.post(f"/tasks/{task.public_id}/notify/", {"email": "lea@crew.test"})
    assert Participant.objects.filter(notified_at__isnull=False).count() == 1
    answer = browser.post(f"/tasks/{task.public_id}/notify/", follow=True)
    assert Participant.objects.filter(notified_at=None).count() == 0
    assert "less than a minute ago" in answer.content.decode()


def test_a_labeler_finds_the_task_and_the_console_lists_their_samples(task: TeamTask) -> None:
    browser = browser_of("lea@crew.test")
    assert f"/work/{task.public_id}/" in text_of(browser, "/work/")
    html = text_of(browser, f"/work/{task.public_id}/")
    config = tool_of(html)
    assert (config["mode"], config["state"], config["readonly"]) == ("labeling", "__NONE__", False)
    assert [label["name"] for label in config["labels"]] == ["cat", "dog"]
    assert browser.get(f"{config['samples']}?sample_state={config['state']}").json()["sample_count"] == 4
    assert re.findall(r'data-state="(\w+)"', html) == [
        "unlabelled", "to_confirm", "rejected", "unreviewed", "unchecked", "accepted",
    ]  # fmt: skip


def test_the_console_opens_where_there_is_something_to_do(task: TeamTask) -> None:
    browser = browser_of("lea@crew.test")
    Assignment.objects.filter(task=task).update(state="rejected")
    Participant.objects.filter(role="labeler").update(unlabelled=0, rejected=4)
    assert tool_of(text_of(browser, f"/work/{task.public_id}/"))["state"] == "__REJECTED__"
    accepted = tool_of(text_of(browser, f"/work/{task.public_id}/?state=accepted"))
    assert (accepted["state"], accepted["readonly"]) == ("__ACCEPTED__", True)


def test_everybody_is_sent_to_the_page_of_their_part(acme: Customer, task: TeamTask) -> None:
    at = f"/work/{task.public_id}/"
    assert browser_of("rex@crew.test").get(at)["Location"] == f"{at}review/"
    assert browser_of("max@crew.test").get(at)["Location"] == f"/tasks/{task.public_id}/"
    assert acme.client().get(at)["Location"] == f"/tasks/{task.public_id}/"
    config = tool_of(text_of(browser_of("rex@crew.test"), f"{at}review/"))
    assert (config["mode"], config["state"]) == ("review", "__UNREVIEWED__")


def test_nobody_sees_a_page_that_is_not_theirs(acme: Customer, rival: Customer, task: TeamTask) -> None:
    lea, rex = browser_of("lea@crew.test"), browser_of("rex@crew.test")
    base = f"/tasks/{task.public_id}/"
    for path in ("", "progress/", "edit/", "start/", "answers/"):
        assert lea.get(base + path).status_code == 403, path
        assert rex.get(base + path).status_code == 403, path
        assert rival.client().get(base + path).status_code == 404, path
        assert Client().get(base + path).status_code == 302, path
    assert lea.get(f"/work/{task.public_id}/review/").status_code == 403
    for path in ("", "counts/", "review/"):
        assert rival.client().get(f"/work/{task.public_id}/{path}").status_code == 404, path
    assert lea.post(f"{base}delete/").status_code == 403
    assert TeamTask.objects.filter(pk=task.pk).exists()
