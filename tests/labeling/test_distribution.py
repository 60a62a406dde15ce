"""Who gets which sample."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import NotFound
from apps.datasets import services as datasets
from apps.jobs import runner
from apps.jobs.models import Job
from apps.jobs.services import stop_job
from apps.labeling import services
from apps.labeling.models import Assignment, Participant, TeamTask
from apps.labeling.selectors import Seat
from apps.labeling.services import distribution
from apps.labeling.spreading import spread
from apps.notify.models import Mail
from apps.teams.models import Member
from apps.tenants.actors import Actor
from tests.factories import Customer, a_dataset, a_task, a_team, run_jobs
from tests.labeling.work import LABELERS, at_work, counted, counters, more_samples

ONE, TWO, THREE = LABELERS


@given(
    items=st.integers(0, 200),
    loads=st.lists(st.integers(0, 20), min_size=1, max_size=12),
    each=st.integers(1, 4),
    seed=st.integers(),
)
def test_items_go_to_distinct_people_and_never_to_a_busier_one(
    items: int, loads: list[int], each: int, seed: int
) -> None:
    before = dict(enumerate(loads))
    after = dict(before)
    pairs = list(spread(range(items), after, each=each, random=Random(seed)))
    assert len(set(pairs)) == len(pairs) == items * min(each, len(loads))
    received = Counter(person for _item, person in pairs)
    assert after == {person: load + received[person] for person, load in before.items()}
    gainers = [after[person] for person in received]
    if gainers and each == 1:
        assert max(gainers) - min(after.values()) <= 1


@given(st.integers())
def test_who_is_barred_gets_nothing(seed: int) -> None:
    pairs = list(spread([1, 2], {7: 0, 8: 50}, each=2, random=Random(seed), taken={1: {8}, 2: {7, 8}}))
    assert pairs == [(1, 7)]


def test_the_hand_out_is_random() -> None:
    seen = {tuple(spread(range(12), {1: 0, 2: 0, 3: 0}, each=1, random=Random(seed))) for seed in range(20)}
    assert len(seen) > 15


def test_every_unlabelled_sample_goes_to_one_labeler_and_all_get_the_same_number(acme: Customer) -> None:
    work = at_work(acme, samples=31, reviewed=True)
    assert Assignment.objects.filter(task=work.task).values("sample").distinct().count() == 31
    assert sorted(work.part(address).unlabelled for address in LABELERS) == [10, 10, 11]
    assert counters(work.task) == counted(work.task)
    assert work.task.state == "running"


@pytest.mark.parametrize("repetition", [2, 3])
def test_repetition_gives_each_sample_to_that_many_different_people(acme: Customer, repetition: int) -> None:
    work = at_work(acme, samples=10, repetition=repetition)
    rows = Assignment.objects.filter(task=work.task).values_list("sample", "participant", "opinion")
    assert len(rows) == 10 * repetition
    assert len({(sample, participant) for sample, participant, _ in rows}) == len(rows)
    assert {opinion for _, _, opinion in rows} == set(range(repetition))
    assert max(Counter(participant for _, participant, _ in rows).values()) <= 10
    assert counters(work.task) == counted(work.task)


def test_labelled_samples_are_not_handed_out(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=4)
    first, *_rest = dataset.samples.order_by("pk")
    datasets.label_samples(
        actor=acme.actor, dataset=dataset, submissions=[datasets.Submission(first.pk, [{"name": "cat"}])]
    )
    task = a_task(acme, dataset, a_team(acme, members=[(ONE, "labeler")]))
    assert Assignment.objects.filter(task=task).count() == 3
    assert not Assignment.objects.filter(sample=first).exists()


def test_two_tasks_never_hold_the_same_sample(acme: Customer) -> None:
    work = at_work(acme, samples=5)
    more_samples(work.dataset, 4, prefix="late")
    second = a_task(acme, work.dataset, work.team, name="second")
    held = [set(Assignment.objects.filter(task=task).values_list("sample", flat=True)) for task in (work.task, second)]
    assert [len(samples) for samples in held] == [5, 4]
    assert not held[0] & held[1]


def test_a_deleted_task_gives_its_samples_free(acme: Customer) -> None:
    work = at_work(acme, samples=5)
    services.delete_team_task(actor=acme.actor, task=work.task)
    second = a_task(acme, work.dataset, work.team, name="second")
    assert Assignment.objects.filter(task=second).count() == 5


def test_a_distribution_that_dies_between_batches_goes_on_without_loss_or_doubling(
    acme: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distribution, "BATCH", 7)
    dataset = a_dataset(acme, pictures=1)
    more_samples(dataset, 29)
    team = a_team(acme, members=[(address, "labeler") for address in LABELERS])
    task = services.create_team_task(
        actor=acme.actor, dataset=dataset, name="first", members=list(Member.objects.filter(team=team))
    )
    calls = 0
    original = distribution.assign_samples

    def dying(**arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        answer = original(**arguments)
        if calls in (2, 4):
            raise OSError("the worker was killed before the commit")
        return answer

    monkeypatch.setattr(distribution, "assign_samples", dying)
    job = Job.objects.get(kind="distribute_samples")
    for _ in range(4):
        Job.objects.filter(pk=job.pk).update(not_before=job.created_at)
        runner.run(job.public_id)
    job.refresh_from_db()
    task.refresh_from_db()
    assert (job.state, job.done, task.state) == ("completed", 30, "running")
    assert Assignment.objects.filter(task=task).count() == 30
    assert counters(task) == counted(task)
    assert sorted(row["unlabelled"] for row in counters(task).values()) == [10, 10, 10]


def test_running_the_distribution_again_hands_out_nothing_more(acme: Customer) -> None:
    work = at_work(acme, samples=8)
    before = list(Assignment.objects.order_by("pk").values_list("pk", "participant"))
    mails = Mail.objects.count()
    services.start_distribution(acme.actor, work.task)
    run_jobs()
    assert list(Assignment.objects.order_by("pk").values_list("pk", "participant")) == before
    assert Mail.objects.count() == mails


@pytest.mark.parametrize("auto_assign", [True, False])
def test_new_samples_go_to_the_team_only_where_the_task_says_so(acme: Customer, auto_assign: bool) -> None:
    work = at_work(acme, samples=6)
    TeamTask.objects.filter(pk=work.task.pk).update(auto_assign=auto_assign)
    more_samples(work.dataset, 6, prefix="late")
    datasets.tell_samples_added(acme.actor, work.dataset)
    run_jobs()
    assert Assignment.objects.filter(task=work.task).count() == (12 if auto_assign else 6)
    assert counters(work.task) == counted(work.task)


def test_members_get_a_mail_only_when_there_is_something_to_do(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    datasets.label_samples(
        actor=acme.actor,
        dataset=dataset,
        submissions=[datasets.Submission(dataset.samples.get().pk, [{"name": "cat"}])],
    )
    team = a_team(acme, members=[(ONE, "labeler"), ("r@example.org", "reviewer")])
    task = a_task(acme, dataset, team)
    assert not Mail.objects.exists()
    more_samples(dataset, 3)
    datasets.tell_samples_added(acme.actor, dataset)
    run_jobs()
    assert sorted(Mail.objects.values_list("to", flat=True)) == [ONE, "r@example.org"]
    assert Participant.objects.filter(task=task, notified_at=None).count() == 0


def test_what_a_removed_labeler_left_goes_to_the_others_and_answers_stay(acme: Customer) -> None:
    work = at_work(acme, samples=12)
    done = work.held(ONE)[0]
    work.answer(ONE, done)
    leaving = work.part(ONE)
    services.update_team_task(
        actor=acme.actor, task=work.task, members=list(Member.objects.exclude(email=ONE).order_by("pk"))
    )
    run_jobs()
    leaving.refresh_from_db()
    assert (leaving.active, leaving.unlabelled, leaving.unchecked) == (False, 0, 1)
    assert Assignment.objects.filter(task=work.task).count() == 12
    assert sorted([work.part(TWO).unlabelled, work.part(THREE).unlabelled]) == [5, 6]
    assert counters(work.task) == counted(work.task)


def test_a_begun_answer_of_a_removed_labeler_is_begun_anew(acme: Customer) -> None:
    work = at_work(acme, samples=3, reviewed=True)
    row = work.held(ONE)[0]
    work.answer(ONE, row)
    work.review(work.owner(), row.sample_id, False, comment="no")
    services.update_team_task(
        actor=acme.actor, task=work.task, members=list(Member.objects.exclude(email=ONE).order_by("pk"))
    )
    run_jobs()
    row.refresh_from_db()
    assert row.participant in (work.part(TWO), work.part(THREE))
    assert (row.state, row.annotation, row.review_comment) == ("unlabelled", [], "")
    assert counters(work.task) == counted(work.task)


def test_a_rejected_answer_of_somebody_who_has_left_goes_to_somebody_else(acme: Customer) -> None:
    work = at_work(acme, samples=3, reviewed=True)
    row = work.held(ONE)[0]
    work.answer(ONE, row)
    services.update_team_task(
        actor=acme.actor, task=work.task, members=list(Member.objects.exclude(email=ONE).order_by("pk"))
    )
    run_jobs()
    work.review(work.owner(), row.sample_id, False, comment="no")
    run_jobs()
    row.refresh_from_db()
    assert row.participant in (work.part(TWO), work.part(THREE))
    assert counters(work.task) == counted(work.task)


def test_a_second_opinion_never_comes_from_the_same_person(acme: Customer) -> None:
    work = at_work(acme, samples=6, repetition=2)
    services.update_team_task(
        actor=acme.actor, task=work.task, members=list(Member.objects.exclude(email=ONE).order_by("pk"))
    )
    run_jobs()
    pairs = list(
        Assignment.objects.filter(task=work.task, participant__active=True).values_list("sample", "participant")
    )
    assert len(set(pairs)) == len(pairs)
    assert counters(work.task) == counted(work.task)


def test_deleted_samples_leave_the_task_and_its_counters(acme: Customer) -> None:
    work = at_work(acme, samples=6)
    done, open_ = work.held(ONE)[:2]
    work.answer(ONE, done)
    datasets.delete_samples(actor=acme.actor, dataset=work.dataset, sample_ids=[done.sample_id, open_.sample_id])
    assert Assignment.objects.filter(task=work.task).count() == 4
    assert counters(work.task) == counted(work.task)


def test_a_stopped_first_distribution_leaves_a_task_that_can_be_started(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=2)
    a_team(acme, members=[(ONE, "labeler")])
    task = services.create_team_task(
        actor=acme.actor, dataset=dataset, name="first", members=list(Member.objects.all())
    )
    stop_job(actor=acme.actor, job=Job.objects.get(kind="distribute_samples"))
    task.refresh_from_db()
    assert task.state == "created"
    services.start_team_task(seat=Seat(acme.actor, task), members=list(Member.objects.all()))
    run_jobs()
    task.refresh_from_db()
    assert task.state == "running"
    assert Assignment.objects.filter(task=task).count() == 2


def test_the_server_itself_hands_out_only_within_its_tenant(acme: Customer, rival: Customer) -> None:
    work = at_work(acme, samples=2)
    with pytest.raises(NotFound):
        services.assign_samples(actor=Actor.system(rival.tenant), task=work.task, after=None)
