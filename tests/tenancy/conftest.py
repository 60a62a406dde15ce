"""Two tenants with everything in them, made once for a module; each test is undone behind them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as server
from django.db import transaction
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from apps.storage.store import store
from apps.tenants import walls
from tests.tenancy.world import SENTINEL, World, a_world


@pytest.fixture(scope="module")
def buckets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("buckets")


@pytest.fixture(scope="module")
def worlds(django_db_setup: None, django_db_blocker: DjangoDbBlocker, buckets: Path) -> Iterator[tuple[World, World]]:
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(server, "TAGORA_BUCKETS", buckets)
        patch.setattr(walls, "OUTERMOST", walls.EVERYBODY)
        store.cache_clear()
        yield a_world("acme", SENTINEL), a_world("rival", "ordinary")
        transaction.set_rollback(True)


@pytest.fixture
def acme_world(worlds: tuple[World, World], db: None, settings: Settings, buckets: Path) -> World:
    """The tenant that is looked at, with its files in place."""
    settings.TAGORA_BUCKETS = buckets
    return worlds[0]


@pytest.fixture
def rival_world(worlds: tuple[World, World], acme_world: World) -> World:
    return worlds[1]
