"""The walls in use: requests, rollbacks and threads that share connections, and a server that forgot to filter."""

from __future__ import annotations

import random
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from apps.tenants import walls
from apps.tenants.models import Project, Session, Tenant
from apps.tenants.walled_requests import WallMiddleware
from tests.tenancy import addresses as known
from tests.tenancy.world import SENTINEL, a_world, browser_of

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="the wall of the database is PostgreSQL's")
pytestmark = pytest.mark.django_db


def tenants(count: int) -> list[Tenant]:
    """Tenants, each with projects that bear its name."""
    made = [Tenant.objects.create(name=f"t{number}-{secrets.token_hex(4)}") for number in range(count)]
    for tenant in made:
        for number in range(3):
            Project.objects.create(tenant=tenant, name=f"{tenant.name}.{number}")
    return made


def marks() -> set[str]:
    """Of which tenants the projects are that can be seen."""
    return {name.split(".")[0] for name in Project.objects.values_list("name", flat=True)}


def told_to_the_database(captured: CaptureQueriesContext) -> int:
    return sum("tagora.tenant" in row["sql"] for row in captured.captured_queries)


# ---------------------------------------------------------------- one connection, many tenants
@on_postgresql
def test_nothing_is_seen_where_nothing_was_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = tenants(2)
    monkeypatch.setattr(walls, "OUTERMOST", walls.NOBODY)
    assert not marks()
    with walls.behind(one.pk):
        assert marks() == {one.name}
        with walls.every_tenant("a test"):
            assert {one.name, two.name} <= marks()
        assert marks() == {one.name}
        walls.enter(two.pk)
        assert marks() == {two.name}
    assert not marks()


@on_postgresql
def test_what_a_rollback_undoes_is_told_again() -> None:
    one, two = tenants(2)
    with walls.behind(one.pk):
        assert marks() == {one.name}
        with pytest.raises(RuntimeError), transaction.atomic(), walls.behind(two.pk):
            assert marks() == {two.name}
            raise RuntimeError
        assert marks() == {one.name}
        with pytest.raises(DatabaseError), transaction.atomic(), walls.behind(two.pk):
            Project.objects.create(tenant=one, name="beyond")
        assert marks() == {one.name}
        with transaction.atomic(), walls.behind(two.pk):
            assert marks() == {two.name}
        assert marks() == {one.name}
        with transaction.atomic():
            with walls.behind(two.pk):
                assert marks() == {two.name}
            transaction.set_rollback(True)
            transaction.set_rollback(False)
            assert marks() == {one.name}


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_whole_transaction_that_is_rolled_back_leaves_no_wrong_wall() -> None:
    one, two = tenants(2)
    for _ in range(3):
        with walls.behind(one.pk), pytest.raises(RuntimeError), transaction.atomic():
            assert marks() == {one.name}
            walls.enter(two.pk)
            assert marks() == {two.name}
            raise RuntimeError
        with walls.behind(two.pk):
            assert marks() == {two.name}
        with walls.behind(None):
            assert not marks()


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_threads_that_keep_their_connections_never_see_the_last_tenant() -> None:
    """Ten thousand requests of twenty tenants and of visitors, some of which break, on two connections."""
    everybody = tenants(20)
    factory = RequestFactory()
    requests_each = 5000

    def serve(seed: int) -> list[str]:
        chance = random.Random(seed)
        foreign: list[str] = []
        expected: set[str] = set()

        def view(request: Any) -> Any:
            way = chance.randrange(10)
            if way == 0:
                with transaction.atomic():
                    foreign.extend(marks() - expected)
                    raise RuntimeError
            if way == 1:
                with walls.every_tenant("a test"):
                    Project.objects.exists()
            if way == 2:
                return StreamingHttpResponse(name for name in sorted(marks()))
            foreign.extend(marks() ^ expected)
            return HttpResponse()

        middleware = WallMiddleware(view)
        try:
            for _ in range(requests_each):
                tenant = chance.choice([*everybody, None])
                expected = {tenant.name} if tenant else set()
                key = walls.claiming(tenant.pk if tenant else None, "x" * 32)
                request = factory.get("/", headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={key}"})
                try:
                    response = middleware(request)
                except RuntimeError:
                    continue
                if response.streaming:
                    foreign.extend({part.decode() for part in response} ^ expected)
        finally:
            connection.close()
        return foreign

    with ThreadPoolExecutor(2) as pool:
        assert [found for foreign in pool.map(serve, range(2)) for found in foreign] == []


@on_postgresql
def test_a_tenant_that_is_alone_on_a_connection_costs_no_statement() -> None:
    world = a_world("acme", SENTINEL)
    client = browser_of(world.customer.admin)
    client.get("/datasets/")
    for path in ("/datasets/", f"/datasets/{world.dataset.public_id}/", "/jobs/"):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        assert len(captured) > 1
        assert told_to_the_database(captured) == 0


@on_postgresql
def test_a_worker_at_work_for_one_tenant_costs_no_statement() -> None:
    world = a_world("acme", SENTINEL)
    client = browser_of(world.labeler)
    project, task = world.customer.project.public_id, world.task.public_id
    path = f"/v2/{project}/datasets/{world.dataset.public_id}/workforce-tasks/{task}/data-annotations/samples"
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    assert len(captured) > 1
    assert told_to_the_database(captured) == 0


# ---------------------------------------------------------------- claims
def test_a_session_says_whose_it_is_and_a_forged_one_is_nothing() -> None:
    world = a_world("acme", SENTINEL)
    rival = a_world("rival", "ordinary")
    client = browser_of(world.customer.admin)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert walls.claimed(key) == world.customer.tenant.pk
    assert client.get("/datasets/").status_code == 200
    secret = key.partition(".")[2]
    for forged in (walls.claiming(rival.customer.tenant.pk, secret), secret, f"{key}x"):
        client.cookies[settings.SESSION_COOKIE_NAME] = forged
        assert client.get("/datasets/").status_code == 302


def test_signing_in_gives_the_session_a_key_with_a_claim_and_ends_the_old_one() -> None:
    from tests.factories import PASSWORD

    world = a_world("acme", SENTINEL)
    client = Client()
    client.get("/sign-in/")
    client.post("/sign-in/", {"login": world.customer.admin.login, "password": PASSWORD})
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert walls.claimed(key) == world.customer.tenant.pk
    assert list(Session.objects.filter(person=world.customer.admin).values_list("session_key", flat=True)) == [key]
    assert client.get("/datasets/").status_code == 200


def test_a_worker_claims_nothing_and_finds_their_tasks() -> None:
    world, rival = a_world("acme", SENTINEL), a_world("rival", "ordinary")
    client = browser_of(world.labeler)
    assert walls.claimed(client.cookies[settings.SESSION_COOKIE_NAME].value) is None
    listed = client.get("/work/").content.decode()
    assert world.task.name in listed
    assert rival.task.name not in listed
    assert client.get(f"/work/{world.task.public_id}/").status_code in {200, 302}
    assert client.get(f"/work/{rival.task.public_id}/").status_code == 404
    assert client.get(f"/media/{world.dataset.public_id}/{world.sample.pk.hex}").status_code == 200
    assert client.get(f"/media/{rival.dataset.public_id}/{rival.sample.pk.hex}").status_code == 404


@pytest.mark.parametrize("text", ["", ".", ".x", "A.x", "zzzzzzzzzzzzzzz.x", "1", "-1.x", "１.x", " 1.x", "1_0.x"])
def test_only_a_number_in_front_is_a_claim(text: str) -> None:
    assert walls.claimed(text) is None


@pytest.mark.parametrize("tenant", [1, 35, 36, 1295, 1296, 2**40])
def test_a_claim_is_read_as_it_was_written(tenant: int) -> None:
    key = walls.claiming(tenant, "x" * 32)
    assert walls.claimed(key) == tenant
    assert tenant > 36**7 or len(key) <= 40


# ---------------------------------------------------------------- a server that forgot
@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every query loses its tenant: the mistake that the second belt is for."""
    filtered = QuerySet.filter

    def forgets(self: Any, *conditions: Any, **lookups: Any) -> Any:
        lookups.pop("tenant", None)
        lookups.pop("tenant_id", None)
        return filtered(self, *conditions, **lookups)

    monkeypatch.setattr(QuerySet, "filter", forgets)


@on_postgresql
def test_a_server_that_forgot_its_own_wall_still_shows_nothing(forgetful: None) -> None:
    victim, other = a_world("acme", SENTINEL), a_world("rival", "ordinary")
    client = browser_of(other.customer.admin)
    shown = 0
    for address in known.addresses():
        if address.name in {"sign-out"} or address.route.startswith("static"):
            continue
        try:
            values = known.real_values(address, victim)
        except KeyError:
            continue
        for path in {address.path(values), address.path({**values, "project_id": other.customer.project.public_id})}:
            response = client.get(path)
            body = b"".join(response) if response.streaming else response.content
            assert SENTINEL.encode() not in body, path
            shown += response.status_code == 200
    assert shown > 5, "the lists of the stranger's own things were to be seen"


@on_postgresql
def test_without_that_wall_the_forgetful_server_shows_everything(forgetful: None, monkeypatch: Any) -> None:
    """That the test above can fail."""
    a_world("acme", SENTINEL)
    other = a_world("rival", "ordinary")
    monkeypatch.setattr(walls, "told", lambda: walls.EVERYBODY)
    assert SENTINEL in browser_of(other.customer.admin).get("/datasets/").content.decode()


# ---------------------------------------------------------------- a server that signs in as nobody
@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_sign_in_of_its_own_can_be_given_to_the_server() -> None:
    one, two = tenants(2)
    login, password = f"tagora_test_{secrets.token_hex(6)}", secrets.token_hex(16)
    facts = connection.settings_dict
    with connection.as_owner(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f"CREATE ROLE {login} LOGIN PASSWORD '{password}' IN ROLE {settings.TAGORA_DATABASE_ROLE}")
    try:
        with psycopg.connect(
            dbname=facts["NAME"],
            host=facts["HOST"],
            port=facts["PORT"] or None,
            user=login,
            password=password,
            autocommit=True,
        ) as server:
            read = "SELECT count(*) FROM tenants_project"
            assert server.execute(read).fetchone() == (0,)
            server.execute("SELECT set_config('tagora.tenant', %s, false)", [str(one.pk)])
            assert server.execute(read).fetchone() == (3,)
            for act in (
                "ALTER TABLE tenants_project DISABLE ROW LEVEL SECURITY",
                "ALTER TABLE tenants_project NO FORCE ROW LEVEL SECURITY",
                "DROP POLICY tenant_wall ON tenants_project",
                "CREATE POLICY hole ON tenants_project USING (true)",
                "TRUNCATE tenants_project CASCADE",
                "DROP TABLE tenants_project CASCADE",
                "SET ROLE postgres",
                "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())",
                "INSERT INTO tenants_project (tenant_id, public_id, name, created_at) "
                f"VALUES ({two.pk}, 'x', 'x', now())",
            ):
                with pytest.raises(psycopg.errors.Error):
                    server.execute(act)
            server.execute("SET row_security = off")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                server.execute(read)
    finally:
        with connection.as_owner(), connection.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f"DROP ROLE {login}")
