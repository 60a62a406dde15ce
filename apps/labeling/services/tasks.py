"""Creating, starting, changing and deleting team tasks."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.news import announce
from apps.datasets.models import Dataset
from apps.labeling import states
from apps.labeling.models import Assignment, Participant, TeamTask
from apps.labeling.selectors import Seat
from apps.labeling.services.distribution import start_distribution
from apps.labeling.services.participants import clean_members, seat_members, write_to
from apps.teams.models import Member, Role
from apps.teams.texts import clean_description, clean_name
from apps.tenants.actors import Actor

MOST_REPETITIONS = 100


def _refuse_taken_name(task: TeamTask) -> None:
    if TeamTask.objects.filter(dataset_id=task.dataset_id, name=task.name).exclude(pk=task.pk).exists():
        raise Invalid(
            _("The data set has a team task named '%(name)s' already. Choose another name.") % {"name": task.name},
            field="task_name",
            code="ModelArts.4620",
        )


def _begin(actor: Actor, task: TeamTask, members: Sequence[Member], *, keep_manager: bool) -> None:
    joined = seat_members(task, clean_members(task, members), keep_manager=keep_manager)
    states.task_states.apply(task, "start")
    start_distribution(actor, task, level=joined)


@transaction.atomic
def create_team_task(
    *,
    actor: Actor,
    dataset: Dataset,
    name: str,
    members: Sequence[Member] = (),
    manager: Member | None = None,
    description: str = "",
    repetition: int = 1,
    auto_assign: bool = True,
) -> TeamTask:
    """A task on the unlabelled samples of a data set.

    With `members` it starts at once: a job hands the samples out and then calls the members by mail. With
    `manager` instead it waits for that team manager to choose the people (`start_team_task`). `auto_assign`
    hands out samples that are added later.
    """
    authorize(actor, Action.TASK_CREATE, dataset)
    if bool(members) == (manager is not None):
        raise Invalid(_("Choose either the members or a team manager."), field="workforces_config")
    if not 1 <= repetition <= MOST_REPETITIONS:
        raise Invalid(_("Answers a sample: 1 to %(most)d.") % {"most": MOST_REPETITIONS}, field="repetition")
    task = TeamTask(
        tenant_id=dataset.tenant_id,
        dataset=dataset,
        name=clean_name(name, field="task_name"),
        description=clean_description(description),
        repetition=repetition,
        auto_assign=auto_assign,
        created_by=actor.person,
    )
    # The lock makes the check of the name true until the new row is in.
    Dataset.objects.select_for_update(no_key=True).get(pk=dataset.pk)
    _refuse_taken_name(task)
    task.save()
    if manager is None:
        _begin(actor, task, members, keep_manager=False)
    else:
        _hand_to(actor, task, manager)
    announce(f"dataset:{dataset.public_id}")
    record(actor, Event.CREATE_WORKFORCE_TASK, task, request={"task_name": task.name, "repetition": repetition})
    return task


def _hand_to(actor: Actor, task: TeamTask, manager: Member) -> None:
    if manager.tenant_id != task.tenant_id:
        raise NotFound(_("There is no such member."), code="ModelArts.4604")
    if manager.role != Role.TEAM_MANAGER:
        raise Invalid(_("%(member)s is not a team manager.") % {"member": manager}, field="workforces_config")
    seat_members(task, [manager])
    participants = Participant.objects.filter(task=task).select_related("member__team__project", "member__tenant")
    write_to(Actor.system(task.tenant, task.dataset.project, actor.person), task, list(participants))


@transaction.atomic
def start_team_task(*, seat: Seat, members: Sequence[Member]) -> TeamTask:
    """Choose the people of a task that was only created, or of one that was rejected, and hand out its samples.

    A team manager chooses from their own team.
    """
    authorize(seat.actor, Action.TASK_START, seat.subject)
    if seat.participant is not None:
        own_team = seat.participant.member.team_id
        if any(member.team_id != own_team for member in members):
            raise NotFound(_("There is no such member in your team."), code="ModelArts.4604")
    system = Actor.system(seat.task.tenant, seat.task.dataset.project, seat.actor.person)
    _begin(system, seat.task, members, keep_manager=True)
    announce(f"task:{seat.task.public_id}", f"dataset:{seat.task.dataset.public_id}")
    record(seat.actor, Event.START_WORKFORCE_TASK, seat.task, request={"members": len(members)})
    return seat.task


@transaction.atomic
def update_team_task(
    *,
    actor: Actor,
    task: TeamTask,
    name: str | None = None,
    description: str | None = None,
    auto_assign: bool | None = None,
    members: Sequence[Member] | None = None,
) -> TeamTask:
    """Change a task; what is None stays. New `members` replace the present ones.

    What a member who was taken out had not answered goes to the others; answers given stay. A labeler who joins
    gets an equal share of what nobody has started.
    """
    authorize(actor, Action.TASK_UPDATE, task)
    if name is not None:
        task.name = clean_name(name, field="task_name")
        _refuse_taken_name(task)
    if description is not None:
        task.description = clean_description(description)
    if auto_assign is not None:
        task.auto_assign = auto_assign
    task.save(update_fields=["name", "description", "auto_assign", "updated_at"])
    if members is not None:
        joined = seat_members(task, clean_members(task, members))
        if task.state != states.CREATED:
            start_distribution(actor, task, level=joined)
    announce(f"task:{task.public_id}", f"dataset:{task.dataset.public_id}")
    record(actor, Event.UPDATE_WORKFORCE_TASK, task, request={"task_name": task.name})
    return task


@transaction.atomic
def delete_team_task(*, actor: Actor, task: TeamTask) -> None:
    """Delete a task with its assignments; labels that were accepted stay in the data set.

    Conflict while acceptance is drawing samples or taking over results.
    """
    authorize(actor, Action.TASK_DELETE, task)
    fresh = TeamTask.objects.select_for_update().get(pk=task.pk)
    if fresh.state in (states.DRAWING, states.SYNCING):
        raise Conflict(_("Acceptance is at work on this task. Wait until it has ended."), code="ModelArts.4615")
    announce(f"task:{task.public_id}", f"dataset:{task.dataset.public_id}")
    record(actor, Event.DELETE_WORKFORCE_TASK, task)
    Assignment.objects.filter(task=task).delete()
    Participant.objects.filter(task=task).delete()
    task.delete()
