"""Sockets: a topic of another tenant is like one that does not exist, whoever asks."""

from __future__ import annotations

import pytest

from apps.core.errors import TagoraError
from apps.live.topics import may_watch
from apps.tenants.actors import Actor
from tests.tenancy.world import SENTINEL, World, a_user_without_grants, a_world

pytestmark = pytest.mark.django_db


def topics_of(world: World) -> list[str]:
    return [
        f"dataset:{world.dataset.public_id}",
        f"job:{world.job.public_id}",
        f"task:{world.task.public_id}",
        f"team:{world.team.public_id}",
        f"acceptance:{world.acceptance.public_id}",
    ]


def hears(actor: Actor, topic: str) -> bool:
    """As the socket decides: what is refused, for whatever reason, is simply not watched."""
    try:
        return may_watch(actor, topic)
    except TagoraError:
        return False


def test_nobody_hears_of_another_tenants_things() -> None:
    victim, other = a_world("acme", SENTINEL), a_world("rival", "ordinary")
    strangers = [
        Actor(),
        Actor(person=other.labeler),
        Actor(person=other.customer.admin, tenant=other.customer.tenant, is_admin=True),
        a_user_without_grants(victim.customer),
    ]
    for topic in topics_of(victim):
        assert not any(hears(stranger, topic) for stranger in strangers)
        assert hears(victim.customer.actor, topic)


def test_a_labeler_hears_of_the_task_and_of_nothing_else() -> None:
    world = a_world("acme", SENTINEL)
    labeler = Actor(person=world.labeler)
    heard = [topic.split(":")[0] for topic in topics_of(world) if hears(labeler, topic)]
    assert heard == ["task"]
