"""Every page is found by following links from the first one, and no link leads nowhere."""

from __future__ import annotations

from collections import deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from apps.datasets import services as datasets
from apps.jobs.services import start_job, stop_job
from apps.labeling import services as labeling
from tests.factories import a_dataset, a_task, a_team, members_of, run_jobs, signed_in
from tests.tenancy.addresses import addresses
from tests.tenancy.world import World, a_world, submitted

pytestmark = pytest.mark.django_db

FOLLOWED = {"href", "hx-get"}
NAMED = FOLLOWED | {"action", "formaction", "hx-post", "hx-delete", "hx-put", "src", "data-url"}
# Addresses that a page does not link to: a mail carries them, or the tools and fields of a page ask for them.
NOT_LINKED = {"invitation", "sign-in", "sample-file"}
MOST_PAGES = 400


class Links(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.followed: list[str] = []
        self.named: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in NAMED and value and not value.startswith("#"):
                self.named.append(value)
                if name in FOLLOWED:
                    self.followed.append(value)


class Crawl:
    """What one person can reach: names of addresses, and links that did not open."""

    def __init__(self, client: Client, start: str) -> None:
        self.client = client
        self.names: set[str] = set()
        self.broken: list[str] = []
        self._waiting = deque([(start, "")])
        self._seen = {start}
        while self._waiting and len(self._seen) < MOST_PAGES:
            self._open(*self._waiting.popleft())

    def _name(self, path: str) -> str:
        try:
            return resolve(path).url_name or ""
        except Resolver404:
            return ""

    def _open(self, path: str, origin: str) -> None:
        self.names.add(self._name(urlsplit(path).path))
        response = self.client.get(path)
        if response.status_code not in {200, 302}:
            self.broken.append(f"{path} (from {origin}): {response.status_code}")
            return
        if response.status_code == 302:
            self._meet(response.headers["Location"], path, follow=True)
            return
        if not response.headers["Content-Type"].startswith("text/html") or response.streaming:
            return
        links = Links(response.content.decode())
        for link in links.named:
            self._meet(link, path, follow=link in links.followed)

    def _meet(self, link: str, origin: str, *, follow: bool) -> None:
        target = urljoin(origin, link)
        parts = urlsplit(target)
        if parts.netloc or parts.scheme or parts.path.startswith("/static/"):
            return
        self.names.add(self._name(parts.path))
        target = parts._replace(fragment="").geturl()
        if follow and target not in self._seen:
            self._seen.add(target)
            self._waiting.append((target, origin))


@pytest.fixture
def world(db: None) -> World:
    """A tenant in which every button has something to do."""
    made = a_world("acme", "ordinary")
    actor, dataset = made.customer.actor, made.dataset
    datasets.publish_dataset_version(actor=actor, dataset=dataset)
    run_jobs()
    second = a_dataset(made.customer, "second", pictures=4)
    task = a_task(made.customer, second, made.team, "second-task")
    submitted(task, made.labeler, "cat")
    third = a_dataset(made.customer, "third", pictures=2)
    people = [(made.labeler.email, "labeler"), ("rex@acme.example", "reviewer"), ("max@acme.example", "team_manager")]
    team = a_team(made.customer, "reviewed", members=people)
    manager = members_of(team)[2]
    labeling.create_team_task(actor=actor, dataset=third, name="not-started", manager=manager)
    submitted(a_task(made.customer, third, team, "third-task"), made.labeler, "cat")
    for stop in (True, False):
        job = start_job(actor, kind="sync_folder", params={}, subject=second.topic, key=f"waiting-{stop}")
        if stop:
            stop_job(actor=actor, job=job)
    return made


def page_names() -> set[str]:
    return {address.name for address in addresses() if not address.route.startswith(("v2/", "v3", "api/"))}


def test_every_page_is_found_by_following_links(world: World) -> None:
    owner = Crawl(world.customer.client(), "/")
    worker = Crawl(signed_in(world.labeler), "/work/")
    assert not owner.broken + worker.broken
    hidden = page_names() - owner.names - worker.names - NOT_LINKED
    assert not hidden
