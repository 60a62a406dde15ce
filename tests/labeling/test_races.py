"""What happens when several people and windows act at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from apps.core.errors import TagoraError
from apps.jobs import runner
from apps.jobs.models import Job
from apps.labeling import services
from apps.labeling.models import Assignment
from apps.labeling.selectors import next_of_labeler
from apps.labeling.services import Submission
from apps.teams.models import Member
from tests.factories import a_customer
from tests.labeling.work import CAT, DOG, LABELERS, REVIEWER, at_work, counted, counters, more_samples

pytestmark = pytest.mark.django_db(transaction=True)
ONE = LABELERS[0]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Runs the acts in threads of their own; a refusal is an answer, too."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except TagoraError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_submission_sent_from_many_windows_is_stored_once() -> None:
    work = at_work(a_customer(), samples=3)
    first = work.held(ONE)[0]
    submission = Submission(first.sample_id, CAT, 0, uuid4())
    outcomes = at_once(*[lambda: work.submit(ONE, submission)[0] for _ in range(12)])
    assert [outcome.error for outcome in outcomes] == [None] * 12
    first.refresh_from_db()
    assert first.revision == 1
    assert counters(work.task) == counted(work.task)


def test_of_different_answers_to_one_sample_exactly_one_is_taken() -> None:
    work = at_work(a_customer(), samples=3)
    first = work.held(ONE)[0]
    acts = [
        lambda answer=answer: work.submit(ONE, Submission(first.sample_id, answer, 0, uuid4()))[0]
        for answer in (CAT, DOG) * 5
    ]
    outcomes = at_once(*acts)
    assert sum(outcome.error is None for outcome in outcomes) == 1
    first.refresh_from_db()
    assert first.revision == 1
    assert counters(work.task) == counted(work.task)


def test_everybody_finishes_their_share_at_once_and_nothing_is_lost_or_doubled() -> None:
    work = at_work(a_customer(), samples=24)

    def finish(address: str) -> list[str]:
        part = work.part(address)
        done: list[str] = []
        while True:
            rows, _marker = next_of_labeler(part, state="unlabelled", limit=1)
            if not rows:
                return done
            outcome = work.submit(address, Submission(rows[0].sample_id, CAT, rows[0].revision, uuid4()))[0]
            assert outcome.error is None
            done.append(outcome.sample_id.hex)

    shares = at_once(*[lambda address=address: finish(address) for address in LABELERS])
    everything = [sample for share in shares for sample in share]
    assert len(everything) == len(set(everything)) == 24
    assert Assignment.objects.filter(task=work.task, state="unchecked").count() == 24
    assert counters(work.task) == counted(work.task)


def test_counters_hold_while_labeler_and_reviewers_pull_at_the_same_answers() -> None:
    customer = a_customer()
    work = at_work(customer, samples=9, reviewed=True)
    held = work.held(ONE)
    for row in held:
        work.answer(ONE, row)
    reviewer, owner = work.seat(REVIEWER), work.owner()
    acts: list[Callable[[], Any]] = []
    for row in held:
        acts += [
            lambda row=row: work.review(reviewer, row.sample_id, True),
            lambda row=row: work.review(owner, row.sample_id, False, comment="no"),
            lambda row=row: work.submit(ONE, Submission(row.sample_id, DOG, None, uuid4())),
        ]
    at_once(*acts)
    assert counters(work.task) == counted(work.task)


def test_two_tasks_started_at_the_same_moment_share_the_samples_out_between_them() -> None:
    customer = a_customer()
    work = at_work(customer, samples=3)
    more_samples(work.dataset, 40, prefix="late")
    members = list(Member.objects.filter(team=work.team))
    made = [
        services.create_team_task(actor=customer.actor, dataset=work.dataset, name=name, members=members)
        for name in ("second", "third")
    ]
    jobs = Job.objects.filter(subject__in=[f"task:{task.public_id}" for task in made])
    at_once(*[lambda job=job: runner.run(job.public_id) for job in jobs for _ in range(2)])
    held = list(Assignment.objects.filter(task__in=made).values_list("sample", flat=True))
    assert len(held) == len(set(held)) == 40
    for task in made:
        assert counters(task) == counted(task)
