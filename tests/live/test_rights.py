"""Rights that end, end at once: an open socket hears nothing more of what its person may not see any more."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from channels.db import database_sync_to_async
from guardian.shortcuts import assign_perm
from pytest_django.fixtures import Settings

from apps.accounts.models import Person
from apps.accounts.services import create_person, issue_reset_link
from apps.entry import services as entry
from apps.jobs.models import Job
from apps.labeling import services as labeling
from apps.labeling.models import Participant, TeamTask
from apps.live import consumers
from apps.teams import services as teams
from apps.teams.models import Member
from apps.tenants.actors import Actor
from apps.tenants.models import Session, TenantUser
from apps.tenants.rights import rights_changed
from apps.tenants.selectors import actor_of_session
from apps.tenants.sessions import SessionStore
from tests.factories import PASSWORD, Customer, a_customer, a_dataset, a_task, a_team
from tests.live.sockets import Socket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
SECOND = 1.0


def redis_url() -> str:
    return os.environ.get("TAGORA_REDIS_URL", "redis://127.0.0.1:6379/8")


def redis_answers() -> bool:
    try:
        return bool(redis.Redis.from_url(redis_url(), socket_connect_timeout=0.5).ping())
    except redis.RedisError:
        return False


@pytest.fixture(params=["memory", "redis"], autouse=True)
def layer(request: pytest.FixtureRequest, settings: Settings) -> Iterator[None]:
    """Both ways in which news travels: within one process, and between many."""
    if request.param == "redis":
        if not redis_answers():
            pytest.skip("no Redis")
        config = {"hosts": [redis_url()], "prefix": f"test-{secrets.token_hex(6)}"}
        settings.CHANNEL_LAYERS = {
            "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": config}
        }
    else:
        settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    return iter([None])


def call(function: Callable[..., Any], **arguments: Any) -> Any:
    return database_sync_to_async(function)(**arguments)


@pytest.fixture
def customer() -> Customer:
    return a_customer("acme")


def a_job(customer: Customer) -> Job:
    return Job.objects.create(tenant=customer.tenant, project=customer.project, kind="x")


async def watching(person: Person, *topics: str) -> Socket:
    socket = Socket(person)
    assert await socket.connect() is True
    await socket.send({"watch": list(topics)})
    assert await socket.receive() == {"watching": sorted(topics)}
    # Groups of a layer between processes are joined by a message of their own.
    await asyncio.sleep(0.1)
    return socket


async def closes(socket: Socket) -> tuple[int, float]:
    """With what code the socket closes, and after how many seconds."""
    start = time.monotonic()
    code = await socket.closed_with()
    return code, time.monotonic() - start


async def test_a_changed_password(customer: Customer) -> None:
    job = await call(a_job, customer=customer)
    socket = await watching(customer.admin, f"job:{job.public_id}")
    await call(entry.change_password, actor=customer.actor, current=PASSWORD, password="another long password")
    code, seconds = await closes(socket)
    assert (code, seconds < SECOND) == (4401, True)


async def test_a_password_reset_by_link(customer: Customer) -> None:
    socket = await watching(customer.admin)
    token = await database_sync_to_async(issue_reset_link)(customer.admin)
    await call(entry.reset_password, visitor=Actor(), token=token, password="another long password")
    code, seconds = await closes(socket)
    assert (code, seconds < SECOND) == (4401, True)


async def test_a_disabled_person(customer: Customer) -> None:
    socket = await watching(customer.admin)

    def disable() -> None:
        Person.objects.filter(pk=customer.admin.pk).update(is_active=False)
        rights_changed(customer.tenant, customer.admin)

    await call(disable)
    code, seconds = await closes(socket)
    assert (code, seconds < SECOND) == (4401, True)


async def test_a_suspended_tenant(customer: Customer) -> None:
    socket = await watching(customer.admin)

    def suspend() -> None:
        type(customer.tenant).objects.update(state="suspended")
        rights_changed(customer.tenant)

    await call(suspend)
    code, seconds = await closes(socket)
    assert (code, seconds < SECOND) == (4401, True)


async def test_an_ended_session_closes_its_own_socket_only(customer: Customer) -> None:
    first, second = await watching(customer.admin), await watching(customer.admin)
    assert second.session is not None
    await call(entry.end_other_sessions, actor=customer.actor, but=second.session.session_key)
    code, seconds = await closes(first)
    assert (code, seconds < SECOND) == (4401, True)
    assert await second.hears_nothing()


async def test_signing_out_in_the_browser(customer: Customer) -> None:
    client = await call(lambda: customer.client())
    socket = Socket(customer.admin, SessionStore(client.cookies["tagora_session"].value))
    assert await socket.connect() is True
    await asyncio.sleep(0.1)
    await call(lambda: client.post("/sign-out/"))
    code, seconds = await closes(socket)
    assert (code, seconds < SECOND) == (4401, True)


async def test_sessions_ended_by_an_admin(customer: Customer) -> None:
    user = await call(a_user, customer=customer)
    socket = await watching(user.person)
    await call(entry.end_sessions_of, actor=customer.actor, user=user)
    code, seconds = await closes(socket)
    assert (code, seconds < SECOND) == (4401, True)


def a_user(customer: Customer) -> TenantUser:
    person = create_person(login="acme/bob", kind="user", name="bob", password=PASSWORD)
    return TenantUser.objects.create(tenant=customer.tenant, person=person)


async def test_a_role_that_was_taken(customer: Customer) -> None:
    job = await call(a_job, customer=customer)
    socket = await watching(customer.admin, f"job:{job.public_id}", "mail")

    def take() -> None:
        TenantUser.objects.filter(person=customer.admin).update(is_admin=False)
        rights_changed(customer.tenant, customer.admin)

    start = time.monotonic()
    await call(take)
    code = await socket.closed_with()
    assert (code, time.monotonic() - start < SECOND) == (4403, True)


async def test_topics_that_may_still_be_watched_stay(customer: Customer) -> None:
    user = await call(a_user, customer=customer)
    dataset = await call(a_dataset, customer=customer)
    shared = dataset.topic

    def share() -> None:
        assign_perm("view_dataset", user.person, dataset)
        TenantUser.objects.filter(pk=user.pk).update(is_admin=True)

    await call(share)
    socket = await watching(user.person, shared, "mail")

    def take() -> None:
        TenantUser.objects.filter(pk=user.pk).update(is_admin=False)
        rights_changed(customer.tenant, user.person)

    await call(take)
    while (heard := await socket.receive()) == {"topic": shared}:
        pass
    assert heard == {"watching": [shared]}
    await socket.leave()


@pytest.mark.parametrize("way", ["off the team", "out of the task"])
async def test_a_worker_who_is_taken(customer: Customer, way: str) -> None:
    people = [("lee@acme.example", "labeler"), ("kim@acme.example", "labeler")]

    def work() -> tuple[Person, TeamTask]:
        team = a_team(customer, members=people)
        task = a_task(customer, a_dataset(customer, pictures=2), team)
        Participant.objects.update(unlabelled=0)
        return Person.objects.get(login=people[0][0]), task

    def take() -> None:
        lee, kim = Member.objects.order_by("pk")
        if way == "off the team":
            teams.delete_members(actor=customer.actor, members=[lee])
        else:
            labeling.update_team_task(actor=customer.actor, task=task, members=[kim])

    worker, task = await call(work)
    socket = await watching(worker, f"task:{task.public_id}")
    await call(take)
    # What the task announces of itself on the way may still be heard.
    while (answer := await socket.next())["type"] != "websocket.close":
        assert json.loads(answer["text"]) == {"topic": f"task:{task.public_id}"}
    assert answer["code"] == 4403


async def test_a_policy_for_the_whole_tenant_reaches_every_socket(customer: Customer) -> None:
    user = await call(a_user, customer=customer)
    job = await call(a_job, customer=customer)
    await call(lambda: TenantUser.objects.update(is_admin=True))
    sockets = [await watching(person, f"job:{job.public_id}") for person in (customer.admin, user.person)]

    def take() -> None:
        TenantUser.objects.update(is_admin=False)
        rights_changed(customer.tenant)

    await call(take)
    for socket in sockets:
        code, seconds = await closes(socket)
        assert (code, seconds < SECOND) == (4403, True)


async def test_without_any_news_it_ends_within_a_minute(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert consumers.LOOK_AGAIN_SECONDS <= 60
    monkeypatch.setattr(consumers, "LOOK_AGAIN_SECONDS", 0.2)
    socket = await watching(customer.admin)
    await call(lambda: Session.objects.all().delete())
    assert (await closes(socket))[0] == 4401


async def test_a_change_between_asking_and_listening_is_not_missed(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rights end after the socket has learnt who it is and before it listens for news of them."""
    asked = []

    def ask_and_lose(key: str) -> Actor:
        found = actor_of_session(key)
        if not asked:
            Session.objects.all().delete()
        asked.append(key)
        return found

    monkeypatch.setattr(consumers, "actor_of_session", ask_and_lose)
    assert await Socket(customer.admin).connect() == 4401
    assert len(asked) == 2


async def test_nobody_hears_of_other_people_s_rights(customer: Customer) -> None:
    rival = await call(a_customer, name="rival")
    socket = Socket(rival.admin)
    await socket.connect()
    topics = [f"rights:{customer.admin.public_id}", f"rights:{customer.tenant.public_id}"]
    await socket.send({"watch": topics})
    assert await socket.receive() == {"watching": []}
    await call(rights_changed, tenant=customer.tenant)
    assert await socket.hears_nothing()
    await socket.leave()


async def test_a_browser_without_a_session_is_turned_away(customer: Customer) -> None:
    assert await Socket(None, SessionStore("made-up-key")).connect() == 4401
