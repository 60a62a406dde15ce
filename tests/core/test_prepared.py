"""Queries that are built once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import BigIntegerField, CharField
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.core.prepared import Prepared, PreparedInsert, PreparedUpdate, Slot
from apps.tenants.models import Project
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
