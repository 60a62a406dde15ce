"""Append-only by SQL: whoever asks, with whatever verb, is refused by the database itself."""

from __future__ import annotations

import io

import pytest
from django.db import DatabaseError, connection, transaction

from apps.audit.guards import APPEND_ONLY, REFUSED
from apps.audit.models import AuditDigest, AuditEvent, AuditSeal
from apps.audit.shelf import FOLDER
from apps.core.errors import Denied, Invalid
from apps.datasets import services as datasets
from apps.labeltypes import label_types
from apps.storage import services as storage
from apps.storage.store import store
from tests.audit.tampering import happened
from tests.factories import Customer, labels

pytestmark = pytest.mark.django_db

VERBS = {
    "audit_auditevent": [
        "UPDATE audit_auditevent SET code = 1",
        "UPDATE audit_auditevent SET mark = '' WHERE id IS NOT NULL",
        "DELETE FROM audit_auditevent",
    ],
    "audit_auditseal": ["UPDATE audit_auditseal SET seq = 1000", "DELETE FROM audit_auditseal"],
    "audit_auditdigest": ["UPDATE audit_auditdigest SET text = ''", "DELETE FROM audit_auditdigest"],
}
STATEMENTS = [statement for statements in VERBS.values() for statement in statements]
TRUNCATES = [f"TRUNCATE {table} CASCADE" for table in APPEND_ONLY]


def refused(statement: str) -> str:
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(error.value)


def test_every_table_of_the_log_is_tried() -> None:
    assert set(VERBS) == set(APPEND_ONLY)
    assert {model._meta.db_table for model in (AuditEvent, AuditSeal, AuditDigest)} == set(APPEND_ONLY)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_server_can_change_and_remove_nothing(acme: Customer, statement: str) -> None:
    happened(acme, 2)
    told = refused(statement)
    assert REFUSED in told or "permission denied" in told
    assert AuditEvent.objects.filter(tenant_id=acme.tenant.pk).count() == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL has owners and roles")
class TestPostgreSQL:
    @pytest.mark.parametrize("statement", [*STATEMENTS, *TRUNCATES])
    def test_neither_can_the_owner(self, acme: Customer, statement: str) -> None:
        happened(acme, 2)
        with connection.as_owner():  # type: ignore[attr-defined]
            assert REFUSED in refused(statement)

    def test_the_role_of_the_server_has_no_right_to(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            (role,) = cursor.fetchone()
            assert role == "tagora_app"
            for table in APPEND_ONLY:
                for right in ("UPDATE", "DELETE", "TRUNCATE"):
                    cursor.execute("SELECT has_table_privilege(%s, %s)", [table, right])
                    assert cursor.fetchone() == (False,), f"{right} on {table}"
                cursor.execute("SELECT has_table_privilege(%s, 'INSERT')", [table])
                assert cursor.fetchone() == (True,)


def test_digests_in_the_bucket_are_out_of_reach(acme: Customer) -> None:
    happened(acme, 2)
    key = FOLDER + "00000001.json"
    assert store().stat(acme.bucket.name, key) is not None
    with pytest.raises(Denied):
        storage.delete_object(actor=acme.actor, location=acme.location(key))
    with pytest.raises(Denied):
        storage.delete_object(actor=acme.actor, location=acme.location(FOLDER))
    with pytest.raises(Denied):
        storage.create_folder(actor=acme.actor, parent=acme.location(FOLDER), name="more")
    with pytest.raises(Denied):
        storage.create_folder(actor=acme.actor, parent=acme.location(""), name=FOLDER)
    for folder, name in ((FOLDER, "00000002.json"), ("", FOLDER + "00000002.json")):
        files = [(name, io.BytesIO(b"{}"))]
        upload = storage.upload_objects(actor=acme.actor, folder=acme.location(folder), files=files)
        assert not upload.stored
        assert upload.refused
    with pytest.raises((Denied, Invalid)):
        datasets.create_dataset(
            actor=acme.actor,
            name="shapes",
            label_type=label_types.get("image_classification"),
            input_location=acme.location("in/"),
            output_location=acme.location(FOLDER),
            labels=labels("cat"),
        )
    assert [info.key for info in store().walk(acme.bucket.name, FOLDER)] == [key]
