"""Tasks, the people in them, and from where somebody looks at a task."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.db.models import BigIntegerField, CharField, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from apps.access.selectors import not_denied, visible_to
from apps.accounts.models import Person
from apps.core.errors import NotFound
from apps.core.prepared import Prepared, Slot
from apps.datasets.models import Dataset
from apps.labeling import states
from apps.labeling.models import Participant, TeamTask
from apps.teams.models import Role
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant

# Where the parts of a path are found from a task.
PARTS = {
    "task_id": "public_id",
    "dataset_id": "dataset__public_id",
    "project_id": "dataset__project__public_id",
}


@dataclass(frozen=True)
class TaskPath:
    """Where a task is said to be: public ids of task, data set and project. An empty part is not compared.

    `member_id`, where given, says as which member somebody claims to take part.
    """

    task_id: str
    dataset_id: str = ""
    project_id: str = ""
    member_id: str = ""

    def given(self) -> dict[str, str]:
        """The parts that are compared, by name."""
        parts = {"task_id": self.task_id, "dataset_id": self.dataset_id, "project_id": self.project_id}
        return {name: value for name, value in {**parts, "member_id": self.member_id}.items() if value}


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
        with_dataset = not_denied(actor, everything.filter(dataset__in=shared.values("pk")))
        visible = everything.filter(Q(pk__in=visible.values("pk")) | Q(pk__in=with_dataset.values("pk")))
    if dataset is not None:
        visible = visible.filter(dataset=dataset)
    return visible.select_related("dataset__project", "tenant", "created_by")


def get_task(actor: Actor, task_id: str, *, dataset_id: str = "", project_id: str = "") -> TeamTask:
    """The task with this public id, for a person of its tenant; NotFound when they may not know of it."""
    given = TaskPath(task_id, dataset_id, project_id).given()
    task = tasks(actor).filter(**{PARTS[name]: value for name, value in given.items()}).first()
    if task is None:
        raise NotFound(_("There is no such team task."), code="ModelArts.4619")
    return task


def participations_of(person: Person | Slot) -> QuerySet[Participant]:
    """The parts that a person has in tasks, of whatever tenant."""
    return Participant.objects.filter(
        person=person, active=True, task__tenant__state=Tenant.State.ACTIVE
    ).select_related("task__dataset__project", "task__tenant", "member")


def participations(actor: Actor) -> QuerySet[Participant]:
    """The parts that the signed-in worker has in tasks: those of the tenant behind whose wall it is asked, if any."""
    return Participant.objects.none() if actor.person is None else participations_of(actor.person)


def slots_of(prefix: str, names: Iterable[str]) -> dict[str, Slot]:
    """The filter of a prepared query by these parts of a path, seen from rows that reach the task by `prefix`."""
    return {prefix + PARTS[name]: Slot(name, CharField()) for name in names}


def unread(prefix: str) -> list[str]:
    """Columns of a task and what it hangs on that no road of a labeler reads; each costs at every request."""
    of_task = ["description", "created_at", "updated_at"]
    of_dataset = ["description", "input_bucket", "input_key", "output_bucket", "output_key", "created_at", "updated_at"]
    of_dataset += ["next_version_number", "current_version"]
    return [
        *(f"{prefix}{name}" for name in of_task),
        *(f"{prefix}dataset__{name}" for name in of_dataset),
        f"{prefix}dataset__project__created_at",
        f"{prefix}tenant__created_at",
    ]


@cache
def _prepared_participation(*given: str) -> Prepared[Participant]:
    return Prepared(
        lambda: (
            participations_of(Slot("person", BigIntegerField()))
            .filter(**slots_of("task__", given))
            .defer("notified_at", "created_at", "updated_at", *unread("task__"))
            .defer("member__description", "member__created_at", "member__updated_at")
            .order_by("pk")[:1]
        )
    )


def get_participation(actor: Actor, task_id: str, *, dataset_id: str = "", project_id: str = "") -> Participant:
    """The part that the signed-in person has in a task; NotFound when they have none."""
    given = TaskPath(task_id, dataset_id, project_id).given()
    participant = None
    if actor.person is not None:
        query = _prepared_participation(*given)
        if walls.stands_behind_one():
            participant = query.first(person=actor.person.pk, **given)
        else:
            with walls.every_tenant("a worker's part in a task says for which tenant they work there"):
                participant = query.first(person=actor.person.pk, **given)
    if participant is None:
        raise NotFound(_("There is no such team task."), code="ModelArts.4619")
    return participant


def seat_of(actor: Actor, participant: Participant) -> Seat:
    """The seat of a participant: binds the worker to the tenant and project of the task, and to the tenant's wall."""
    task = participant.task
    walls.enter(task.tenant_id)
    return Seat(actor.within(task.tenant, task.dataset.project), task, participant)


def get_seat(actor: Actor, task_id: str, *, dataset_id: str = "", project_id: str = "") -> Seat:
    """From where this actor sees the task; NotFound when they may not know of it."""
    if actor.tenant is None:
        return seat_of(actor, get_participation(actor, task_id, dataset_id=dataset_id, project_id=project_id))
    return Seat(actor, get_task(actor, task_id, dataset_id=dataset_id, project_id=project_id))


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
