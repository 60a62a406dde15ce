"""Handing samples out to the labelers of a task, in batches that a job strings together."""

from __future__ import annotations

import random
from collections import defaultdict
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.news import announce
from apps.datasets.models import Dataset, Sample
from apps.datasets.states import SampleState
from apps.jobs.models import Job
from apps.jobs.services import start_job
from apps.labeling import states
from apps.labeling.counters import Moves
from apps.labeling.models import Assignment, Participant, TeamTask
from apps.labeling.services.participants import write_to
from apps.labeling.spreading import spread
from apps.teams.models import Role
from apps.tenants.actors import Actor

BATCH = 1000


def start_distribution(actor: Actor, task: TeamTask, *, level: bool = False) -> Job:
    """Start the job that hands out what nobody in any task holds yet; part of the caller's transaction.

    With `level` the labelers then get equal shares of what nobody has started, for those who join a running task.
    """
    return start_job(
        actor,
        kind="distribute_samples",
        params={"task": task.public_id, "level": level},
        subject=f"task:{task.public_id}",
        subject_name=task.name,
    )


def free_samples(task: TeamTask) -> QuerySet[Sample]:
    """Unlabelled samples that no task holds. A task holds what it handed out until it is accepted or deleted."""
    held = Assignment.objects.filter(sample=OuterRef("pk")).filter(Q(task=task) | ~Q(state=states.ACCEPTED))
    return Sample.objects.filter(dataset=task.dataset_id, state=SampleState.UNLABELLED).exclude(Exists(held))


def _loads(task: TeamTask) -> dict[int, int]:
    """What each active labeler of the task has still to answer."""
    rows = Participant.objects.filter(task=task, active=True, role=Role.LABELER).values_list("pk", *states.UNANSWERED)
    return {pk: sum(counts) for pk, *counts in rows}


@transaction.atomic
def assign_samples(*, actor: Actor, task: TeamTask, after: UUID | None) -> tuple[UUID | None, int]:
    """Hand out the next batch of free samples behind `after`, evenly and at random.

    Each goes to `task.repetition` different labelers (fewer only when there are fewer). Answers the id of the
    last sample of the batch, None when there was none, and the number of samples handed out. The lock on the
    data set keeps two tasks from handing out the same sample; a repeated batch finds its samples held.
    """
    authorize(actor, Action.TASK_START, task)
    Dataset.objects.select_for_update(no_key=True).get(pk=task.dataset_id)
    loads = _loads(task)
    found = free_samples(task)
    if after is not None:
        found = found.filter(pk__gt=after)
    ids = list(found.order_by("pk").values_list("pk", flat=True)[:BATCH]) if loads else []
    if not ids:
        return None, 0
    moves = Moves()
    opinions: defaultdict[UUID, int] = defaultdict(int)
    rows = []
    for sample_id, participant_id in spread(ids, loads, each=task.repetition, random=random.Random()):
        rows.append(
            Assignment(
                tenant_id=task.tenant_id,
                task_id=task.pk,
                sample_id=sample_id,
                participant_id=participant_id,
                opinion=opinions[sample_id],
            )
        )
        opinions[sample_id] += 1
        moves.add(participant_id, None, states.UNLABELLED)
    Assignment.objects.bulk_create(rows, batch_size=BATCH)
    moves.save()
    announce(f"task:{task.public_id}")
    return ids[-1], len(ids)


@transaction.atomic
def assign_orphans(*, actor: Actor, task: TeamTask, after: int) -> tuple[int | None, int]:
    """Hand unanswered assignments of people who left the task to others; what was begun is begun anew.

    Works on the batch of rows behind the primary key `after`; answers the last key and the number of rows,
    (None, 0) at the end. A row stays without a labeler while everybody has another opinion of its sample.
    """
    authorize(actor, Action.TASK_START, task)
    # Two at once could give one person two opinions of a sample. Nobody who labels needs this row.
    TeamTask.objects.select_for_update(no_key=True).get(pk=task.pk)
    left = Q(participant=None) | Q(participant__active=False)
    rows = list(
        Assignment.objects.filter(left, task=task, state__in=states.UNANSWERED, pk__gt=after)
        .select_for_update(of=("self",))
        .order_by("pk")[:BATCH]
    )
    if not rows:
        return None, 0
    loads = _loads(task)
    taken: defaultdict[UUID, set[int]] = defaultdict(set)
    others = Assignment.objects.filter(task=task, sample__in={row.sample_id for row in rows}, participant__isnull=False)
    for sample_id, participant_id in others.values_list("sample_id", "participant_id"):
        if participant_id is not None:
            taken[sample_id].add(participant_id)
    moves = Moves()
    generator = random.Random()
    for row in rows:
        moves.add(row.participant_id, row.state, None)
        row.participant_id = None
        for sample_id, participant_id in spread([row.sample_id], loads, each=1, random=generator, taken=taken):
            row.participant_id = participant_id
            taken[sample_id].add(participant_id)
            moves.add(participant_id, None, states.UNLABELLED)
        row.state = states.UNLABELLED
        row.annotation = []
        row.revision += 1
        row.last_submission = row.submitted_at = row.reviewer_id = row.reviewed_at = row.lot = None
        row.review_accept = row.check_accept = None
        row.review_score = row.review_comment = row.check_score = row.check_comment = ""
    fields = (
        "participant state annotation revision last_submission submitted_at reviewer reviewed_at lot "
        "review_accept review_score review_comment check_accept check_score check_comment"
    )
    Assignment.objects.bulk_update(rows, fields.split(), batch_size=200)
    moves.save()
    announce(f"task:{task.public_id}")
    return rows[-1].pk, len(rows)


@transaction.atomic
def finish_distribution(*, actor: Actor, task: TeamTask) -> None:
    """Let the task run, and call those to it who have something to do and were not called yet.

    Nobody gets a mail when nothing is to be labelled.
    """
    authorize(actor, Action.TASK_START, task)
    if task.state == states.STARTING:
        states.task_states.apply(task, "run")
    rows = list(
        Participant.objects.filter(task=task, active=True, notified_at=None).select_related(
            "member__team__project", "member__tenant"
        )
    )
    anything = any(_loads(task).values())
    write_to(actor, task, [row for row in rows if anything and (row.role != Role.LABELER or row.unlabelled)])
    announce(f"task:{task.public_id}", f"dataset:{task.dataset.public_id}")
    record(actor, Event.START_WORKFORCE_TASK, task)
