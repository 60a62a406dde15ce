"""What every test finds: its own folders, an empty cache, and one or two customers."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.db import connection
from django.utils import translation
from pytest_django.fixtures import Settings

from apps.storage.s3 import S3Store
from apps.storage.store import store
from apps.tenants import walls
from tests.audit_guards import let_tests_empty_the_log
from tests.factories import Customer, a_customer

let_tests_empty_the_log()


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """Buckets, thumbnails, cache and language of one test are not seen by another, in whatever process it runs."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": f"test-{uuid.uuid4().hex}"}}
    settings.TAGORA_BUCKETS = tmp_path / "buckets"
    settings.TAGORA_CACHE = tmp_path / "cache"
    # A client of an object store takes longer to make than most tests take, and knows no folder: it stays.
    if settings.TAGORA_STORE == "local":
        store.cache_clear()
    translation.activate("en")
    yield
    if settings.TAGORA_STORE == "local":
        store.cache_clear()


@pytest.fixture(autouse=True)
def _tests_stand_behind_no_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test prepares and looks at is of every tenant; requests, jobs and sockets enter their walls as always."""
    monkeypatch.setattr(walls, "OUTERMOST", walls.EVERYBODY)


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_by_their_owner() -> Iterator[None]:
    """The role as which the server, and so every test, works may not empty a table."""
    if connection.vendor != "postgresql":
        yield
        return
    database: Any = connection
    empty = type(database.ops).execute_sql_flush

    def as_owner(operations: Any, statements: list[str]) -> None:
        with operations.connection.as_owner():
            empty(operations, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(database.ops), "execute_sql_flush", as_owner)
        yield


@pytest.fixture(autouse=True)
def _buckets_go_with_the_test(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A real object store outlives the tests, and has room for so many buckets."""
    if settings.TAGORA_STORE != "s3":
        yield
        return
    made: list[str] = []
    create = S3Store.create_bucket

    def create_and_remember(self: S3Store, bucket: str) -> None:
        create(self, bucket)
        made.append(bucket)

    monkeypatch.setattr(S3Store, "create_bucket", create_and_remember)
    yield
    client = store()._client  # type: ignore[attr-defined]
    for bucket in made:
        # A bucket that was made in an imitated store is not on the real one.
        with suppress(ClientError):
            for entry in client.list_objects_v2(Bucket=bucket).get("Contents", []):
                client.delete_object(Bucket=bucket, Key=entry["Key"])
            client.delete_bucket(Bucket=bucket)


@pytest.fixture
def acme(db: None) -> Customer:
    """A tenant with an admin, a project and a bucket."""
    return a_customer("acme")


@pytest.fixture
def rival(db: None) -> Customer:
    """Another tenant on the same server."""
    return a_customer("rival")
