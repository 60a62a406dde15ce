"""Team tasks with answers that wait for acceptance, and shorthands for running a round on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apps.accounts.models import Person
from apps.datasets.models import Dataset, Sample
from apps.labeling.models import Assignment, Participant, TeamTask
from apps.labeling.selectors import Seat, TaskPath, get_seat
from apps.labeling.services import Submission, submit_annotations
from apps.quality import services
from apps.quality.models import Acceptance, Drawn
from apps.quality.states import Scope
from apps.tenants.actors import Actor
from tests.factories import Customer, a_dataset, a_task, a_team, run_jobs

LABELERS = ("lea@crew.test", "leo@crew.test")
MANAGER = "max@crew.test"


@dataclass
class Work:
    """A team task in which everything has been answered, seen by its owner."""

    customer: Customer
    dataset: Dataset
    task: TeamTask

    @property
    def seat(self) -> Seat:
        """The owner's, read anew."""
        return get_seat(self.customer.actor, self.task.public_id)

    def seat_of(self, address: str) -> Seat:
        return get_seat(Actor(person=Person.objects.get(login=address)), self.task.public_id)

    def answers(self) -> list[Assignment]:
        rows = Assignment.objects.filter(task=self.task).select_related("participant__member", "sample")
        return list(rows.order_by("pk"))

    def states(self) -> list[str]:
        return [row.state for row in self.answers()]

    def samples(self) -> list[Sample]:
        return list(Sample.objects.filter(dataset=self.dataset).order_by("pk"))

    def reload(self) -> Dataset:
        self.dataset.refresh_from_db()
        self.task.refresh_from_db()
        return self.dataset


def answer(task: TeamTask, rows: Iterable[Assignment], label: str = "cat") -> None:
    """Hand in the same label for these assignments, each under the name of who holds it."""
    by_person: dict[Person, list[Submission]] = {}
    for row in rows:
        assert row.participant is not None
        assert row.participant.person is not None
        by_person.setdefault(row.participant.person, []).append(Submission(row.sample_id, [{"name": label}]))
    for person, submissions in by_person.items():
        outcomes = submit_annotations(
            actor=Actor(person=person), path=TaskPath(task.public_id), submissions=submissions
        )
        assert [outcome.error for outcome in outcomes] == [None] * len(submissions)


def answered_task(
    customer: Customer, *, pictures: int = 6, repetition: int = 1, name: str = "shapes", answered: bool = True
) -> Work:
    """A data set and a task of two labelers and a team manager, without reviewers."""
    dataset = a_dataset(customer, name, pictures=pictures)
    members = [(address, "labeler") for address in LABELERS] + [(MANAGER, "team_manager")]
    team = a_team(customer, f"crew-{name}", members=members)
    work = Work(customer, dataset, a_task(customer, dataset, team, repetition=repetition))
    if answered:
        answer(work.task, work.answers())
    return work


def open_round(work: Work, *, rate: float | None = None, number: int | None = None) -> Acceptance:
    """A round that has been drawn; everything is drawn unless said otherwise."""
    if rate is None and number is None:
        rate = 1.0
    acceptance = services.start_acceptance(seat=work.seat, rate=rate, number=number)
    run_jobs()
    return fresh(acceptance)


def fresh(acceptance: Acceptance) -> Acceptance:
    return Acceptance.objects.select_related("task__dataset").get(pk=acceptance.pk)


def drawn_rows(acceptance: Acceptance) -> list[Drawn]:
    rows = Drawn.objects.filter(acceptance=acceptance).select_related("assignment__participant__member")
    return list(rows.order_by("position"))


def passes(row: Drawn, score: str = "A") -> services.Judgement:
    assert row.assignment.participant is not None
    member = row.assignment.participant.member.public_id
    return services.Judgement(row.assignment.sample_id, True, score=score, member_id=member)


def fails(row: Drawn, comment: str = "blurred") -> services.Judgement:
    assert row.assignment.participant is not None
    member = row.assignment.participant.member.public_id
    return services.Judgement(row.assignment.sample_id, False, comment=comment, member_id=member)


def judge(work: Work, acceptance: Acceptance, *judgements: services.Judgement) -> list[services.JudgementOutcome]:
    return services.judge_acceptance(seat=work.seat, acceptance=acceptance, judgements=judgements)


def complete(work: Work, acceptance: Acceptance, scope: Scope, *, overwrite: bool = False) -> Acceptance:
    services.complete_acceptance(seat=work.seat, acceptance=acceptance, scope=scope, overwrite=overwrite)
    run_jobs()
    return fresh(acceptance)


def counted_right(work: Work, acceptance: Acceptance) -> None:
    """Every counter equals what a recount finds."""
    rows = Assignment.objects.filter(task=work.task)
    for participant in Participant.objects.filter(task=work.task):
        for state in ("unlabelled", "rejected", "unreviewed", "unchecked", "accepted"):
            assert getattr(participant, state) == rows.filter(participant=participant, state=state).count(), state
    drawn = Drawn.objects.filter(acceptance=acceptance)
    acceptance = fresh(acceptance)
    assert acceptance.sampled == drawn.count()
    assert acceptance.passed == drawn.filter(verdict="pass").count()
    assert acceptance.failed == drawn.filter(verdict="fail").count()
    assert acceptance.judged == acceptance.passed + acceptance.failed
    dataset = work.reload()
    assert dataset.labelled_count == Sample.objects.filter(dataset=dataset, state=1).count()
