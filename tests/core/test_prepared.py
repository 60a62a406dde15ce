"""Queries that are built once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import BigIntegerField, CharField, Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.core.cursors import at_once
from apps.core.prepared import Prepared, PreparedInsert, PreparedUpdate, Slot
from apps.tenants.models import Project, Session, Tenant
from tests.factories import Customer

projects_of = Prepared(
    lambda: (
        Project.objects.filter(tenant=Slot("tenant", BigIntegerField()), name=Slot("name", CharField()))
        .select_related("tenant")
        .order_by("pk")
    )
)


def test_a_prepared_query_gives_what_the_query_gives_for_any_values(acme: Customer, rival: Customer) -> None:
    Project.objects.create(tenant=acme.tenant, name="second")
    for tenant in (acme.tenant, rival.tenant):
        for name in ("default", "second", "none' OR 1=1 --", "100%s"):
            expected = list(Project.objects.filter(tenant=tenant, name=name).order_by("pk"))
            assert projects_of.rows(tenant=tenant.pk, name=name) == expected
            assert projects_of.first(tenant=tenant.pk, name=name) == next(iter(expected), None)


def test_related_rows_come_with_the_same_statement(acme: Customer) -> None:
    with CaptureQueriesContext(connection) as captured:
        project = projects_of.first(tenant=acme.tenant.pk, name="default")
        assert project is not None
        assert project.tenant.name == "acme"
    assert len(captured.captured_queries) == 1


def test_a_forgotten_value_is_an_error_and_not_an_empty_filter(acme: Customer) -> None:
    with pytest.raises(KeyError):
        projects_of.rows(tenant=acme.tenant.pk)


def test_a_prepared_update_changes_the_rows_it_names_and_no_other(acme: Customer, rival: Customer) -> None:
    rename = PreparedUpdate(
        lambda: (
            Project.objects.filter(tenant=Slot("tenant", BigIntegerField())),
            {"name": Slot("name", CharField())},
        )
    )
    for name in ("first", "it's 100%s"):
        assert rename(tenant=acme.tenant.pk, name=name) == 1
        assert Project.objects.get(tenant=acme.tenant).name == name
    assert Project.objects.get(tenant=rival.tenant).name == "default"
    assert rename(tenant=0, name="nobody") == 0


def test_a_prepared_insert_writes_the_row_it_was_given_and_leaves_its_key_to_the_database(acme: Customer) -> None:
    insert = PreparedInsert(Project, ["tenant", "public_id", "name", "created_at"])
    for name in ("second", "it's 100%s '; --"):
        insert(tenant=acme.tenant.pk, public_id=name[:6], name=name, created_at=timezone.now())
        row = Project.objects.latest("pk")
        assert (row.tenant, row.public_id, row.name) == (acme.tenant, name[:6], name)


def test_a_prepared_insert_refuses_a_row_with_a_field_left_out(acme: Customer) -> None:
    with pytest.raises(KeyError):
        PreparedInsert(Project, ["tenant", "name"])(name="second")


def test_the_rows_are_those_that_django_makes(acme: Customer) -> None:
    found = projects_of.first(tenant=acme.tenant.pk, name="default")
    expected = Project.objects.select_related("tenant").get(tenant=acme.tenant, name="default")
    assert found is not None
    assert (found._state.db, found._state.adding) == (expected._state.db, expected._state.adding)
    for one, other in ((found, expected), (found.tenant, expected.tenant)):
        assert type(one) is type(other)
        assert {name: value for name, value in vars(one).items() if name != "_state"} == {
            name: value for name, value in vars(other).items() if name != "_state"
        }
    found.name = "renamed"
    found.save()
    assert Project.objects.get(pk=found.pk).name == "renamed"


def test_a_relation_that_leads_nowhere_is_none_and_costs_no_statement(acme: Customer) -> None:
    query = Prepared(lambda: Session.objects.select_related("person").filter(pk=Slot("pk", CharField())))
    Session.objects.create(session_key="k" * 32, session_data="", expire_date=timezone.now())
    with CaptureQueriesContext(connection) as captured:
        row = query.first(pk="k" * 32)
        assert row is not None
        assert row.person is None
    assert len(captured.captured_queries) == 1


def test_a_column_that_was_left_out_is_fetched_when_somebody_asks_for_it(acme: Customer) -> None:
    query = Prepared(lambda: Project.objects.filter(pk=Slot("pk", BigIntegerField())).defer("name"))
    row = query.first(pk=acme.project.pk)
    assert row is not None
    assert row.get_deferred_fields() == {"name"}
    assert row.name == "default"


def test_a_model_that_takes_part_in_its_making_is_asked(acme: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []

    def noting(project: Project, *args: Any, **kwargs: Any) -> None:
        Model.__init__(project, *args, **kwargs)
        made.append(project.name)

    monkeypatch.setattr(Project, "__init__", noting)
    Prepared(lambda: Project.objects.filter(pk=Slot("pk", BigIntegerField()))).first(pk=acme.project.pk)
    assert made == ["default"]


rename_tenant = PreparedUpdate(
    lambda: (Tenant.objects.filter(pk=Slot("pk", BigIntegerField())), {"name": Slot("name", CharField())})
)
add_project = PreparedInsert(Project, ["tenant", "public_id", "name", "created_at"])


def test_writes_at_once_are_all_there_after_the_block(acme: Customer, rival: Customer) -> None:
    for name in ("second", "100%s '; --"):
        with transaction.atomic(), at_once():
            rename_tenant(pk=acme.tenant.pk, name=f"of {name}")
            add_project(tenant=acme.tenant.pk, public_id=name[:6], name=name, created_at=timezone.now())
        assert Tenant.objects.get(pk=acme.tenant.pk).name == f"of {name}"
        assert Project.objects.filter(tenant=acme.tenant, name=name).count() == 1
    assert Tenant.objects.get(pk=rival.tenant.pk).name == "rival"


def test_nothing_of_what_is_written_at_once_stays_when_a_part_or_the_block_fails(acme: Customer) -> None:
    def write(key: str) -> None:
        rename_tenant(pk=acme.tenant.pk, name="renamed")
        add_project(tenant=acme.tenant.pk, public_id=key, name="second", created_at=timezone.now())

    with pytest.raises(IntegrityError), transaction.atomic(), at_once():
        write(acme.project.public_id)
    with pytest.raises(ValueError, match="stop"), transaction.atomic(), at_once():
        write("free")
        raise ValueError("stop")
    assert Tenant.objects.get(pk=acme.tenant.pk).name == "acme"
    assert not Project.objects.filter(name="second").exists()
    # What comes afterwards goes its usual way.
    assert rename_tenant(pk=acme.tenant.pk, name="later") == 1


def test_on_postgresql_writes_at_once_are_one_statement(acme: Customer) -> None:
    with CaptureQueriesContext(connection) as captured, transaction.atomic(), at_once():
        rename_tenant(pk=acme.tenant.pk, name="renamed")
        add_project(tenant=acme.tenant.pk, public_id="p", name="second", created_at=timezone.now())
    written = [row["sql"] for row in captured.captured_queries if "SAVEPOINT" not in row["sql"]]
    assert len(written) == (1 if connection.vendor == "postgresql" else 2)


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_has_a_cursor_of_its_own(acme: Customer) -> None:
    assert projects_of.first(tenant=acme.tenant.pk, name="default") == acme.project
    connection.close()
    assert projects_of.first(tenant=acme.tenant.pk, name="default") == acme.project
    with pytest.raises(DatabaseError), transaction.atomic():
        add_project(tenant=acme.tenant.pk, public_id=acme.project.public_id, name="x", created_at=timezone.now())
    assert projects_of.first(tenant=acme.tenant.pk, name="default") == acme.project
