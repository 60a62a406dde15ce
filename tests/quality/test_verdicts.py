"""Judging drawn answers: what a verdict needs, who may give it, and that the counts follow."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.errors import Conflict, Denied, Invalid, NotFound
from apps.labeling.models import Participant
from apps.quality import selectors, services
from apps.quality.states import Scope
from tests.factories import Customer, a_customer
from tests.quality.rounds import (
    LABELERS,
    MANAGER,
    Work,
    answered_task,
    counted_right,
    drawn_rows,
    fails,
    fresh,
    judge,
    open_round,
    passes,
)


def test_verdicts_are_counted_in_the_report(acme: Customer) -> None:
    work = answered_task(acme)
    acceptance = open_round(work)
    rows = drawn_rows(acceptance)
    judge(work, acceptance, passes(rows[0], "A"), passes(rows[1], "D"), fails(rows[2]))
    report = selectors.report(fresh(acceptance))
    assert (report.sampled, report.judged, report.passed, report.failed, report.unjudged) == (6, 3, 2, 1, 3)
    assert report.pass_rate == pytest.approx(2 / 3)
    assert report.average_score == 2.5
    counted_right(work, acceptance)


def test_the_report_tells_members_apart(acme: Customer) -> None:
    work = answered_task(acme)
    acceptance = open_round(work)
    of_lea = [row for row in drawn_rows(acceptance) if row.assignment.participant.member.email == LABELERS[0]]
    judge(work, acceptance, *map(fails, of_lea))
    lea, leo = selectors.member_reports(acceptance)
    assert (lea.email, lea.sampled, lea.failed, lea.pass_rate) == (LABELERS[0], 3, 3, 0.0)
    assert (leo.email, leo.sampled, leo.unjudged, leo.pass_rate) == (LABELERS[1], 3, 3, None)


def test_a_verdict_can_be_changed_and_repeated_while_the_round_is_open(acme: Customer) -> None:
    work = answered_task(acme)
    acceptance = open_round(work)
    row = drawn_rows(acceptance)[0]
    for judgement in (passes(row, "B"), passes(row, "B"), fails(row), passes(row, "C")):
        assert judge(work, acceptance, judgement)[0].error is None
    after = fresh(acceptance)
    assert (after.judged, after.passed, after.failed, after.score_total) == (1, 1, 0, 2)
    stored = drawn_rows(acceptance)[0]
    assert (stored.verdict, stored.score, stored.comment, stored.judged_by) == ("pass", "C", "", acme.admin)


@pytest.mark.parametrize(
    "judgement",
    [
        {"accept": True},
        {"accept": True, "score": "E"},
        {"accept": False},
        {"accept": False, "comment": "  "},
        {"accept": False, "comment": "x" * 257},
        {"accept": False, "comment": "<b>no</b>"},
        {"accept": True, "score": "A", "comment": "it's"},
    ],
)
def test_a_refused_verdict_changes_nothing_and_does_not_hold_up_the_others(acme: Customer, judgement: dict) -> None:
    work = answered_task(acme, pictures=2)
    acceptance = open_round(work)
    first, second = drawn_rows(acceptance)
    bad, good = judge(
        work, acceptance, services.Judgement(first.assignment.sample_id, **judgement), passes(second, "A")
    )
    assert isinstance(bad.error, Invalid)
    assert good.error is None
    assert [row.verdict for row in drawn_rows(acceptance)] == ["", "pass"]
    assert fresh(acceptance).judged == 1


def test_a_sample_that_was_not_drawn_cannot_be_judged(acme: Customer) -> None:
    work = answered_task(acme, pictures=3)
    acceptance = open_round(work, number=1)
    drawn = drawn_rows(acceptance)[0].assignment.sample_id
    other = next(sample for sample in work.samples() if sample.pk != drawn)
    outcome = judge(work, acceptance, services.Judgement(other.pk, True, score="A"))[0]
    assert isinstance(outcome.error, NotFound)


def test_nobody_judges_their_own_answer(acme: Customer) -> None:
    work = answered_task(acme, pictures=2)
    acceptance = open_round(work)
    manager = work.seat_of(MANAGER)
    own, other = drawn_rows(acceptance)
    Participant.objects.filter(pk=own.assignment.participant_id).update(person=manager.actor.person)
    refused, taken = services.judge_acceptance(
        seat=manager, acceptance=acceptance, judgements=[passes(own), passes(other)]
    )
    assert isinstance(refused.error, Denied)
    assert taken.error is None
    assert [row.verdict for row in drawn_rows(acceptance)] == ["", "pass"]


@pytest.mark.parametrize("end", ["complete", "cancel"])
def test_nothing_is_judged_once_the_round_has_ended(acme: Customer, end: str) -> None:
    work = answered_task(acme)
    acceptance = open_round(work)
    row = drawn_rows(acceptance)[0]
    if end == "complete":
        services.complete_acceptance(seat=work.seat, acceptance=acceptance, scope=Scope.ALL)
    else:
        services.cancel_acceptance(seat=work.seat, acceptance=acceptance)
    with pytest.raises(Conflict):
        judge(work, acceptance, passes(row))
    assert fresh(acceptance).judged == 0


def test_opinions_of_one_sample_are_judged_by_member(acme: Customer) -> None:
    work = answered_task(acme, pictures=1, repetition=2)
    acceptance = open_round(work)
    first, second = drawn_rows(acceptance)
    judge(work, acceptance, fails(second), passes(first, "B"))
    assert [row.verdict for row in drawn_rows(acceptance)] == ["pass", "fail"]


def test_an_unnamed_member_means_the_first_opinion_without_a_verdict(acme: Customer) -> None:
    work = answered_task(acme, pictures=1, repetition=2)
    acceptance = open_round(work)
    sample = drawn_rows(acceptance)[0].assignment.sample_id
    for _ in range(2):
        judge(work, acceptance, services.Judgement(sample, True, score="A"))
    assert fresh(acceptance).passed == 2


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 4), st.sampled_from("ABCDF")), max_size=30))
def test_counts_add_up_after_any_verdicts(open_work: Work, steps: list[tuple[int, str]]) -> None:
    acceptance = selectors.open_acceptance(open_work.task)
    assert acceptance is not None
    rows = drawn_rows(acceptance)
    for place, score in steps:
        row = rows[place]
        judge(open_work, acceptance, fails(row) if score == "F" else passes(row, score))
    counted_right(open_work, acceptance)
    points = {"A": 4, "B": 3, "C": 2, "D": 1, "": 0}
    assert fresh(acceptance).score_total == sum(points[row.score] for row in drawn_rows(acceptance))


@pytest.fixture
def open_work(acme: Customer) -> Work:
    work = answered_task(acme, pictures=5)
    open_round(work)
    return work


@pytest.mark.django_db(transaction=True)
def test_two_judges_at_the_same_time_leave_one_verdict_and_right_counts() -> None:
    work = answered_task(a_customer("acme"), pictures=3)
    acceptance = open_round(work)
    rows = drawn_rows(acceptance)
    together = threading.Barrier(2)

    def work_through(verdict: str) -> None:
        together.wait()
        for _ in range(4):
            for row in rows:
                judge(work, acceptance, passes(row, "A") if verdict == "pass" else fails(row))
        connection.close()

    judges = [threading.Thread(target=work_through, args=(verdict,)) for verdict in ("pass", "fail")]
    for thread in judges:
        thread.start()
    for thread in judges:
        thread.join()
    assert fresh(acceptance).judged == 3
    counted_right(work, acceptance)
