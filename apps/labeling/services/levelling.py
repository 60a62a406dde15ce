"""Giving labelers who join a running task their share of what nobody has started."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from apps.access.actions import Action
from apps.access.services import authorize
from apps.core.news import announce
from apps.labeling import states
from apps.labeling.counters import Moves
from apps.labeling.models import Assignment, Participant, TeamTask
from apps.labeling.spreading import surplus
from apps.teams.models import Role
from apps.tenants.actors import Actor

BATCH = 1000


@transaction.atomic
def level_loads(*, actor: Actor, task: TeamTask) -> int:
    """Move the next batch of unlabelled assignments from a labeler who has more to do than others to one who has less.

    Answers the number of assignments moved, 0 once the loads are level or nothing more can be moved. What was begun,
    answered or sent back stays where it is, and so does a sample that the receiver has another opinion of. The
    samples furthest from the one a labeler is at are moved first. Repeating it is harmless: it looks at what is there.
    """
    authorize(actor, Action.TASK_START, task)
    # Two at once could give one person two opinions of a sample. Nobody who labels needs this row.
    TeamTask.objects.select_for_update(no_key=True).get(pk=task.pk)
    people = Participant.objects.filter(task=task, active=True, role=Role.LABELER)
    unanswered = {pk: sum(counts) for pk, *counts in people.values_list("pk", *states.UNANSWERED)}
    above = surplus(unanswered)
    givers = sorted((person for person in above if above[person] > 0), key=lambda person: -above[person])
    takers = sorted((person for person in above if above[person] < 0), key=lambda person: above[person])
    for giver in givers:
        for taker in takers:
            moved = _move(task, giver, taker, min(above[giver], -above[taker], BATCH))
            if moved:
                announce(f"task:{task.public_id}")
                return moved
    return 0


def _move(task: TeamTask, giver: int, taker: int, count: int) -> int:
    untouched = Assignment.objects.filter(task=task, participant=giver, state=states.UNLABELLED)
    has_opinion = Assignment.objects.filter(task=task, sample=OuterRef("sample"), participant=taker)
    chosen = list(untouched.exclude(Exists(has_opinion)).order_by("-sample").values_list("pk", flat=True)[:count])
    # The labeler may be handing one of them in: whoever has the row first keeps it.
    locked = list(
        untouched.filter(pk__in=chosen).select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
    )
    moved = Assignment.objects.filter(pk__in=locked).update(
        participant=taker, revision=F("revision") + 1, last_submission=None
    )
    moves = Moves()
    moves.add(giver, states.UNLABELLED, None, moved)
    moves.add(taker, None, states.UNLABELLED, moved)
    moves.save()
    return moved
