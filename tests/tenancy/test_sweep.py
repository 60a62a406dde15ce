"""Every address times every method, as somebody it is not meant for: as if nothing of it existed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from apps.accounts.models import Person
from apps.programs.services import issue_token
from tests.tenancy import addresses as known
from tests.tenancy.addresses import Address
from tests.tenancy.world import SENTINEL, World, a_user_without_grants, a_world, browser_of, rows_of

pytestmark = pytest.mark.django_db

# What everybody may open, because it says nothing about anybody.
OPEN_TO_ALL = {"sign-in", "sign-out", "set_language", "javascript-catalog", "schema", "invitation", "user-invitation"}
OPEN_TO_ALL |= {"forgotten-password", "new-password", "sign-in-code"}
OPEN_TO_ALL |= {"sign-in-organisation", "sign-in-organisation-back"}
OPEN_ROUTES = {"v3", "v3/", "v3/auth/tokens"}
# What asks for more than its address.
QUERIES = {"storage-object": "?key={key}"}
WORKERS_ONLY = {"work", "work-task", "work-counts", "work-review"}
OPERATORS_ONLY = {"operator", "operator-tenant-create", "operator-log", "operator-tenant"}
# Ends the session that the sweep still needs.
LEFT_OUT = {"sign-out"}
ADDRESSES = [address for address in known.addresses() if address.name not in LEFT_OUT]
STRANGERS = ("nobody", "admin of another tenant", "their token", "worker of another task", "user without grants")
OF_ANOTHER_TENANT = STRANGERS[:4]
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"|X-CSRFToken&quot;: ?&quot;\w+')


@pytest.fixture
def victim(db: None) -> World:
    return a_world("acme", SENTINEL)


@pytest.fixture
def other(db: None) -> World:
    return a_world("rival", "ordinary")


class Stranger:
    """Sends requests as somebody, with a fresh session each time, so that one request cannot spoil the next."""

    def __init__(self, kind: str, victim: World, other: World) -> None:
        self.kind = kind
        self.project_id = other.customer.project.public_id
        self._headers: dict[str, str] = {}
        self._person: Person | None = None
        if kind == "their token":
            token = issue_token(person=other.customer.admin, project_id=self.project_id)
            self._headers = {"X-Auth-Token": token.secret}
        elif kind == "admin of another tenant":
            self._person = other.customer.admin
        elif kind == "worker of another task":
            self._person = other.labeler
        elif kind == "user without grants":
            self._person = a_user_without_grants(victim.customer).person
            self.project_id = victim.customer.project.public_id
        self._cookies = browser_of(self._person).cookies

    def send(self, method: str, path: str) -> HttpResponse:
        client = Client(raise_request_exception=False, headers=self._headers)
        client.cookies = self._cookies.copy()
        body = {} if method in {"GET", "HEAD", "OPTIONS"} else {"data": "{}", "content_type": "application/json"}
        with transaction.atomic():
            response: HttpResponse = client.generic(method, path, **body)
        return response


def answer(response: HttpResponse, path: str, values: dict[str, str]) -> tuple[int, str, str]:
    """What can be told apart: status, where it leads, and the body without what every request has of its own."""
    body = b"".join(response) if response.streaming else response.content
    text = body.decode("utf-8", "replace").replace(path, "PATH")
    location = response.headers.get("Location", "").replace(path, "PATH")
    for value in sorted({value for value in values.values() if len(value) > 8}, key=len, reverse=True):
        text, location = text.replace(value, "ID"), location.replace(value, "ID")
    return response.status_code, location, CSRF.sub("CSRF", text)


def difference(first: str, second: str) -> str:
    """Both texts from where they part."""
    at = next((at for at, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]), -1)
    at = min(len(first), len(second)) if at < 0 else at
    return f"{first[max(0, at - 60) : at + 60]!r} against {second[max(0, at - 60) : at + 60]!r}"


def tried(stranger: Stranger, address: Address, victim: World) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """Ways to ask for the victim's things, each with the same way to ask for nothing."""
    real = known.real_values(address, victim)
    yield "all of it", real, known.absent_values(address, project_id=known.ABSENT_HEX)
    if "project_id" in real and address.names_an_object:
        mixed = {**real, "project_id": stranger.project_id}
        yield "in the own project", mixed, known.absent_values(address, project_id=stranger.project_id)


@pytest.mark.parametrize("kind", STRANGERS)
def test_a_stranger_finds_nothing_and_changes_nothing(kind: str, victim: World, other: World) -> None:
    stranger = Stranger(kind, victim, other)
    before = rows_of(victim)
    wrong: list[str] = []
    for address in ADDRESSES:
        if address.name in OPEN_TO_ALL or address.route in OPEN_ROUTES:
            continue
        for way, real, absent in tried(stranger, address, victim):
            for method in address.methods:
                path = address.path(real)
                response = stranger.send(method, path)
                status, location, text = answer(response, path, real)
                told = f"{method} {path} ({way}): {status}"
                if status >= 500:
                    wrong.append(f"{told} broke: {text[:300]}")
                if SENTINEL in text or SENTINEL in location:
                    at = text.find(SENTINEL)
                    wrong.append(f"{told} tells {text[max(0, at - 80) : at + 80]!r}")
                if method == "OPTIONS" or not (address.names_an_object or kind == "nobody"):
                    continue
                if 200 <= status < 300:
                    wrong.append(f"{told} is an answer of success")
                if kind in OF_ANOTHER_TENANT:
                    empty = address.path(absent)
                    nothing = answer(stranger.send(method, empty), empty, absent)
                    if (status, location, text) != nothing:
                        wrong.append(f"{told}, but for nothing {nothing[0]}: {difference(text, nothing[2])}")
    assert not wrong, "\n".join(wrong)
    after = rows_of(victim)
    assert after == before


@pytest.mark.parametrize("kind", OF_ANOTHER_TENANT)
def test_a_foreign_project_is_like_none(kind: str, victim: World, other: World) -> None:
    stranger = Stranger(kind, victim, other)
    for address in ADDRESSES:
        if "project_id" not in address.parts:
            continue
        for method in address.methods:
            real = {**known.absent_values(address, project_id=victim.customer.project.public_id)}
            absent = known.absent_values(address, project_id=known.ABSENT_HEX)
            first = stranger.send(method, address.path(real))
            second = stranger.send(method, address.path(absent))
            same = answer(first, address.path(real), real) == answer(second, address.path(absent), absent)
            assert same, f"{method} {address.route}"
            own = kind == "worker of another task" or address.route.endswith("worker-tasks")
            assert method == "OPTIONS" or own or not 200 <= first.status_code < 300, f"{method} {address.route}"


def test_the_owner_finds_all_of_it(victim: World) -> None:
    """The sweep would prove nothing if the addresses were wrong: the tenant's own admin opens each that can be read."""
    closed = []
    client = browser_of(victim.customer.admin)
    for address in ADDRESSES:
        if address.name in OPEN_TO_ALL or address.route in OPEN_ROUTES or address.name in WORKERS_ONLY | OPERATORS_ONLY:
            continue
        query = QUERIES.get(address.name, "").format(key=victim.sample.source.split("/", 1)[1])
        status = client.get(address.path(known.real_values(address, victim)) + query).status_code
        # 302 leads on from a list with one entry, 204 says that nothing has changed, 405 that it is only posted to.
        if status not in {200, 204, 302, 405}:
            closed.append(f"{address.route}: {status}")
    assert not closed


def test_what_is_open_to_all_says_nothing_about_anybody(victim: World) -> None:
    client = browser_of(None)
    for address in ADDRESSES:
        if address.name in OPEN_TO_ALL or address.route in OPEN_ROUTES:
            response = client.get(address.path(known.real_values(address, victim)))
            assert response.status_code < 500
            assert SENTINEL.encode() not in response.content
            assert victim.customer.tenant.name not in response.content.decode()


def test_static_files_are_the_only_other_thing_that_is_served() -> None:
    assert settings.STATIC_URL == "/static/"
    assert not getattr(settings, "MEDIA_URL", "").strip("/")
