"""Starting, opening and cancelling a round: what is frozen, what is drawn, and who may."""

from __future__ import annotations

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Denied, Invalid, NotFound
from apps.datasets.services import delete_samples
from apps.jobs.models import Job
from apps.jobs.services import stop_job
from apps.labeling.models import Assignment, TeamTask
from apps.labeling.selectors import TaskPath
from apps.labeling.services import Submission, submit_annotations
from apps.quality import drawing, selectors, services
from apps.quality.models import Acceptance, Drawn
from apps.quality.states import Scope
from apps.tenants.actors import Actor
from tests.factories import Customer, a_worker, run_jobs
from tests.quality.rounds import (
    LABELERS,
    MANAGER,
    answer,
    answered_task,
    counted_right,
    drawn_rows,
    fails,
    fresh,
    judge,
    open_round,
    passes,
)


def try_to_change(row: Assignment, task: TeamTask) -> Exception | None:
    assert row.participant is not None
    outcome = submit_annotations(
        actor=Actor(person=row.participant.person),
        path=TaskPath(task.public_id),
        submissions=[Submission(row.sample_id, [{"name": "dog"}])],
    )[0]
    return outcome.error


def test_a_round_freezes_the_lot_and_draws_the_share_asked_for(acme: Customer) -> None:
    work = answered_task(acme, pictures=7)
    acceptance = open_round(work, rate=0.5)
    assert (acceptance.state, acceptance.lot_size, acceptance.sampled, acceptance.judged) == ("open", 7, 4, 0)
    assert {row.lot for row in work.answers()} == {acceptance.number}
    assert [row.position for row in drawn_rows(acceptance)] == [1, 2, 3, 4]
    work.reload()
    assert work.task.state == "acceptance_open"
    counted_right(work, acceptance)


def test_a_number_draws_that_many_or_the_whole_lot(acme: Customer) -> None:
    work = answered_task(acme, pictures=4)
    first = open_round(work, number=3)
    assert first.sampled == 3
    services.cancel_acceptance(seat=work.seat, acceptance=first)
    assert open_round(work, number=50).sampled == 4


def test_anybody_can_repeat_the_draw_from_seed_and_cutoff(acme: Customer) -> None:
    work = answered_task(acme, pictures=8)
    acceptance = open_round(work, number=3)
    again = [row.pk for row in work.answers() if drawing.is_drawn(acceptance.seed, row.pk, int(acceptance.cutoff, 16))]
    assert again == [row.assignment_id for row in drawn_rows(acceptance)]


def test_only_answers_that_wait_for_acceptance_are_in_the_lot(acme: Customer) -> None:
    work = answered_task(acme, pictures=6, answered=False)
    answer(work.task, work.answers()[:2])
    acceptance = open_round(work)
    assert acceptance.lot_size == 2
    assert [row.lot for row in work.answers()] == [acceptance.number] * 2 + [None] * 4


def test_a_labeler_cannot_change_an_answer_that_an_open_round_holds(acme: Customer) -> None:
    work = answered_task(acme)
    open_round(work, number=1)
    before = work.answers()
    assert all(isinstance(try_to_change(row, work.task), Conflict) for row in before)
    assert [row.revision for row in work.answers()] == [row.revision for row in before]


def test_work_outside_the_lot_goes_on_while_a_round_is_open(acme: Customer) -> None:
    work = answered_task(acme, pictures=6, answered=False)
    answer(work.task, work.answers()[:3])
    acceptance = open_round(work)
    answer(work.task, work.answers()[3:])
    assert fresh(acceptance).lot_size == 3
    assert [row.lot for row in work.answers()[3:]] == [None] * 3


def test_a_second_round_is_refused_while_one_is_open(acme: Customer) -> None:
    work = answered_task(acme)
    open_round(work)
    with pytest.raises(Conflict) as refusal:
        services.start_acceptance(seat=work.seat, number=1)
    assert refusal.value.code == "ModelArts.4623"
    assert Acceptance.objects.count() == 1


def test_a_round_needs_an_answer_that_waits_for_acceptance(acme: Customer) -> None:
    work = answered_task(acme, answered=False)
    with pytest.raises(Conflict) as refusal:
        services.start_acceptance(seat=work.seat, number=1)
    assert refusal.value.code == "ModelArts.4625"
    assert selectors.start_refusal(work.seat.task) == str(refusal.value)
    assert work.seat.task.state == "running"


@pytest.mark.parametrize(
    ("rate", "number"), [(None, None), (0.5, 3), (0.0, None), (1.01, None), (-0.1, None), (None, 0), (None, -4)]
)
def test_a_round_needs_one_sensible_size(acme: Customer, rate: float | None, number: int | None) -> None:
    work = answered_task(acme, pictures=1)
    with pytest.raises(Invalid):
        services.start_acceptance(seat=work.seat, rate=rate, number=number)
    assert not Acceptance.objects.exists()


def test_cancelling_lets_labelers_go_on_and_keeps_the_data_set_as_it_was(acme: Customer) -> None:
    work = answered_task(acme)
    acceptance = open_round(work)
    row = drawn_rows(acceptance)[0]
    judge(work, acceptance, fails(row))
    services.cancel_acceptance(seat=work.seat, acceptance=acceptance)
    assert fresh(acceptance).state == "cancelled"
    assert work.reload().labelled_count == 0
    assert work.task.state == "running"
    assert [try_to_change(each, work.task) for each in work.answers()] == [None] * 6
    counted_right(work, acceptance)


def test_a_round_after_a_cancelled_one_takes_its_answers_in_again(acme: Customer) -> None:
    work = answered_task(acme)
    services.cancel_acceptance(seat=work.seat, acceptance=open_round(work))
    second = open_round(work)
    assert (second.number, second.lot_size, second.sampled) == (2, 6, 6)
    assert isinstance(try_to_change(work.answers()[0], work.task), Conflict)


def test_a_round_that_was_cancelled_while_drawing_never_opens(acme: Customer) -> None:
    work = answered_task(acme)
    acceptance = services.start_acceptance(seat=work.seat, number=2)
    services.cancel_acceptance(seat=work.seat, acceptance=acceptance)
    run_jobs()
    assert fresh(acceptance).state == "cancelled"
    assert not Drawn.objects.exists()
    work.reload()
    assert work.task.state == "running"


def test_a_stopped_draw_cancels_its_round(acme: Customer) -> None:
    work = answered_task(acme)
    acceptance = services.start_acceptance(seat=work.seat, number=2)
    stop_job(actor=acme.actor, job=Job.objects.get(kind="draw_acceptance_sample"))
    assert fresh(acceptance).state == "cancelled"
    assert open_round(work).state == "open"


def test_a_lot_that_is_empty_when_it_is_frozen_ends_the_round(acme: Customer) -> None:
    work = answered_task(acme, pictures=2)
    acceptance = services.start_acceptance(seat=work.seat, number=2)
    Assignment.objects.filter(task=work.task).update(state="unlabelled", annotation=[])
    run_jobs()
    assert fresh(acceptance).state == "cancelled"
    work.reload()
    assert work.task.state == "running"


@pytest.mark.parametrize("after", [1, 2, 3, 4, 5])
def test_a_draw_that_is_killed_between_batches_goes_on_and_draws_the_same(
    acme: Customer, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr("apps.quality.services.samples.BATCH", 2)
    work = answered_task(acme, pictures=7)
    acceptance = services.start_acceptance(seat=work.seat, number=4)
    real = services.samples.drawing.is_drawn
    calls = iter(range(1000))

    def dies(seed: str, key: int, cut: int) -> bool:
        if next(calls) == after:
            raise KeyboardInterrupt
        return real(seed, key, cut)

    monkeypatch.setattr("apps.quality.services.samples.drawing.is_drawn", dies)
    with pytest.raises(KeyboardInterrupt):
        run_jobs()
    Job.objects.filter(state="running").update(state="queued", lease_until=None)
    run_jobs()
    acceptance = fresh(acceptance)
    assert (acceptance.state, acceptance.lot_size, acceptance.sampled) == ("open", 7, 4)
    expected = [row.pk for row in work.answers() if real(acceptance.seed, row.pk, int(acceptance.cutoff, 16))]
    assert [row.assignment_id for row in drawn_rows(acceptance)] == expected
    assert [row.position for row in drawn_rows(acceptance)] == [1, 2, 3, 4]


def test_deleted_samples_leave_the_counts_of_an_open_round(acme: Customer) -> None:
    work = answered_task(acme)
    acceptance = open_round(work)
    rows = drawn_rows(acceptance)
    judge(work, acceptance, passes(rows[0], "B"), fails(rows[1]), passes(rows[2]))
    gone = [row.assignment.sample_id for row in (rows[0], rows[1], rows[5])]
    delete_samples(actor=acme.actor, dataset=work.dataset, sample_ids=gone)
    acceptance = fresh(acceptance)
    assert (acceptance.lot_size, acceptance.sampled, acceptance.judged) == (3, 3, 1)
    assert (acceptance.passed, acceptance.failed, acceptance.score_total) == (1, 0, 4)
    counted_right(work, acceptance)


def test_the_team_manager_may_run_a_round_and_other_members_may_not(acme: Customer) -> None:
    work = answered_task(acme)
    with pytest.raises(Denied):
        services.start_acceptance(seat=work.seat_of(LABELERS[0]), number=1)
    acceptance = services.start_acceptance(seat=work.seat_of(MANAGER), number=1)
    run_jobs()
    for refused in (
        lambda: services.cancel_acceptance(seat=work.seat_of(LABELERS[0]), acceptance=acceptance),
        lambda: services.complete_acceptance(
            seat=work.seat_of(LABELERS[0]), acceptance=acceptance, scope=Scope.ALL, overwrite=True
        ),
        lambda: services.judge_acceptance(
            seat=work.seat_of(LABELERS[0]), acceptance=acceptance, judgements=[passes(drawn_rows(acceptance)[0])]
        ),
        lambda: selectors.acceptances(work.seat_of(LABELERS[0])),
    ):
        with pytest.raises(Denied):
            refused()
    assert fresh(acceptance).state == "open"
    services.complete_acceptance(seat=work.seat_of(MANAGER), acceptance=acceptance, scope=Scope.ALL)
    assert fresh(acceptance).state == "completing"


def test_the_team_manager_may_watch_the_round_and_a_labeler_may_not(acme: Customer) -> None:
    work = answered_task(acme, pictures=2)
    acceptance = open_round(work)
    manager, labeler = (Actor(person=work.seat_of(address).actor.person) for address in (MANAGER, LABELERS[0]))
    assert selectors.get_acceptance(manager, acceptance.public_id) == acceptance
    with pytest.raises(Denied):
        selectors.get_acceptance(labeler, acceptance.public_id)


def test_another_tenant_and_strangers_do_not_find_the_round(acme: Customer, rival: Customer) -> None:
    acceptance = open_round(answered_task(acme, pictures=1))
    assert selectors.get_acceptance(acme.actor, acceptance.public_id) == acceptance
    for stranger in (rival.actor, Actor(), Actor(person=a_worker("nobody@else.test"))):
        with pytest.raises(NotFound):
            selectors.get_acceptance(stranger, acceptance.public_id)


def test_every_step_of_a_round_is_recorded_and_refusals_are_not(acme: Customer) -> None:
    work = answered_task(acme, pictures=2)
    acceptance = open_round(work)
    judge(work, acceptance, fails(drawn_rows(acceptance)[0]))
    with pytest.raises(Conflict):
        services.start_acceptance(seat=work.seat, number=1)
    services.cancel_acceptance(seat=work.seat, acceptance=acceptance)
    steps = ["startWorkforceSamplingTask", "acceptSamples", "updateWorkforceSamplingTask"]
    names = AuditEvent.objects.filter(name__in=steps).order_by("pk").values_list("name", flat=True)
    assert list(names) == steps
