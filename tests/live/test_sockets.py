"""Sockets: who may watch what, and that news arrives after commit, once a tick."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from apps.core import news
from apps.jobs.models import Job
from apps.tenants.services import NewTenant, create_tenant
from tests.live.sockets import Socket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


def make(name: str) -> NewTenant:
    return create_tenant(name=name, admin="ann", password="long enough words")


def job_of(made: NewTenant) -> Job:
    return Job.objects.create(tenant=made.tenant, project=made.project, kind="x")


async def test_a_visitor_is_turned_away() -> None:
    assert await Socket(AnonymousUser()).connect() == 4401


async def test_news_arrives_after_commit_and_carries_the_topic_only() -> None:
    made = await database_sync_to_async(make)("acme")
    job = await database_sync_to_async(job_of)(made)
    topic = f"job:{job.public_id}"
    socket = Socket(made.admin)
    assert await socket.connect() is True
    await socket.send({"watch": [topic]})
    assert await socket.receive() == {"watching": [topic]}

    def announce_often() -> None:
        with transaction.atomic():
            for _ in range(50):
                news.announce(topic)

    await database_sync_to_async(announce_often)()
    assert await socket.receive() == {"topic": topic}
    assert await socket.hears_nothing(), "fifty announcements of one transaction are one message"
    await socket.leave()


async def test_nothing_is_said_of_a_rolled_back_change() -> None:
    made = await database_sync_to_async(make)("acme")
    job = await database_sync_to_async(job_of)(made)
    socket = Socket(made.admin)
    await socket.connect()
    await socket.send({"watch": [f"job:{job.public_id}"]})
    await socket.receive()

    def roll_back() -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            news.announce(f"job:{job.public_id}")
            raise RuntimeError

    await database_sync_to_async(roll_back)()
    assert await socket.hears_nothing()
    await socket.leave()


async def test_topics_of_another_tenant_and_nonsense_are_not_watched() -> None:
    made = await database_sync_to_async(make)("acme")
    rival = await database_sync_to_async(make)("rival")
    foreign = await database_sync_to_async(job_of)(rival)
    socket = Socket(made.admin)
    await socket.connect()
    asked = [f"job:{foreign.public_id}", "job:doesnotexist", "job:", "x:y", "../..", "job:" + "a" * 300, 5, None]
    await socket.send({"watch": asked})
    assert await socket.receive() == {"watching": []}
    await socket.leave()


async def test_too_many_topics_or_no_list_close_the_socket() -> None:
    made = await database_sync_to_async(make)("acme")
    for message in ({"watch": ["job:x"] * 1000}, {"watch": "all"}, [1], {}):
        socket = Socket(made.admin)
        await socket.connect()
        await socket.send(message)
        assert await socket.closed_with() == 4400


@pytest.mark.parametrize(
    "frame",
    [{"bytes": b"\0\xff"}, {"text": ""}, {"text": "no json"}, {"text": "[" * 30_000}, {"text": '{"watch": 1}'}],
    ids=["bytes", "empty", "no json", "deep", "no list"],
)
async def test_a_frame_that_says_nothing_closes_the_socket_and_breaks_nothing(frame: dict[str, Any]) -> None:
    made = await database_sync_to_async(make)("acme")
    socket = Socket(made.admin)
    await socket.connect()
    await socket.send_frame(**frame)
    assert await socket.closed_with() == 4400


async def test_topics_that_are_none_are_passed_over() -> None:
    made = await database_sync_to_async(make)("acme")
    socket = Socket(made.admin)
    await socket.connect()
    await socket.send({"watch": [{}, [], None, 1, "../x", "mail"]})
    assert await socket.receive() == {"watching": ["mail"]}
    await socket.leave()


async def test_a_socket_at_an_unknown_address_is_turned_away() -> None:
    from config.asgi import application

    headers = [(b"host", b"localhost"), (b"origin", b"http://localhost")]
    scope = {"type": "websocket", "path": "/elsewhere/", "headers": headers, "subprotocols": []}
    peer = ApplicationCommunicator(application, scope)
    await peer.send_input({"type": "websocket.connect"})
    assert (await peer.receive_output(timeout=5))["type"] == "websocket.close"
