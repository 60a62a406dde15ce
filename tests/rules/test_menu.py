"""Every page is found by following links from the first one, and no link leads nowhere."""

from __future__ import annotations

from collections import Counter, deque
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.accounts.models import Person
from apps.agencies import services as agencies
from apps.agencies.acting import one_action
from apps.datasets import services as datasets
from apps.iam import services as iam
from apps.jobs.services import start_job, stop_job
from apps.labeling import services as labeling
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant
from tests.factories import PASSWORD, a_customer, a_dataset, a_task, a_team, members_of, run_jobs, signed_in
from tests.tenancy.addresses import addresses
from tests.tenancy.world import World, a_world, submitted

pytestmark = pytest.mark.django_db

FOLLOWED = {"href", "hx-get"}
NAMED = FOLLOWED | {"action", "formaction", "hx-post", "hx-delete", "hx-put", "src", "data-url"}
# Addresses that a page does not link to: a mail carries them, or the tools and fields of a page ask for them.
NOT_LINKED = {
    "new-password",
    "sign-in-code",
    "sign-in-organisation-back",
    "invitation",
    "user-invitation",
    "sign-in",
    "sample-file",
}
MOST_PAGES = 1_500
# Of pages that differ in what they show only, such as the many events of the log.
MOST_OF_A_NAME = 15


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
        self._of_name: Counter[str] = Counter()
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
        name = self._name(parts.path)
        self.names.add(name)
        target = parts._replace(fragment="").geturl()
        if follow and target not in self._seen and self._of_name[name] < MOST_OF_A_NAME:
            self._seen.add(target)
            self._of_name[name] += 1
            self._waiting.append((target, origin))


@pytest.fixture
def world(db: None, settings: Settings) -> World:
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
    settings.TAGORA_OIDC_HOSTS = ["sign-in.acme.example"]
    # With a second factor, and signed in elsewhere, too.
    Person.objects.filter(pk=made.customer.admin.pk).update(has_second_factor=True)
    made.customer.client()
    policy = iam.create_policy(actor=actor, name="twice-said", document=one_action("modelarts:dataset:get"))
    iam.update_policy(actor=actor, policy=policy, document=one_action("modelarts:dataset:update"))
    crew = a_customer("crew")
    end = timezone.now() + timedelta(days=1)
    looking = one_action("modelarts:dataset:get")
    for giver, trusted in ((actor, "crew"), (crew.actor, "acme")):
        agencies.create_agency(actor=giver, name="helpers", trusted=trusted, document=looking, expires_at=end)
    return made


def page_names() -> set[str]:
    return {address.name for address in addresses() if not address.route.startswith(("v2/", "v3", "api/"))}


def operated(world: World) -> set[str]:
    """What an operator finds, before and while they visit the tenant."""
    olga = agencies.create_operator(name="olga", password=PASSWORD)
    agencies.set_visit_rule(actor=world.customer.actor, approves=False)
    tenant = Tenant.objects.get(pk=world.customer.tenant.pk)
    reason = "To see whether every page is linked."
    visit = agencies.ask_visit(actor=Actor(person=olga), tenant=tenant, reason=reason, hours=1)
    client = signed_in(olga)
    own = Crawl(client, "/operator/")
    client.post(f"/operator/visits/{visit.public_id}/start/")
    visiting = Crawl(client, "/")
    asked = Crawl(world.customer.client(), "/access/agencies/")
    agencies.suspend_tenant(actor=Actor(person=olga), tenant=tenant)
    suspended = Crawl(signed_in(olga), "/operator/")
    assert not own.broken + suspended.broken
    return own.names | visiting.names | asked.names | suspended.names


def test_every_page_is_found_by_following_links(world: World) -> None:
    owner = Crawl(world.customer.client(), "/")
    worker = Crawl(signed_in(world.labeler), "/work/")
    visitor = Crawl(Client(), "/sign-in/")
    assert not owner.broken + worker.broken + visitor.broken
    hidden = page_names() - owner.names - worker.names - visitor.names - operated(world) - NOT_LINKED
    assert not hidden
