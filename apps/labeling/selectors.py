"""Every read of this app: tasks, seats, and the assignments that may be seen from a seat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from apps.access.selectors import visible_to
from apps.accounts.models import Person
from apps.core.errors import NotFound
from apps.datasets.models import Dataset, Sample
from apps.labeling import states
from apps.labeling.models import Assignment, Participant, TeamTask
from apps.teams.models import Role
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant


@dataclass(frozen=True)
class TaskPath:
    """Where a task is said to be: public ids of task, data set and project. An empty part is not compared.

    `member_id`, where given, says as which member somebody claims to take part.
    """

    task_id: str
    dataset_id: str = ""
    project_id: str = ""
    member_id: str = ""

    def lookup(self, prefix: str = "") -> dict[str, Any]:
        """The filter that finds the task, or with `prefix` ("task__") rows that point to it."""
        named = {
            f"{prefix}public_id": self.task_id,
            f"{prefix}dataset__public_id": self.dataset_id,
            f"{prefix}dataset__project__public_id": self.project_id,
        }
        return {key: value for key, value in named.items() if value}


@dataclass(frozen=True)
class Seat:
    """From where somebody looks at a task: `actor` bound to the task's tenant, and their part in it.

    `participant` is None for people of the tenant, who see the whole task.
    """

    actor: Actor
    task: TeamTask
    participant: Participant | None = None

    @property
    def subject(self) -> Participant | TeamTask:
        """What `authorize` is asked about: the part of a worker, the task itself for people of the tenant."""
        return self.participant or self.task

    @property
    def sees_all(self) -> bool:
        return self.participant is None or self.participant.role == Role.TEAM_MANAGER

    @property
    def sees_own_only(self) -> bool:
        return self.participant is not None and self.participant.role == Role.LABELER


def tasks(actor: Actor, dataset: Dataset | None = None) -> QuerySet[TeamTask]:
    """The team tasks that a person of a tenant may see; for workers see `participations`."""
    visible = visible_to(actor, TeamTask.objects.all())
    if not actor.is_admin and actor.tenant is not None:
        shared = visible_to(actor, Dataset.objects.all())
        everything = TeamTask.objects.filter(tenant=actor.tenant)
        visible = everything.filter(Q(pk__in=visible.values("pk")) | Q(dataset__in=shared.values("pk")))
    if dataset is not None:
        visible = visible.filter(dataset=dataset)
    return visible.select_related("dataset__project", "tenant", "created_by")


def get_task(actor: Actor, task_id: str, *, dataset_id: str = "", project_id: str = "") -> TeamTask:
    """The task with this public id, for a person of its tenant; NotFound when they may not know of it."""
    task = tasks(actor).filter(**TaskPath(task_id, dataset_id, project_id).lookup()).first()
    if task is None:
        raise NotFound(_("There is no such team task."), code="ModelArts.4619")
    return task


def participations(actor: Actor) -> QuerySet[Participant]:
    """The parts a signed-in worker has in tasks, of whatever tenant."""
    if actor.person is None:
        return Participant.objects.none()
    return Participant.objects.filter(
        person=actor.person, active=True, task__tenant__state=Tenant.State.ACTIVE
    ).select_related("task__dataset__project", "task__tenant", "member")


def get_participation(actor: Actor, task_id: str, *, dataset_id: str = "", project_id: str = "") -> Participant:
    """The part that the signed-in person has in a task; NotFound when they have none."""
    path = TaskPath(task_id, dataset_id, project_id)
    participant = participations(actor).filter(**path.lookup("task__")).first()
    if participant is None:
        raise NotFound(_("There is no such team task."), code="ModelArts.4619")
    return participant


def seat_of(actor: Actor, participant: Participant) -> Seat:
    """The seat of a participant: binds the worker to the tenant and project of the task."""
    task = participant.task
    return Seat(actor.within(task.tenant, task.dataset.project), task, participant)


def get_seat(actor: Actor, task_id: str, *, dataset_id: str = "", project_id: str = "") -> Seat:
    """From where this actor sees the task; NotFound when they may not know of it."""
    if actor.tenant is None:
        return seat_of(actor, get_participation(actor, task_id, dataset_id=dataset_id, project_id=project_id))
    return Seat(actor, get_task(actor, task_id, dataset_id=dataset_id, project_id=project_id))


def assignments(seat: Seat) -> QuerySet[Assignment]:
    """What may be seen from this seat.

    A labeler sees what was handed to them; a reviewer what waits for review and is not their own; the team
    manager and people of the tenant everything.
    """
    found = Assignment.objects.filter(task=seat.task)
    if seat.sees_all or seat.participant is None:
        return found
    if seat.sees_own_only:
        return Assignment.objects.filter(participant=seat.participant)
    return found.filter(state=states.UNREVIEWED).exclude(participant=seat.participant)


def filtered_assignments(
    seat: Seat, *, in_states: Sequence[str] = (), sample_name: str = "", sample_dir: str = "", email: str = ""
) -> QuerySet[Assignment]:
    """What may be seen from this seat and matches: states, exact file name, beginning of `bucket/folder/`, labeler."""
    found = assignments(seat)
    if in_states:
        found = found.filter(state__in=in_states) if len(in_states) > 1 else found.filter(state=in_states[0])
    if sample_name:
        found = found.filter(sample__name=sample_name)
    if sample_dir:
        found = found.filter(sample__source__startswith=sample_dir)
    if email and not seat.sees_own_only:
        found = found.filter(participant__member__email=email.strip().lower())
    return found


def page_of_assignments(
    seat: Seat, *, limit: int, after: UUID | None = None, page: int = 0, in_states: Sequence[str] = (), **filters: str
) -> tuple[list[Assignment], UUID | None]:
    """One page in the order of the samples, with sample and participant; and the marker of the next page.

    `after` (keyset) wins over `page` (counted from 0). With `repetition` above 1 the opinions about a sample
    follow each other, and a page read by marker never ends between them.
    """
    found = filtered_assignments(seat, in_states=in_states, **filters).select_related("sample")
    if not seat.sees_own_only:
        found = found.select_related("participant__member").order_by("sample_id", "opinion")
    else:
        found = found.order_by("sample_id")
    if after is not None:
        found = found.filter(sample_id__gt=after)
        page = 0
    rows = list(found[page * limit : (page + 1) * limit + 1])
    if len(rows) <= limit:
        return rows, None
    following = rows.pop()
    whole = [row for row in rows if row.sample_id != following.sample_id]
    rows = whole if whole and not page else rows
    return rows, rows[-1].sample_id


def assigned_samples(actor: Actor, path: TaskPath, sample_ids: Sequence[UUID]) -> QuerySet[Assignment]:
    """The assignments of the signed-in person among these samples of a task, with all that a submission needs.

    One query instead of three, because this is the road that every answer takes.
    """
    claimed = {"participant__member__public_id": path.member_id} if path.member_id else {}
    return (
        Assignment.objects.filter(
            participant__person=actor.person,
            participant__active=True,
            task__tenant__state=Tenant.State.ACTIVE,
            sample__in=sample_ids,
            **path.lookup("task__"),
            **claimed,
        )
        .select_related("participant", "sample", "task__dataset__project", "task__tenant")
        .order_by("pk")
    )


def get_assignment(seat: Seat, sample_id: UUID, member_id: str = "") -> Assignment:
    """One assignment of a sample that may be seen from this seat; `member_id` chooses among several opinions."""
    found = assignments(seat).filter(sample=sample_id).select_related("sample", "participant__member", "task")
    if member_id:
        found = found.filter(participant__member__public_id=member_id)
    assignment = found.order_by("opinion").first()
    if assignment is None:
        raise NotFound(_("There is no such sample in this task."), code="ModelArts.4420")
    return assignment


def participants(task: TeamTask) -> QuerySet[Participant]:
    """Everybody with a part in a task, active ones first."""
    return Participant.objects.filter(task=task).select_related("member__team", "person").order_by("-active", "pk")


def progress(task: TeamTask) -> dict[str, int]:
    """The number of assignments of a task in each state, from the counters; unassigned ones are not in it."""
    sums = Participant.objects.filter(task=task).aggregate(**{state: Sum(state) for state in states.COUNTED})
    return {state: sums[state] or 0 for state in states.COUNTED}


def participants_by_task(found: Sequence[TeamTask]) -> dict[int, list[Participant]]:
    """The people of each of some tasks, in one query."""
    people: dict[int, list[Participant]] = {task.pk: [] for task in found}
    for row in Participant.objects.filter(task__in=found).select_related("member__team").order_by("pk"):
        people[row.task_id].append(row)
    return people


def summed(people: Iterable[Participant]) -> dict[str, int]:
    """The counters of some participants, added up."""
    rows = list(people)
    return {state: sum(getattr(row, state) for row in rows) for state in states.COUNTED}


def answers(seat: Seat, in_states: Sequence[str] = ()) -> Iterator[list[dict[str, Any]]]:
    """The annotations of the answers that may be seen from this seat, streamed."""
    found = assignments(seat).filter(state__in=in_states or states.ANSWERED)
    return found.order_by().values_list("annotation", flat=True).iterator(chunk_size=2000)


def counts_seen(seat: Seat) -> dict[str, int]:
    """The number of assignments in each state as shown on the tabs of this seat."""
    if seat.sees_own_only and seat.participant is not None:
        return summed([seat.participant])
    counts = progress(seat.task)
    if seat.sees_all:
        return counts
    return {state: counts[state] if state == states.UNREVIEWED else 0 for state in states.COUNTED}


def sample_in_work(person: Person, dataset_id: str, sample_id: UUID) -> Sample | None:
    """The sample, if this worker may look at its file: it was given to them, or they review or run its task."""
    given = Q(participant__person=person, participant__active=True)
    watched = Q(
        task__participants__person=person,
        task__participants__active=True,
        task__participants__role__in=(Role.REVIEWER, Role.TEAM_MANAGER),
    )
    assignment = (
        Assignment.objects.filter(
            given | watched,
            sample=sample_id,
            task__dataset__public_id=dataset_id,
            task__tenant__state=Tenant.State.ACTIVE,
        )
        .select_related("sample__dataset")
        .first()
    )
    return assignment.sample if assignment else None
