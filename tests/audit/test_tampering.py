"""The seven things that could be done to a log: each is found, and the first bad place is named."""

from __future__ import annotations

import io
import json
import uuid

import pytest
from django.core.management import call_command

from apps.audit.chain import chain_mark
from apps.audit.digests import sign_everything
from apps.audit.models import AuditChain, AuditDigest, AuditEvent, AuditPending, AuditSeal
from apps.audit.sealing import seal_everything
from apps.audit.shelf import FOLDER, shelf
from apps.audit.traces import link
from apps.storage.store import store
from tests.audit.tampering import as_superuser, event_at, found, happened
from tests.factories import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(acme: Customer) -> Customer:
    """Twenty events in two signed spans."""
    happened(acme, 10)
    happened(acme, 10)
    return acme


def first_bad(customer: Customer) -> tuple[int | None, set[str]]:
    report = found(customer.tenant)
    assert report.problems
    return report.first_bad_seq, {problem.kind for problem in report.problems}


def test_a_log_that_nobody_touched_is_whole(log: Customer) -> None:
    report = found(log.tenant)
    assert (report.problems, report.events, report.last_seq, report.digests) == ([], 20, 20, 2)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", "loginx"),
        ("user_name", "acme/bob"),
        ("request_body", '{"number":8}'),
        ("source_ip", "10.9.9.9"),
        ("recorded_at", "2020-01-01 00:00:00+00:00"),
        ("tenant_id", 0),
        ("code", 201),
        ("read_only", True),
    ],
)
def test_one_value_is_changed(log: Customer, column: str, value: object) -> None:
    with as_superuser() as cursor:
        cursor.execute(f"UPDATE audit_auditevent SET {column} = %s WHERE id = %s", [value, event_at(log.tenant, 7)])
    assert first_bad(log) == (7, {"changed"})


def test_one_row_is_deleted(log: Customer) -> None:
    with as_superuser() as cursor:
        cursor.execute("DELETE FROM audit_auditevent WHERE id = %s", [event_at(log.tenant, 5)])
    assert first_bad(log) == (5, {"removed"})


def test_one_row_is_deleted_with_its_seal(log: Customer) -> None:
    with as_superuser() as cursor:
        cursor.execute("DELETE FROM audit_auditevent WHERE id = %s", [event_at(log.tenant, 5)])
        cursor.execute("DELETE FROM audit_auditseal WHERE tenant_id = %s AND seq = 5", [log.tenant.pk])
    seq, kinds = first_bad(log)
    assert seq == 5
    assert "removed" in kinds


def cut(customer: Customer, after: int) -> None:
    """Takes the end of the log away, with everything in the database that knows of it."""
    tenant = customer.tenant.pk
    ids = list(AuditSeal.objects.filter(tenant_id=tenant, seq__gt=after).values_list("event_id", flat=True))
    with as_superuser():
        AuditEvent.objects.filter(pk__in=ids).delete()
        AuditSeal.objects.filter(pk__in=ids).delete()
        AuditDigest.objects.filter(tenant_id=tenant, last_seq__gt=after).delete()
        last = AuditSeal.objects.get(tenant_id=tenant, seq=after)
        chain = AuditChain(tenant_id=tenant, seq=after, hash=last.hash, signed=after)
        # Even the mark is right here, as if an old copy of the row had been kept.
        AuditChain.objects.filter(pk=tenant).update(seq=after, hash=last.hash, signed=after, mark=chain_mark(chain))


def test_the_last_ten_are_deleted(log: Customer) -> None:
    ids = list(AuditSeal.objects.filter(tenant_id=log.tenant.pk, seq__gt=10).values_list("event_id", flat=True))
    with as_superuser():
        AuditEvent.objects.filter(pk__in=ids).delete()
        AuditSeal.objects.filter(pk__in=ids).delete()
    assert first_bad(log) == (11, {"truncated"})


def test_an_old_dump_is_restored(log: Customer) -> None:
    cut(log, 10)
    assert first_bad(log) == (11, {"truncated"}), "the digest in the bucket knows of events that are gone"


def test_an_old_dump_is_restored_and_work_goes_on(log: Customer) -> None:
    cut(log, 10)
    happened(log, 15)
    seq, kinds = first_bad(log)
    assert seq == 11
    assert AuditEvent.objects.filter(tenant_id=log.tenant.pk, name="breakChain", level="incident").exists()
    kept = shelf().names(log.tenant.pk)
    assert "00000002.json" in kept
    assert len(kept) == 3, "what the bucket knew is still there"


def test_two_are_exchanged(log: Customer) -> None:
    four, six = event_at(log.tenant, 4), event_at(log.tenant, 6)
    with as_superuser() as cursor:
        for seq, event_id in ((-1, six), (6, four), (4, six)):
            cursor.execute("UPDATE audit_auditseal SET seq = %s WHERE event_id = %s", [seq, event_id])
    assert first_bad(log)[0] == 4


def test_the_contents_of_two_are_exchanged(log: Customer) -> None:
    four, six = event_at(log.tenant, 4), event_at(log.tenant, 6)
    bodies = {seq: AuditEvent.objects.get(pk=str(event_at(log.tenant, seq))).request_body for seq in (4, 6)}
    with as_superuser() as cursor:
        cursor.execute("UPDATE audit_auditevent SET request_body = %s WHERE id = %s", [bodies[6], four])
        cursor.execute("UPDATE audit_auditevent SET request_body = %s WHERE id = %s", [bodies[4], six])
    seq, kinds = first_bad(log)
    assert (seq, kinds) == (4, {"changed"})


def forged(customer: Customer) -> AuditEvent:
    """An event that somebody else makes: everything is right but the mark, for which the key is needed."""
    values = AuditEvent.objects.filter(tenant_id=customer.tenant.pk).order_by("pk").values().first()
    assert values is not None
    return AuditEvent(**{**values, "id": uuid.UUID(int=values["id"].int + 1), "name": "deleteDataset"})


def test_one_is_inserted(log: Customer) -> None:
    forged(log).save(force_insert=True)
    assert first_bad(log) == (21, {"inserted"}), "before it is sealed"
    happened(log, 1)
    report = found(log.tenant)
    assert (report.first_bad_seq, {problem.kind for problem in report.problems}) == (21, {"inserted"})
    assert AuditEvent.objects.filter(name="breakChain", request_body__contains="did not write").exists()


def test_one_is_inserted_with_a_seal_that_fits(log: Customer) -> None:
    event = forged(log)
    last = AuditSeal.objects.get(tenant_id=log.tenant.pk, seq=20)
    with as_superuser():
        event.save(force_insert=True)
        from apps.audit.chain import written

        written_one = written([AuditEvent.objects.get(pk=event.pk).pk])[event.pk]
        digest = link(bytes(last.hash), written_one.trace(21))
        AuditSeal.objects.create(event_id=event.pk, tenant_id=log.tenant.pk, seq=21, hash=digest)
        AuditPending.objects.filter(event_id=event.pk).delete()
        AuditChain.objects.filter(pk=log.tenant.pk).update(seq=21, hash=digest)
    seq, kinds = first_bad(log)
    assert seq == 21
    assert "inserted" in kinds


def test_one_is_pushed_into_the_middle(log: Customer) -> None:
    with as_superuser() as cursor:
        cursor.execute("UPDATE audit_auditseal SET seq = seq + 1000 WHERE tenant_id = %s AND seq > 8", [log.tenant.pk])
        cursor.execute("UPDATE audit_auditseal SET seq = seq - 999 WHERE tenant_id = %s AND seq > 8", [log.tenant.pk])
        event = forged(log)
        event.save(force_insert=True)
        AuditSeal.objects.create(event_id=event.pk, tenant_id=log.tenant.pk, seq=9, hash=bytes(32))
        AuditPending.objects.all().delete()
    assert first_bad(log)[0] == 9


def test_a_digest_is_rolled_back(log: Customer) -> None:
    (log.bucket.name,)
    newest = FOLDER + "00000002.json"
    assert store().delete(log.bucket.name, newest)
    assert first_bad(log) == (11, {"digest"})
    first = shelf().read(log.tenant.pk, "00000001.json")
    assert first is not None
    store().write(log.bucket.name, newest, io.BytesIO(first))
    assert first_bad(log) == (11, {"digest"})


def test_a_digest_is_changed(log: Customer) -> None:
    name = FOLDER + "00000002.json"
    with store().open(log.bucket.name, name) as file:
        given = json.load(file)
    given["digest"]["last_seq"] = 19
    store().write(log.bucket.name, name, io.BytesIO(json.dumps(given).encode()))
    seq, kinds = first_bad(log)
    assert (seq, kinds) == (11, {"digest"})


def test_a_digest_is_changed_in_the_database(log: Customer) -> None:
    with as_superuser():
        AuditDigest.objects.filter(tenant_id=log.tenant.pk, number=2).update(last_seq=15)
    assert first_bad(log) == (11, {"digest"})


def test_what_is_pending_is_made_to_be_forgotten(log: Customer) -> None:
    happened(log, 0)
    from apps.audit import services
    from apps.audit.events import Event
    from apps.core.ids import id_at

    early = id_at(1_700_000_000_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "ordered_id", lambda: early)
        services.record(log.actor, Event.SIGN_OUT, log.admin)
    AuditPending.objects.all().delete()
    seal_everything()
    assert first_bad(log) == (21, {"unsealed"})


def test_an_event_goes_before_it_is_sealed(log: Customer) -> None:
    from apps.audit import services
    from apps.audit.events import Event

    services.record(log.actor, Event.SIGN_OUT, log.admin)
    with as_superuser():
        AuditEvent.objects.filter(name="logout").delete()
    seal_everything()
    seal_everything()
    assert first_bad(log) == (21, {"removed"})
    assert AuditEvent.objects.filter(name="breakChain", request_body__contains="before it was sealed").exists()


def test_the_state_of_the_chain_is_put_back(log: Customer) -> None:
    AuditChain.objects.filter(pk=log.tenant.pk).update(seq=15)
    assert first_bad(log) == (21, {"state"})
    happened(log, 1)
    assert AuditEvent.objects.filter(name="breakChain").exists()
    seal_everything()
    assert AuditSeal.objects.filter(tenant_id=log.tenant.pk).count() == 22, "nothing was numbered twice"


def test_the_command_names_the_first_bad_place(log: Customer) -> None:
    out = io.StringIO()
    call_command("verify_audit", tenant="acme", json=True, stdout=out)
    (report,) = json.loads(out.getvalue())["tenants"]
    assert report["ok"] is True
    assert (report["tenant"], report["events"]) == ("acme", 20)
    with as_superuser() as cursor:
        cursor.execute("UPDATE audit_auditevent SET code = 1 WHERE id = %s", [event_at(log.tenant, 12)])
    out = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_audit", json=True, stdout=out)
    assert stopped.value.code == 1
    reports = {report["tenant"]: report for report in json.loads(out.getvalue())["tenants"]}
    assert reports["acme"]["first_bad_seq"] == 12
    assert reports["platform"]["ok"] is True
    text = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_audit", tenant="acme", stdout=text)
    assert "first bad event: 12" in text.getvalue()


def test_copies_kept_elsewhere_find_what_was_rolled_back_everywhere(log: Customer, tmp_path: object) -> None:
    from pathlib import Path

    from apps.audit.shelf import FolderShelf
    from apps.audit.verification import verify

    copies = FolderShelf(Path(str(tmp_path)) / "copies")
    for name in shelf().names(log.tenant.pk):
        copies.put(log.tenant.pk, name, shelf().read(log.tenant.pk, name) or b"")
    cut(log, 10)
    assert store().delete(log.bucket.name, FOLDER + "00000002.json")
    assert not found(log.tenant).problems, "both were put back: only a copy that lies elsewhere can know"
    report = verify(log.tenant.pk, "acme", copies=copies)
    assert report.first_bad_seq == 11


def test_signing_is_repeatable(log: Customer) -> None:
    assert sign_everything(force=True) == 0
    assert found(log.tenant).digests == 2
