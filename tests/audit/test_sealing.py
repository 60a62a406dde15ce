"""Every committed event gets its place, once, without gap, whoever seals and whatever is cut off."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.audit import digests, retention, sealing, services
from apps.audit.events import Event
from apps.audit.models import AuditChain, AuditDigest, AuditEvent, AuditPending, AuditSeal
from apps.audit.services import record
from apps.audit.shelf import FOLDER, shelf
from apps.audit.tasks import retain, seal
from apps.core.errors import TagoraError
from apps.core.ids import id_at
from apps.tenants import walls
from apps.tenants.actors import Actor
from tests.audit.tampering import found, happened
from tests.factories import Customer, a_customer


@pytest.mark.django_db
def test_an_event_costs_one_statement(acme: Customer) -> None:
    record(acme.actor, Event.SIGN_IN, acme.admin)
    with CaptureQueriesContext(connection) as statements:
        record(acme.actor, Event.SIGN_IN, acme.admin)
    assert len([query for query in statements if query["sql"].startswith("INSERT")]) == 1
    assert len(statements) == 1


@pytest.mark.django_db
def test_every_tenant_has_a_chain_of_its_own(acme: Customer, rival: Customer) -> None:
    for customer, count in ((acme, 3), (rival, 5)):
        for _number in range(count):
            record(customer.actor, Event.SIGN_IN, customer.admin)
    record(Actor(), Event.SIGN_IN, level="warning", code=401)
    assert sealing.seal_everything() == 9
    assert sealing.seal_everything() == 0
    for tenant_id, count in ((acme.tenant.pk, 3), (rival.tenant.pk, 5), (0, 1)):
        seqs = AuditSeal.objects.filter(tenant_id=tenant_id).order_by("seq").values_list("seq", flat=True)
        assert list(seqs) == list(range(1, count + 1))
    assert not AuditPending.objects.exists()


@pytest.mark.django_db
def test_order_is_that_of_the_database_not_of_the_clocks(acme: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two servers, the second five minutes behind: what it did afterwards comes afterwards."""
    record(acme.actor, Event.CREATE_DATASET)
    behind = id_at(int((timezone.now() - timedelta(minutes=5)).timestamp() * 1000))
    monkeypatch.setattr(services, "ordered_id", lambda: behind)
    record(acme.actor, Event.DELETE_DATASET)
    sealing.seal_everything()
    names = dict(AuditEvent.objects.values_list("pk", "name"))
    order = AuditSeal.objects.filter(tenant_id=acme.tenant.pk).order_by("seq").values_list("event_id", flat=True)
    assert [names[event_id] for event_id in order] == ["createDataset", "deleteDataset"]
    assert not found(acme.tenant).problems


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_gap() -> None:
    acme = a_customer()
    for number in range(6):
        try:
            with transaction.atomic():
                record(acme.actor, Event.SIGN_IN, acme.admin)
                if number % 2:
                    raise RuntimeError
        except RuntimeError:
            pass
    sealing.seal_everything()
    report = found(acme.tenant)
    assert (report.events, report.last_seq, report.problems) == (3, 3, [])


@pytest.mark.django_db(transaction=True)
def test_many_write_and_several_seal_at_once() -> None:
    acme = a_customer()
    errors: list[BaseException] = []

    def write() -> None:
        try:
            with walls.behind(acme.tenant.pk):
                for number in range(25):
                    record(acme.actor, Event.SIGN_IN, acme.admin, request={"number": number})
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    def keep_sealing() -> None:
        try:
            for _turn in range(15):
                sealing.seal_everything()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=target) for target in [write] * 4 + [keep_sealing] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    with walls.every_tenant("a test"):
        sealing.seal_everything()
        assert AuditSeal.objects.filter(tenant_id=acme.tenant.pk).count() == 100
    report = found(acme.tenant)
    assert (report.events, report.last_seq, report.problems) == (100, 100, [])


@pytest.mark.django_db(transaction=True)
def test_a_turn_that_is_cut_off_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    acme = a_customer()
    happened(acme, 3, sign=False)
    record(acme.actor, Event.SIGN_IN, acme.admin)
    with monkeypatch.context() as patch:
        patch.setattr(AuditChain, "save", lambda self, **options: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            sealing.seal_everything()
    assert found(acme.tenant).last_seq == 3
    assert sealing.seal_everything() == 1
    assert not found(acme.tenant).problems


@pytest.mark.django_db
def test_a_digest_is_signed_in_time_and_after_so_many_events(acme: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    happened(acme, 3, sign=False)
    assert digests.sign_everything() == 0, "the last one is younger than ten minutes"
    with monkeypatch.context() as patch:
        patch.setattr(digests, "MOST_EVENTS", 3)
        assert digests.sign_everything() == 1
    happened(acme, 1, sign=False)
    with walls.every_tenant("a test"):
        AuditChain.objects.filter(pk=acme.tenant.pk).update(signed_at=timezone.now() - digests.EVERY)
    seal()
    assert [(row.first_seq, row.last_seq) for row in AuditDigest.objects.order_by("number")] == [(1, 3), (4, 4)]
    assert shelf().names(acme.tenant.pk) == ["00000001.json", "00000002.json"]


@pytest.mark.django_db(transaction=True)
def test_a_digest_that_was_stored_but_not_committed_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    acme = a_customer()
    happened(acme, 3, sign=False)
    with monkeypatch.context() as patch:
        patch.setattr(AuditDigest.objects, "create", lambda **values: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            digests.sign_everything(force=True)
    assert shelf().names(acme.tenant.pk) == ["00000001.json"]
    assert not found(acme.tenant).problems
    happened(acme, 2)
    happened(acme, 1)
    report = found(acme.tenant)
    assert (report.problems, report.events) == ([], 6)
    assert not AuditEvent.objects.filter(name="breakChain").exists()


@pytest.mark.django_db
def test_a_store_that_is_away_holds_up_only_the_digest(acme: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_values: object) -> bool:
        raise TagoraError("away")

    with monkeypatch.context() as patch:
        patch.setattr(type(shelf()), "put", away)
        happened(acme, 3)
    assert not AuditDigest.objects.exists()
    happened(acme, 1)
    report = found(acme.tenant)
    assert (report.problems, report.events, report.digests) == ([], 4, 1)


def old_events(customer: Customer, count: int, days: int) -> None:
    """A signed span of events of so many days ago."""
    then = int((timezone.now() - timedelta(days=days)).timestamp() * 1000)
    with pytest.MonkeyPatch.context() as patch:
        ids = iter([uuid.UUID(int=id_at(then).int + number) for number in range(count)])
        patch.setattr(services, "ordered_id", lambda: next(ids))
        for _number in range(count):
            record(customer.actor, Event.SIGN_IN, customer.admin)
    sealing.seal_everything()
    digests.sign_everything(force=True)


@pytest.fixture
def aged(acme: Customer, settings: Settings) -> Customer:
    """Spans of 500, 450 and 10 days ago, where 400 days are kept."""
    settings.TAGORA_AUDIT_DAYS = 400
    for days in (500, 450, 10):
        old_events(acme, 4, days)
    return acme


def purge() -> int:
    if connection.vendor != "postgresql":
        return retention.purge_everything()
    assert retention.purge_everything() == 0, "the role of the server removes nothing"
    with connection.as_owner():  # type: ignore[attr-defined]
        return retention.purge_everything()


@pytest.mark.django_db
def test_only_whole_signed_spans_that_are_old_enough_go(aged: Customer) -> None:
    assert purge() == 8
    event = AuditEvent.objects.get(name="purgeTraces")
    assert (event.request["first_seq"], event.request["last_seq"]) == (1, 8)
    sealing.seal_everything()
    digests.sign_everything(force=True)
    report = found(aged.tenant)
    assert (report.problems, report.first_seq, report.last_seq, report.events) == ([], 9, 13, 5)
    assert purge() == 0
    assert shelf().names(aged.tenant.pk)[3] == "00000004.json", "what was removed stays on record in the bucket"


@pytest.mark.django_db
def test_what_was_purged_is_on_record_and_the_rest_stays_guarded(aged: Customer) -> None:
    purge()
    sealing.seal_everything()
    digest = digests.read_digest(AuditDigest.objects.get(kind="purge").text)
    assert digest is not None
    assert digest.genuine
    assert (digest.first_seq, digest.last_seq, digest.facts["events"]) == (1, 8, 8)
    from django.db import DatabaseError

    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.filter(tenant_id=aged.tenant.pk, name="login").delete()
    assert AuditEvent.objects.filter(name="login").count() == 4


@pytest.mark.django_db
def test_a_forged_purge_is_found(aged: Customer) -> None:
    AuditDigest.objects.create(tenant_id=aged.tenant.pk, number=4, kind="purge", first_seq=1, last_seq=12, text="{}")
    report = found(aged.tenant)
    assert report.first_bad_seq == 1


@pytest.mark.django_db
def test_the_scheduler_runs_both(aged: Customer) -> None:
    record(aged.actor, Event.SIGN_OUT, aged.admin)
    seal()
    retain()
    assert not AuditPending.objects.filter(event_id__in=AuditEvent.objects.filter(name="logout").values("pk")).exists()
    assert FOLDER == "tagora-audit/"
