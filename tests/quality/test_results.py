"""Completing a round: what reaches the data set, what goes back, and that it happens exactly once."""

from __future__ import annotations

import pytest

from apps.core.errors import Conflict
from apps.datasets.models import Label, Sample
from apps.datasets.services import Submission as OwnerSubmission
from apps.datasets.services import delete_label, label_samples
from apps.jobs import runner
from apps.jobs.models import Job
from apps.jobs.services import retry_job, stop_job
from apps.labeling.models import Assignment
from apps.labeling.selectors import TaskPath
from apps.labeling.services import Submission, submit_annotations
from apps.quality import selectors, services
from apps.quality.models import Acceptance
from apps.quality.states import Scope
from apps.tenants.actors import Actor
from tests.factories import Customer, run_jobs
from tests.quality.rounds import (
    Work,
    answer,
    answered_task,
    complete,
    counted_right,
    drawn_rows,
    fails,
    fresh,
    judge,
    open_round,
    passes,
)


def half_judged(work: Work) -> Acceptance:
    """A round of a lot of six with four drawn: one passed, two failed, one unjudged, two not drawn."""
    acceptance = open_round(work, number=4)
    rows = drawn_rows(acceptance)
    judge(work, acceptance, passes(rows[0], "B"), fails(rows[1], "too dark"), fails(rows[2]))
    return fresh(acceptance)


@pytest.mark.parametrize(
    ("scope", "accepted", "state"),
    [
        (Scope.ALL, 6, "accepted"),
        (Scope.NOTHING, 0, "rejected"),
        (Scope.PASSED_AND_UNJUDGED, 4, "rejected"),
        (Scope.PASSED, 1, "rejected"),
    ],
)
def test_the_scope_says_what_is_accepted_and_the_rest_goes_back(
    acme: Customer, scope: Scope, accepted: int, state: str
) -> None:
    work = answered_task(acme)
    acceptance = half_judged(work)
    expected = selectors.preview(acceptance, scope=scope, overwrite=False)
    acceptance = complete(work, acceptance, scope)
    assert acceptance.state == "completed"
    assert sorted(work.states()) == sorted(["accepted"] * accepted + ["rejected"] * (6 - accepted))
    assert work.reload().labelled_count == accepted
    assert work.task.state == state
    assert (expected.accepted, expected.refused) == (accepted, 6 - accepted)
    assert acceptance.report == {
        "accepted": accepted,
        "refused": 6 - accepted,
        "labelled": accepted,
        "overwritten": 0,
        "kept": 0,
    }
    counted_right(work, acceptance)


def test_accepted_labels_are_in_the_data_set_under_the_name_of_who_gave_them(acme: Customer) -> None:
    work = answered_task(acme, pictures=2)
    complete(work, open_round(work), Scope.ALL)
    cat = Label.objects.get(dataset=work.dataset, name="cat")
    assert cat.sample_count == 2
    for row in work.answers():
        sample = Sample.objects.get(pk=row.sample_id)
        assert sample.annotation == row.annotation
        assert sample.labelled_by_id == row.participant.person_id
        assert row.check_accept is True


def test_nothing_is_in_the_data_set_before_the_round_is_completed(acme: Customer) -> None:
    work = answered_task(acme)
    acceptance = open_round(work)
    judge(work, acceptance, *map(passes, drawn_rows(acceptance)))
    assert work.reload().labelled_count == 0


def test_an_accepted_answer_cannot_be_changed_by_its_labeler(acme: Customer) -> None:
    work = answered_task(acme, pictures=1)
    complete(work, open_round(work), Scope.ALL)
    row = work.answers()[0]
    for annotation in ([{"name": "dog"}], []):
        outcome = submit_annotations(
            actor=Actor(person=row.participant.person),
            path=TaskPath(work.task.public_id),
            submissions=[Submission(row.sample_id, annotation)],
        )[0]
        assert isinstance(outcome.error, Conflict)
    assert work.answers()[0].annotation == row.annotation


def test_a_refused_answer_goes_back_with_its_reason_and_can_be_answered_again(acme: Customer) -> None:
    work = answered_task(acme)
    acceptance = half_judged(work)
    failed = drawn_rows(acceptance)[1].assignment_id
    complete(work, acceptance, Scope.PASSED)
    row = Assignment.objects.select_related("participant__person", "sample").get(pk=failed)
    assert (row.state, row.check_accept, row.check_comment, row.lot) == ("rejected", False, "too dark", None)
    assert all(other.check_comment for other in work.answers() if other.state == "rejected")
    answer(work.task, [row], "dog")
    second = open_round(work)
    assert (second.lot_size, second.number) == (1, 2)
    complete(work, second, Scope.ALL)
    assert work.states().count("accepted") == 2


def owner_says(work: Work, samples: list[Sample], name: str) -> None:
    submissions = [OwnerSubmission(sample.pk, [{"name": name}]) for sample in samples]
    outcomes = label_samples(actor=work.customer.actor, dataset=work.dataset, submissions=submissions)
    assert [outcome.error for outcome in outcomes] == [None] * len(samples)


@pytest.mark.parametrize(("overwrite", "names"), [(True, {"cat": 4, "dog": 0}), (False, {"cat": 2, "dog": 2})])
def test_labels_that_are_there_already_are_overwritten_only_when_asked(
    acme: Customer, overwrite: bool, names: dict[str, int]
) -> None:
    work = answered_task(acme, pictures=4)
    owner_says(work, work.samples()[:2], "dog")
    acceptance = open_round(work)
    expected = selectors.preview(acceptance, scope=Scope.ALL, overwrite=overwrite)
    assert (expected.overwritten, expected.kept) == ((2, 0) if overwrite else (0, 2))
    acceptance = complete(work, acceptance, Scope.ALL, overwrite=overwrite)
    assert {label.name: label.sample_count for label in Label.objects.filter(dataset=work.dataset)} == names
    assert (acceptance.report["overwritten"], acceptance.report["kept"]) == (expected.overwritten, expected.kept)
    assert acceptance.report["labelled"] == 2
    assert work.states() == ["accepted"] * 4
    counted_right(work, acceptance)


def test_conflicts_are_the_samples_that_carry_other_labels(acme: Customer) -> None:
    work = answered_task(acme, pictures=4)
    same, other = work.samples()[:2]
    owner_says(work, [same], "cat")
    owner_says(work, [other], "dog")
    acceptance = open_round(work, number=1)
    assert [row.sample_id for row in selectors.conflicts(acceptance, limit=10)] == [other.pk]
    assert fresh(acceptance).state == "open"


def test_of_several_accepted_opinions_the_best_rated_wins_and_then_the_earliest(acme: Customer) -> None:
    work = answered_task(acme, pictures=3, repetition=2, answered=False)
    rows = work.answers()
    answer(work.task, [row for row in rows if row.opinion == 0], "cat")
    answer(work.task, [row for row in rows if row.opinion == 1], "dog")
    acceptance = open_round(work)
    drawn = {(row.assignment.sample_id, row.assignment.opinion): row for row in drawn_rows(acceptance)}
    better_late, better_early, alike = (sample.pk for sample in work.samples())
    judge(
        work,
        acceptance,
        passes(drawn[better_late, 0], "C"),
        passes(drawn[better_late, 1], "A"),
        passes(drawn[better_early, 0], "B"),
        passes(drawn[better_early, 1], "D"),
    )
    acceptance = complete(work, acceptance, Scope.ALL)
    names = {label.pk: label.name for label in Label.objects.filter(dataset=work.dataset)}
    chosen = {sample.pk: names[sample.annotation[0]["label"]] for sample in work.samples()}
    assert chosen == {better_late: "dog", better_early: "cat", alike: "cat"}
    assert acceptance.report["accepted"] == 6
    assert acceptance.report["labelled"] == 3
    counted_right(work, acceptance)


def test_nothing_here_is_accepted_into_the_data_set_as_labelled(acme: Customer) -> None:
    work = answered_task(acme, pictures=2, answered=False)
    for row in work.answers():
        assert row.participant is not None
        actor = Actor(person=row.participant.person)
        submission = Submission(row.sample_id, [], nothing=True)
        submit_annotations(actor=actor, path=TaskPath(work.task.public_id), submissions=[submission])
    acceptance = complete(work, open_round(work), Scope.ALL)
    assert work.states() == ["accepted", "accepted"]
    assert [(sample.state, sample.annotation) for sample in work.samples()] == [(1, []), (1, [])]
    assert all(sample.nothing_here for sample in work.samples())
    counted_right(work, acceptance)


def test_an_answer_whose_labels_were_all_deleted_goes_back(acme: Customer) -> None:
    work = answered_task(acme, pictures=2)
    acceptance = open_round(work)
    answers = work.answers()
    dog = Label.objects.get(dataset=work.dataset, name="dog")
    Assignment.objects.filter(pk=answers[0].pk).update(annotation=[{"label": dog.pk}])
    delete_label(actor=acme.actor, dataset=work.dataset, name="dog")
    acceptance = complete(work, acceptance, Scope.ALL)
    assert acceptance.state == "completed"
    assert work.states() == ["rejected", "accepted"]
    counted_right(work, acceptance)


@pytest.mark.parametrize("die_at", [0, 1, 2, 3])
@pytest.mark.parametrize("repetition", [1, 2])
def test_taking_over_that_is_killed_in_a_batch_goes_on_without_loss_or_doubling(
    acme: Customer, monkeypatch: pytest.MonkeyPatch, die_at: int, repetition: int
) -> None:
    monkeypatch.setattr("apps.quality.services.results.BATCH", 2)
    work = answered_task(acme, pictures=8, repetition=repetition)
    acceptance = open_round(work)
    rows = drawn_rows(acceptance)
    judge(work, acceptance, *(fails(row) for row in rows[::3]))
    services.complete_acceptance(seat=work.seat, acceptance=acceptance, scope=Scope.PASSED_AND_UNJUDGED)
    real = services.results.store_annotations
    calls = iter(range(1000))

    def dies(*args: object, **kwargs: object) -> int:
        written = real(*args, **kwargs)
        if next(calls) == die_at:
            raise KeyboardInterrupt
        return written

    monkeypatch.setattr("apps.quality.services.results.store_annotations", dies)
    job = Job.objects.get(kind="complete_acceptance")
    with pytest.raises(KeyboardInterrupt):
        runner.run(job.public_id)
    assert fresh(acceptance).state == "completing"
    assert work.states().count("accepted") < len(rows)
    Job.objects.filter(pk=job.pk).update(state="queued", lease_until=None)
    assert runner.run(job.public_id)
    assert not runner.run(job.public_id)
    refused = len(rows[::3])
    acceptance = fresh(acceptance)
    assert acceptance.report["accepted"] == len(rows) - refused
    assert acceptance.report["refused"] == refused
    assert acceptance.report["labelled"] == work.reload().labelled_count
    counted_right(work, acceptance)


def test_a_stopped_take_over_goes_on_when_it_is_retried(acme: Customer) -> None:
    work = answered_task(acme)
    acceptance = open_round(work)
    services.complete_acceptance(seat=work.seat, acceptance=acceptance, scope=Scope.ALL)
    job = Job.objects.get(kind="complete_acceptance")
    stop_job(actor=acme.actor, job=job)
    run_jobs()
    assert fresh(acceptance).state == "completing"
    retry_job(actor=acme.actor, job=job)
    run_jobs()
    assert fresh(acceptance).state == "completed"
    assert work.states() == ["accepted"] * 6


def test_a_round_is_completed_once(acme: Customer) -> None:
    work = answered_task(acme)
    acceptance = open_round(work)
    services.complete_acceptance(seat=work.seat, acceptance=acceptance, scope=Scope.ALL)
    for again in (Scope.ALL, Scope.NOTHING):
        with pytest.raises(Conflict):
            services.complete_acceptance(seat=work.seat, acceptance=acceptance, scope=again)
    with pytest.raises(Conflict):
        services.cancel_acceptance(seat=work.seat, acceptance=acceptance)
    run_jobs()
    assert work.states() == ["accepted"] * 6


def test_taking_over_costs_the_same_number_of_statements_for_any_batch(
    acme: Customer, django_assert_max_num_queries: object
) -> None:
    few, many = answered_task(acme, pictures=3, name="few"), answered_task(acme, pictures=30, name="many")
    counts = []
    for work in (few, many):
        acceptance = open_round(work, number=1)
        services.complete_acceptance(seat=work.seat, acceptance=acceptance, scope=Scope.PASSED_AND_UNJUDGED)
        with django_assert_max_num_queries(40) as seen:  # type: ignore[operator]
            services.take_over(fresh(acceptance), after=None)
        counts.append(len(seen.captured_queries))
    assert counts[0] == counts[1]
