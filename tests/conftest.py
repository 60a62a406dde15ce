"""What every test finds: its own folders, an empty cache, and one or two customers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.utils import translation
from pytest_django.fixtures import Settings

from apps.storage.store import store
from tests.factories import Customer, a_customer


@pytest.fixture(scope="session", autouse=True)
def _own_cache_of_each_process() -> None:
    """Tests run in several processes; each takes a database of its own in the one Redis, so that it may clear it."""
    location = django_settings.CACHES["default"]["LOCATION"]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if isinstance(location, str) and location.startswith("redis://") and worker:
        server, _, _ = location.removeprefix("redis://").partition("/")
        django_settings.CACHES["default"]["LOCATION"] = f"redis://{server}/{8 + int(worker.removeprefix('gw')) % 8}"


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """Buckets, thumbnails, mail and language of one test are not seen by another."""
    settings.TAGORA_BUCKETS = tmp_path / "buckets"
    settings.TAGORA_CACHE = tmp_path / "cache"
    store.cache_clear()
    cache.clear()
    translation.activate("en")
    yield
    store.cache_clear()


@pytest.fixture
def acme(db: None) -> Customer:
    """A tenant with an admin, a project and a bucket."""
    return a_customer("acme")


@pytest.fixture
def rival(db: None) -> Customer:
    """Another tenant on the same server."""
    return a_customer("rival")
