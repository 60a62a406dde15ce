"""Handing in answers."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Denied, Invalid, NotFound
from apps.datasets.models import Sample
from apps.labeling import services
from apps.labeling.models import Assignment, TeamTask
from apps.labeling.selectors import TaskPath
from apps.labeling.services import Submission
from apps.tenants.actors import Actor
from tests.factories import Customer
from tests.labeling.work import CAT, DOG, LABELERS, REVIEWER, at_work, counted, counters

ONE, TWO = LABELERS[:2]


def test_an_answer_waits_for_acceptance_when_the_task_has_no_reviewer(acme: Customer) -> None:
    work = at_work(acme)
    first = work.held(ONE)[0]
    outcome = work.answer(ONE, first)
    first.refresh_from_db()
    assert outcome.error is None
    assert (first.state, first.revision) == ("unchecked", 1)
    assert [mark.keys() for mark in first.annotation] == [{"label"}]
    assert counters(work.task) == counted(work.task)
    assert work.part(ONE).unchecked == 1


def test_an_answer_waits_for_review_when_the_task_has_a_reviewer(acme: Customer) -> None:
    work = at_work(acme, reviewed=True)
    first = work.held(ONE)[0]
    work.answer(ONE, first)
    first.refresh_from_db()
    assert first.state == "unreviewed"


def test_an_answer_does_not_reach_the_data_set(acme: Customer) -> None:
    work = at_work(acme)
    first = work.held(ONE)[0]
    work.answer(ONE, first)
    sample = Sample.objects.get(pk=first.sample_id)
    assert (sample.state, sample.annotation) == (0, [])


def test_a_repeated_submission_is_acknowledged_and_changes_nothing(acme: Customer) -> None:
    work = at_work(acme)
    first = work.held(ONE)[0]
    submission = Submission(first.sample_id, CAT, 0, uuid4())
    work.submit(ONE, submission)
    events = AuditEvent.objects.count()
    for outcome in (*work.submit(ONE, submission), *work.submit(ONE, submission)):
        assert outcome.error is None
        assert outcome.assignment is not None
        assert outcome.assignment.revision == 1
    assert AuditEvent.objects.count() == events
    assert counters(work.task) == counted(work.task)


def test_a_submission_based_on_an_older_revision_is_refused_and_shows_what_is_stored(acme: Customer) -> None:
    work = at_work(acme)
    first = work.held(ONE)[0]
    work.answer(ONE, first, DOG)
    outcome = work.answer(ONE, first, CAT)
    assert isinstance(outcome.error, Conflict)
    assert outcome.assignment is not None
    assert outcome.assignment.revision == 1
    first.refresh_from_db()
    assert first.revision == 1
    assert first.annotation == outcome.assignment.annotation


def test_an_empty_answer_takes_the_answer_back(acme: Customer) -> None:
    work = at_work(acme)
    first = work.held(ONE)[0]
    work.answer(ONE, first)
    first.refresh_from_db()
    work.answer(ONE, first, [])
    first.refresh_from_db()
    assert (first.state, first.annotation, first.submitted_at) == ("unlabelled", [], None)
    assert counters(work.task) == counted(work.task)


def test_a_refused_submission_changes_nothing_and_does_not_hold_up_the_others(acme: Customer) -> None:
    work = at_work(acme, samples=9)
    mine, theirs = work.held(ONE), work.held(TWO)
    outcomes = work.submit(
        ONE,
        Submission(mine[0].sample_id, [{"name": "no such label"}], 0, uuid4()),
        Submission(theirs[0].sample_id, CAT, 0, uuid4()),
        Submission(uuid4(), CAT, 0, uuid4()),
        Submission(mine[1].sample_id, CAT, 0, uuid4()),
        Submission(mine[2].sample_id, DOG, 0, uuid4()),
    )
    kinds = [type(outcome.error) for outcome in outcomes]
    assert kinds == [Invalid, NotFound, NotFound, type(None), type(None)]
    states = [row.state for row in work.held(ONE)]
    assert states == ["unlabelled", "unchecked", "unchecked"]
    assert {row.state for row in work.held(TWO)} == {"unlabelled"}
    assert counters(work.task) == counted(work.task)


def test_the_same_sample_twice_in_one_request_keeps_the_last_answer(acme: Customer) -> None:
    work = at_work(acme)
    first = work.held(ONE)[0]
    sample = first.sample_id
    outcomes = work.submit(ONE, Submission(sample, CAT, 0, uuid4()), Submission(sample, DOG, 1, uuid4()))
    assert [outcome.error for outcome in outcomes] == [None, None]
    first.refresh_from_db()
    assert first.revision == 2
    assert counters(work.task) == counted(work.task)


def test_a_drawn_answer_is_frozen_while_its_round_is_open(acme: Customer) -> None:
    work = at_work(acme)
    first = work.held(ONE)[0]
    work.answer(ONE, first)
    first.refresh_from_db()
    Assignment.objects.filter(pk=first.pk).update(lot=1)
    for state in ("drawing", "acceptance_open", "syncing"):
        TeamTask.objects.filter(pk=work.task.pk).update(state=state, lot=1)
        assert isinstance(work.answer(ONE, first, DOG).error, Conflict)
    first.refresh_from_db()
    assert first.revision == 1
    TeamTask.objects.filter(pk=work.task.pk).update(state="running")
    assert work.answer(ONE, first, DOG).error is None


def test_an_answer_drawn_after_the_task_was_read_counts_as_frozen() -> None:
    task = TeamTask(state="running", lot=2)
    assert services.is_frozen(Assignment(lot=3), task)
    assert not services.is_frozen(Assignment(lot=2), task)
    assert not services.is_frozen(Assignment(lot=1), TeamTask(state="acceptance_open", lot=2))
    assert not services.is_frozen(Assignment(lot=None), TeamTask(state="acceptance_open", lot=2))


def test_an_accepted_answer_cannot_be_changed_by_its_labeler(acme: Customer) -> None:
    work = at_work(acme)
    first = work.held(ONE)[0]
    Assignment.objects.filter(pk=first.pk).update(state="accepted")
    assert isinstance(work.answer(ONE, first).error, Conflict)


def test_a_new_answer_forgets_what_was_said_of_the_old_one(acme: Customer) -> None:
    work = at_work(acme, reviewed=True)
    first = work.held(ONE)[0]
    work.answer(ONE, first)
    work.review(work.seat(REVIEWER), first.sample_id, False, comment="the other one")
    first.refresh_from_db()
    assert (first.state, first.review_comment) == ("rejected", "the other one")
    work.answer(ONE, first, DOG)
    first.refresh_from_db()
    assert (first.state, first.review_comment, first.review_accept, first.reviewer) == ("unreviewed", "", None, None)


def test_only_labelers_hand_in_answers(acme: Customer, rival: Customer) -> None:
    work = at_work(acme, reviewed=True, managed=True)
    submission = Submission(work.held(ONE)[0].sample_id, CAT, 0, uuid4())
    path = TaskPath(work.task.public_id)
    with pytest.raises(Denied):
        work.submit(REVIEWER, submission)
    for actor in (acme.actor, rival.actor, Actor()):
        with pytest.raises(NotFound):
            services.submit_annotations(actor=actor, path=path, submissions=[submission])
    assert not Assignment.objects.exclude(state="unlabelled").exists()
    assert not AuditEvent.objects.filter(name="submitAnnotation").exists()


def test_a_task_is_not_found_under_another_data_set_or_project(acme: Customer) -> None:
    work = at_work(acme)
    submission = Submission(work.held(ONE)[0].sample_id, CAT, 0, uuid4())
    for path in (
        TaskPath(work.task.public_id, "x" * 20),
        TaskPath(work.task.public_id, work.dataset.public_id, "0" * 32),
        TaskPath("y" * 20),
    ):
        with pytest.raises(NotFound):
            services.submit_annotations(actor=work.actor(ONE), path=path, submissions=[submission])


def test_people_of_a_suspended_tenant_hand_in_nothing(acme: Customer) -> None:
    work = at_work(acme)
    acme.tenant.state = "suspended"
    acme.tenant.save()
    with pytest.raises(NotFound):
        work.submit(ONE, Submission(work.held(ONE)[0].sample_id, CAT, 0, uuid4()))
