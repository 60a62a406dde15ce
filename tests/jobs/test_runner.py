"""A job runs once, resumes where it was, and leaves when it is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from apps.core.errors import Conflict, Invalid, TagoraError
from apps.jobs import runner, services
from apps.jobs.handlers import Handler, handlers
from apps.jobs.models import Job, JobEntry, JobLine
from apps.jobs.runner import LeaseLost, RunningJob
from apps.tenants.actors import Actor
from apps.tenants.services import NewTenant, create_tenant

pytestmark = pytest.mark.django_db(transaction=True)
Work = Callable[[RunningJob], None]


@pytest.fixture
def made() -> NewTenant:
    return create_tenant(name="acme", admin="ann", password="long enough words")


@pytest.fixture
def actor(made: NewTenant) -> Actor:
    return Actor(person=made.admin, tenant=made.tenant, project=made.project, is_admin=True)


@pytest.fixture
def doing() -> Iterator[Callable[[Work], str]]:
    """Registers a handler kind for one test."""
    kinds: list[str] = []

    def register(work: Work) -> str:
        class Doing(Handler):
            kind = f"test_{len(kinds)}"

            def run(self, job: RunningJob) -> None:
                work(job)

        handlers.add(Doing.kind, Doing())
        kinds.append(Doing.kind)
        return Doing.kind

    yield register
    for kind in kinds:
        handlers._plugins.pop(kind)


def count_to_three(job: RunningJob) -> None:
    for number in range(job.cursor.get("at", 0), 3):
        with transaction.atomic():
            job.log(f"did {number}")
            job.checkpoint({"at": number + 1}, done=number + 1, total=3)


def test_a_job_runs_to_its_end_and_a_second_run_does_nothing(actor: Actor, doing: Callable[[Work], str]) -> None:
    job = services.start_job(actor, kind=doing(count_to_three), params={})
    assert runner.run(job.public_id)
    assert not runner.run(job.public_id)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.percent) == ("completed", 3, 3, 100)
    assert JobLine.objects.count() == 3


def test_a_killed_job_goes_on_where_it_was(actor: Actor, doing: Callable[[Work], str]) -> None:
    class Killed(BaseException):
        """Stands for the end of the process: nothing of the runner may catch it."""

    def dies_once(job: RunningJob) -> None:
        for number in range(job.cursor.get("at", 0), 3):
            with transaction.atomic():
                job.log(f"did {number}")
                job.checkpoint({"at": number + 1}, done=number + 1)
                if number == 1 and job.attempt == 1:
                    raise Killed

    job = services.start_job(actor, kind=doing(dies_once), params={})
    with pytest.raises(Killed):
        runner.run(job.public_id)
    assert not runner.run(job.public_id), "the lease of the dead worker still holds"
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert runner.run(job.public_id)
    assert list(JobLine.objects.order_by("pk").values_list("text", flat=True)) == ["did 0", "did 1", "did 2"]


def test_a_stopped_job_leaves_and_its_batch_is_not_stored(actor: Actor, doing: Callable[[Work], str]) -> None:
    def is_stopped_midway(job: RunningJob) -> None:
        services.stop_job(actor=actor, job=Job.objects.get(pk=job.job.pk))
        with transaction.atomic():
            job.log("after the stop")
            job.checkpoint({"at": 1})

    job = services.start_job(actor, kind=doing(is_stopped_midway), params={})
    assert not runner.run(job.public_id)
    job.refresh_from_db()
    assert job.state == "stopped"
    assert not JobLine.objects.exists()


def test_a_worker_that_lost_its_lease_cannot_store_anything(actor: Actor, doing: Callable[[Work], str]) -> None:
    def is_taken_over(job: RunningJob) -> None:
        Job.objects.filter(pk=job.job.pk).update(attempt=job.attempt + 1)
        with pytest.raises(LeaseLost), transaction.atomic():
            job.log("too late")
            job.checkpoint({"at": 1})
        raise LeaseLost

    job = services.start_job(actor, kind=doing(is_taken_over), params={})
    assert not runner.run(job.public_id)
    job.refresh_from_db()
    assert job.state == "running", "the new owner goes on"
    assert not JobLine.objects.exists()


def test_a_refusal_fails_the_job_with_its_sentence_and_retry_goes_on(
    actor: Actor, doing: Callable[[Work], str]
) -> None:
    def refuses_first(job: RunningJob) -> None:
        if job.attempt == 1:
            raise Invalid("The folder is empty. Put files there.")

    job = services.start_job(actor, kind=doing(refuses_first), params={})
    assert runner.run(job.public_id)
    job.refresh_from_db()
    assert (job.state, str(job.error)) == ("failed", "The folder is empty. Put files there.")
    services.retry_job(actor=actor, job=job)
    assert runner.run(job.public_id)
    job.refresh_from_db()
    assert (job.state, str(job.error)) == ("completed", "")


def test_a_fault_is_tried_again_later_and_in_the_end_reported_without_its_text(
    actor: Actor, doing: Callable[[Work], str]
) -> None:
    def breaks(job: RunningJob) -> None:
        raise RuntimeError("secret detail")

    job = services.start_job(actor, kind=doing(breaks), params={})
    for _ in range(runner.MOST_FAILURES):
        Job.objects.update(not_before=timezone.now() - timedelta(seconds=1))
        runner.run(job.public_id)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "RuntimeError" in str(job.error)
    assert "secret detail" not in str(job.error)


def test_a_job_that_kills_its_worker_each_time_is_given_up(actor: Actor, doing: Callable[[Work], str]) -> None:
    class Killed(BaseException):
        """Stands for the end of the process."""

    def kills(job: RunningJob) -> None:
        raise Killed

    job = services.start_job(actor, kind=doing(kills), params={})
    for _ in range(runner.MOST_FAILURES + 1):
        with pytest.raises(Killed):
            runner.run(job.public_id)
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert runner.run(job.public_id)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "again and again" in str(job.error)


def test_a_store_that_is_away_is_asked_again(actor: Actor, doing: Callable[[Work], str]) -> None:
    def finds_the_store_away_once(job: RunningJob) -> None:
        if job.attempt == 1:
            raise TagoraError("The store cannot be reached.")

    job = services.start_job(actor, kind=doing(finds_the_store_away_once), params={})
    assert not runner.run(job.public_id)
    job.refresh_from_db()
    assert (job.state, job.failures) == ("queued", 1)
    Job.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    assert runner.run(job.public_id)


def test_problems_are_listed_once_however_often_they_are_reported(actor: Actor, doing: Callable[[Work], str]) -> None:
    def reports(job: RunningJob) -> None:
        job.report([("a.jpg", "truncated"), ("b\0.jpg", "not a picture")])
        job.report([("a.jpg", "truncated")])

    job = services.start_job(actor, kind=doing(reports), params={})
    runner.run(job.public_id)
    job.refresh_from_db()
    assert job.problem_count == 2
    assert set(JobEntry.objects.values_list("place", flat=True)) == {"a.jpg", "b\\0.jpg"}


def test_the_same_work_is_refused_while_it_is_under_way(actor: Actor, doing: Callable[[Work], str]) -> None:
    kind = doing(count_to_three)
    first = services.start_job(actor, kind=kind, params={}, key="sync:1")
    with pytest.raises(Conflict):
        services.start_job(actor, kind=kind, params={}, key="sync:1")
    runner.run(first.public_id)
    services.start_job(actor, kind=kind, params={}, key="sync:1")
    assert Job.objects.count() == 2


def test_the_sweep_wakes_jobs_whose_message_or_worker_was_lost(
    actor: Actor, doing: Callable[[Work], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(services, "wake", woken.append)
    kind = doing(count_to_three)
    queued = services.start_job(actor, kind=kind, params={})
    orphan = services.start_job(actor, kind=kind, params={})
    owned = services.start_job(actor, kind=kind, params={})
    now = timezone.now()
    Job.objects.filter(pk=orphan.pk).update(state="running", lease_until=now - timedelta(seconds=1))
    Job.objects.filter(pk=owned.pk).update(state="running", lease_until=now + timedelta(seconds=60))
    woken.clear()
    services.sweep()
    assert set(woken) == {queued.public_id, orphan.public_id}


def test_work_of_a_suspended_tenant_waits(actor: Actor, made: NewTenant, doing: Callable[[Work], str]) -> None:
    job = services.start_job(actor, kind=doing(count_to_three), params={})
    type(made.tenant).objects.update(state="suspended")
    assert not runner.run(job.public_id)
    type(made.tenant).objects.update(state="active")
    assert runner.run(job.public_id)
