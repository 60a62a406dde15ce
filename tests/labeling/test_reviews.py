"""Judging answers before acceptance."""

from __future__ import annotations

import pytest

from apps.core.errors import Conflict, Denied, Invalid, NotFound
from apps.labeling.models import Participant
from apps.labeling.selectors import Seat
from tests.factories import Customer
from tests.labeling.work import DOG, LABELERS, MANAGER, REVIEWER, at_work, counted, counters

ONE, TWO = LABELERS[:2]


def test_an_approved_answer_goes_on_to_acceptance_with_its_rating(acme: Customer) -> None:
    work = at_work(acme, reviewed=True)
    first = work.held(ONE)[0]
    work.answer(ONE, first)
    assert work.review(work.seat(REVIEWER), first.sample_id, True, score="B").error is None
    first.refresh_from_db()
    assert (first.state, first.review_accept, first.review_score) == ("unchecked", True, "B")
    assert first.reviewer == work.people[REVIEWER]
    assert counters(work.task) == counted(work.task)


def test_a_rejected_answer_goes_back_to_its_labeler_with_the_reason(acme: Customer) -> None:
    work = at_work(acme, reviewed=True)
    first = work.held(ONE)[0]
    work.answer(ONE, first)
    work.review(work.seat(REVIEWER), first.sample_id, False, comment="this is a dog")
    first.refresh_from_db()
    assert (first.state, first.participant, first.review_comment) == ("rejected", work.part(ONE), "this is a dog")
    assert first.annotation
    assert work.part(ONE).rejected == 1
    assert work.answer(ONE, first, DOG).error is None
    assert counters(work.task) == counted(work.task)


def test_a_rejection_needs_a_reason_and_a_rating_is_one_of_four(acme: Customer) -> None:
    work = at_work(acme, reviewed=True)
    first = work.held(ONE)[0]
    work.answer(ONE, first)
    seat = work.seat(REVIEWER)
    for accept, fields in [
        (False, {}),
        (False, {"comment": "  "}),
        (False, {"comment": "<script>"}),
        (False, {"comment": "x" * 257}),
        (True, {"score": "E"}),
    ]:
        assert isinstance(work.review(seat, first.sample_id, accept, **fields).error, Invalid)
    first.refresh_from_db()
    assert (first.state, first.review_accept) == ("unreviewed", None)


def test_the_second_of_two_reviewers_is_told_so(acme: Customer) -> None:
    work = at_work(acme, reviewed=True)
    first = work.held(ONE)[0]
    work.answer(ONE, first)
    work.review(work.seat(REVIEWER), first.sample_id, True)
    outcome = work.review(work.owner(), first.sample_id, False, comment="no")
    assert isinstance(outcome.error, Conflict)
    assert outcome.error.code == "ModelArts.4606"
    first.refresh_from_db()
    assert first.state == "unchecked"


@pytest.mark.parametrize(("accept", "comment"), [(True, "fine"), (False, "this is a dog")])
def test_a_verdict_whose_acknowledgement_was_lost_is_acknowledged_again(
    acme: Customer, accept: bool, comment: str
) -> None:
    work = at_work(acme, reviewed=True)
    first = work.held(ONE)[0]
    work.answer(ONE, first)
    seat = work.seat(REVIEWER)
    work.review(seat, first.sample_id, accept, comment=comment)
    first.refresh_from_db()
    before = (first.state, first.reviewed_at, counters(work.task))
    assert work.review(seat, first.sample_id, accept, comment=comment).error is None
    first.refresh_from_db()
    assert (first.state, first.reviewed_at, counters(work.task)) == before
    # Another verdict, and the same one of somebody else, are no repetitions.
    assert isinstance(work.review(seat, first.sample_id, accept, comment="something else").error, Conflict)
    assert isinstance(work.review(work.owner(), first.sample_id, accept, comment=comment).error, Conflict)


def test_a_review_of_an_answer_that_changed_meanwhile_is_refused(acme: Customer) -> None:
    work = at_work(acme, reviewed=True)
    first = work.held(ONE)[0]
    work.answer(ONE, first)
    first.refresh_from_db()
    work.answer(ONE, first, DOG)
    assert isinstance(work.review(work.seat(REVIEWER), first.sample_id, True, revision=1).error, Conflict)
    assert work.review(work.seat(REVIEWER), first.sample_id, True, revision=2).error is None


def test_nobody_reviews_their_own_work_not_even_an_admin(acme: Customer) -> None:
    work = at_work(acme, reviewed=True)
    first = work.held(ONE)[0]
    work.answer(ONE, first)
    Participant.objects.filter(task=work.task, role="labeler", person=work.people[ONE]).update(person=acme.admin)
    outcome = work.review(work.owner(), first.sample_id, True)
    assert isinstance(outcome.error, Denied)
    first.refresh_from_db()
    assert first.state == "unreviewed"


def test_managers_and_owners_review_labelers_and_strangers_do_not(acme: Customer, rival: Customer) -> None:
    work = at_work(acme, reviewed=True, managed=True)
    first, second = work.held(ONE)[:2]
    work.answer(ONE, first)
    work.answer(ONE, second)
    with pytest.raises(Denied):
        work.review(work.seat(TWO), first.sample_id, True)
    with pytest.raises(NotFound):
        work.review(Seat(rival.actor, work.task), first.sample_id, True)
    assert work.review(work.seat(MANAGER), first.sample_id, True).error is None
    assert work.review(work.owner(), second.sample_id, True).error is None


def test_what_nobody_answered_is_not_reviewed(acme: Customer) -> None:
    work = at_work(acme, reviewed=True)
    assert isinstance(work.review(work.seat(REVIEWER), work.held(ONE)[0].sample_id, True).error, Conflict)


def test_of_several_opinions_the_named_one_is_reviewed(acme: Customer) -> None:
    work = at_work(acme, samples=3, reviewed=True, repetition=3)
    rows = {address: work.held(address)[0] for address in (ONE, TWO)}
    for address, row in rows.items():
        work.answer(address, row)
    theirs = work.part(TWO).member.public_id
    work.review(work.seat(REVIEWER), rows[TWO].sample_id, True, member_id=theirs)
    for row in rows.values():
        row.refresh_from_db()
    assert [rows[ONE].state, rows[TWO].state] == ["unreviewed", "unchecked"]
