"""A labeler who joins a running task gets a fair share of what nobody has started."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.jobs import runner
from apps.jobs.models import Job
from apps.labeling import services
from apps.labeling.models import Assignment, Participant
from apps.labeling.services import Submission, levelling
from apps.labeling.spreading import surplus
from apps.teams import services as teams
from apps.teams.models import Member
from tests.factories import Customer, a_customer, a_worker, run_jobs
from tests.labeling.test_races import at_once
from tests.labeling.work import CAT, LABELERS, Work, at_work, counted, counters

pytestmark = pytest.mark.django_db
ONE, TWO, THREE = LABELERS
NEW = "new@example.org"


def join(work: Work, address: str = NEW) -> None:
    """Add a labeler to the running task; the job that gives them their share is only queued."""
    person = a_worker(address)
    teams.add_members(actor=work.customer.actor, team=work.team, emails=[address], role="labeler")
    members = list(Member.objects.filter(team=work.team).order_by("pk"))
    services.update_team_task(actor=work.customer.actor, task=work.task, members=members)
    work.people[address] = person


def share(work: Work, address: str) -> Participant:
    """What belongs to an address, signed in or not."""
    return Participant.objects.get(task=work.task, member__email=address)


@given(st.dictionaries(st.integers(0, 50), st.integers(0, 1000), max_size=12))
def test_shares_differ_by_one_at_most_and_nothing_is_lost(loads: dict[int, int]) -> None:
    above = surplus(loads)
    assert sum(above.values()) == 0
    shares = [loads[person] - above[person] for person in loads]
    assert not shares or max(shares) - min(shares) <= 1


@given(st.lists(st.integers(3, 4), min_size=1, max_size=9))
def test_who_is_level_moves_nothing(loads: list[int]) -> None:
    assert set(surplus(dict(enumerate(loads))).values()) == {0}


def test_who_joins_gets_an_equal_share_and_a_mail(acme: Customer) -> None:
    work = at_work(acme, samples=22)
    first_ones = [work.held(address)[0].pk for address in LABELERS]
    join(work)
    run_jobs()
    assert sorted(share(work, address).unlabelled for address in (*LABELERS, NEW)) == [5, 5, 6, 6]
    assert share(work, NEW).notified_at is not None
    assert [work.held(address)[0].pk for address in LABELERS] == first_ones
    assert counters(work.task) == counted(work.task)
    assert Assignment.objects.filter(task=work.task).values("sample").distinct().count() == 22


def test_what_was_answered_or_sent_back_stays_where_it_is(acme: Customer) -> None:
    work = at_work(acme, samples=12, reviewed=True)
    answered = work.held(ONE)
    for row in answered:
        work.answer(ONE, row)
    work.review(work.owner(), answered[0].sample_id, False, comment="no")
    join(work)
    run_jobs()
    assert {row.pk for row in answered} <= {row.pk for row in work.held(ONE)}
    one = share(work, ONE)
    assert (one.rejected, one.unreviewed) == (1, 3)
    left = [one.unlabelled + one.rejected, *(share(work, address).unlabelled for address in (TWO, THREE, NEW))]
    assert sorted(left) == [2, 2, 2, 3]
    assert counters(work.task) == counted(work.task)


def test_nobody_gets_a_sample_of_which_they_have_another_opinion(acme: Customer) -> None:
    work = at_work(acme, samples=9, repetition=3)
    join(work)
    run_jobs()
    pairs = list(Assignment.objects.filter(task=work.task).values_list("sample", "participant"))
    assert len(set(pairs)) == len(pairs) == 27
    assert sorted(share(work, address).unlabelled for address in (*LABELERS, NEW)) == [6, 7, 7, 7]
    assert counters(work.task) == counted(work.task)


def test_an_answer_to_a_sample_that_was_given_to_another_is_refused(acme: Customer) -> None:
    work = at_work(acme, samples=12)
    before = {row.sample_id: row for row in work.held(ONE)}
    join(work)
    run_jobs()
    lost = next(row for row in before.values() if row not in work.held(ONE))
    outcome = work.answer(ONE, lost)
    assert outcome.error is not None
    assert outcome.error.code == "ModelArts.4420"
    lost.refresh_from_db()
    assert lost.annotation == []


def test_a_change_without_a_new_labeler_moves_nothing(acme: Customer) -> None:
    work = at_work(acme, samples=12)
    for row in work.held(ONE):
        work.answer(ONE, row)
    members = list(Member.objects.filter(team=work.team).order_by("pk"))
    services.update_team_task(actor=acme.actor, task=work.task, name="renamed", members=members)
    run_jobs()
    assert [share(work, address).unlabelled for address in LABELERS] == [0, 4, 4]


def test_a_share_is_moved_in_batches(acme: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levelling, "BATCH", 2)
    work = at_work(acme, samples=21)
    join(work)
    run_jobs()
    assert sorted(share(work, address).unlabelled for address in (*LABELERS, NEW)) == [5, 5, 5, 6]
    assert counters(work.task) == counted(work.task)


@pytest.mark.django_db(transaction=True)
def test_answers_handed_in_meanwhile_stay_with_who_gave_them() -> None:
    work = at_work(a_customer(), samples=24)
    held = {address: work.held(address) for address in LABELERS}
    join(work)
    job = Job.objects.filter(kind="distribute_samples", state="queued").get()

    def answer(address: str, row: Assignment) -> Callable[[], Any]:
        return lambda: work.submit(address, Submission(row.sample_id, CAT, None, uuid4()))[0]

    acts = [answer(address, row) for address, rows in held.items() for row in rows[-3:]]
    _run, *outcomes = at_once(lambda: runner.run(job.public_id), *acts)
    for outcome in outcomes:
        assignment = Assignment.objects.get(task=work.task, sample=outcome.sample_id)
        if outcome.error is None:
            assert assignment.state == "unchecked"
            assert assignment.participant_id == outcome.assignment.participant_id
        else:
            assert (assignment.state, assignment.participant) == ("unlabelled", share(work, NEW))
    assert Assignment.objects.filter(task=work.task).count() == 24
    assert counters(work.task) == counted(work.task)
