"""The menu says where a person is."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from django.urls import reverse

from apps.tenants.actors import Actor
from config.navigation import navigation
from tests.factories import Customer, a_worker

pytestmark = pytest.mark.django_db
TASK = ["t" * 20]


def current(actor: Actor, path: str) -> list[str]:
    """The names of the entries that are marked on the page at `path`."""
    request = RequestFactory().get(path)
    request.actor = actor  # type: ignore[attr-defined]
    return [entry["name"] for entry in navigation(request)["nav"] if entry["current"]]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "overview"),
        ("/datasets/", "dataset-list"),
        (reverse("task-detail", args=TASK), "dataset-list"),
        (reverse("acceptance", args=TASK), "dataset-list"),
        (reverse("task-list", args=TASK), "dataset-list"),
        (reverse("team-list"), "team-list"),
    ],
)
def test_a_page_of_a_tenant_marks_one_entry(acme: Customer, path: str, name: str) -> None:
    assert current(acme.actor, path) == [name]


@pytest.mark.parametrize("address", ["work-task", "work-review", "task-detail", "acceptance"])
def test_a_page_of_a_worker_marks_their_tasks(address: str) -> None:
    assert current(Actor(person=a_worker("ann@example.org")), reverse(address, args=TASK)) == ["work"]
