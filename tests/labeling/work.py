"""A task with people at work, for the tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from apps.accounts.models import Person
from apps.datasets.models import Dataset
from apps.datasets.services import NewSample, add_samples
from apps.labeling import services
from apps.labeling.models import Assignment, Participant, TeamTask
from apps.labeling.selectors import Seat, TaskPath
from apps.labeling.services import Outcome, Review, ReviewOutcome, Submission
from apps.labeling.states import COUNTED
from apps.teams.models import Team
from apps.tenants.actors import Actor
from tests.factories import Customer, a_dataset, a_task, a_team, seat_of

CAT: list[dict[str, Any]] = [{"name": "cat"}]
DOG: list[dict[str, Any]] = [{"name": "dog"}]
LABELERS = ("l1@example.org", "l2@example.org", "l3@example.org")
REVIEWER = "r1@example.org"
MANAGER = "m1@example.org"


def more_samples(dataset: Dataset, count: int, *, prefix: str = "more") -> None:
    """Samples without files, as many as a test of distribution wants."""
    add_samples(
        dataset,
        [
            NewSample(source=f"{dataset.input_bucket}/{prefix}/{number:06}.jpg", width=64, height=48)
            for number in range(count)
        ],
    )
    dataset.refresh_from_db()


@dataclass
class Work:
    """A running task and the people in it, by address."""

    customer: Customer
    dataset: Dataset
    team: Team
    task: TeamTask
    people: dict[str, Person] = field(default_factory=dict)

    def actor(self, address: str) -> Actor:
        """Somebody who is signed in and not yet bound to a tenant."""
        return Actor(person=self.people[address])

    def seat(self, address: str) -> Seat:
        return seat_of(self.people[address], self.task)

    def owner(self) -> Seat:
        return Seat(self.customer.actor, TeamTask.objects.select_related("dataset", "tenant").get(pk=self.task.pk))

    def part(self, address: str) -> Participant:
        return Participant.objects.get(task=self.task, person=self.people[address])

    def held(self, address: str) -> list[Assignment]:
        return list(Assignment.objects.filter(participant=self.part(address)).order_by("sample_id"))

    def submit(self, address: str, *submissions: Submission) -> list[Outcome]:
        path = TaskPath(self.task.public_id)
        return services.submit_annotations(actor=self.actor(address), path=path, submissions=submissions)

    def answer(self, address: str, assignment: Assignment, annotation: list[dict[str, Any]] | None = None) -> Outcome:
        return self.submit(
            address,
            Submission(assignment.sample_id, CAT if annotation is None else annotation, assignment.revision, uuid4()),
        )[0]

    def review(self, seat: Seat, sample_id: UUID, accept: bool, **fields: Any) -> ReviewOutcome:
        return services.review_annotations(seat=seat, reviews=[Review(sample_id, accept, **fields)])[0]


def counted(task: TeamTask) -> dict[int, dict[str, int]]:
    """The states of assignments, counted anew for each participant."""
    recount: dict[int, dict[str, int]] = {
        pk: dict.fromkeys(COUNTED, 0) for pk in Participant.objects.filter(task=task).values_list("pk", flat=True)
    }
    for participant, state in Assignment.objects.filter(task=task, participant__isnull=False).values_list(
        "participant", "state"
    ):
        recount[participant][state] += 1
    return recount


def counters(task: TeamTask) -> dict[int, dict[str, int]]:
    """What the counters of the participants say."""
    return {row.pk: {state: getattr(row, state) for state in COUNTED} for row in Participant.objects.filter(task=task)}


def at_work(
    customer: Customer, *, samples: int = 6, reviewed: bool = False, managed: bool = False, repetition: int = 1
) -> Work:
    """A task on `samples` samples for three labelers, on request with a reviewer and a team manager."""
    dataset = a_dataset(customer, pictures=1)
    more_samples(dataset, samples - dataset.unlabelled_count)
    members = [(address, "labeler") for address in LABELERS]
    if reviewed:
        members.append((REVIEWER, "reviewer"))
    if managed:
        members.append((MANAGER, "team_manager"))
    team = a_team(customer, members=members)
    task = a_task(customer, dataset, team, repetition=repetition)
    people = {
        row.member.email: row.person for row in Participant.objects.filter(task=task).select_related("member", "person")
    }
    return Work(customer, dataset, team, task, {address: person for address, person in people.items() if person})
