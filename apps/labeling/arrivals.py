"""What happens here when something comes or goes elsewhere: people in teams, samples in data sets."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count

from apps.core.news import announce
from apps.datasets.models import Dataset
from apps.datasets.services import samples_added, samples_removed
from apps.labeling import states
from apps.labeling.counters import Moves
from apps.labeling.models import Assignment, Participant, TeamTask
from apps.labeling.services.distribution import start_distribution
from apps.teams import membership
from apps.teams.models import Member
from apps.tenants.actors import Actor


@membership.on_join
def give_the_person_their_parts(member: Member) -> None:
    """The tasks that were given to an address are now those of a person."""
    Participant.objects.filter(member=member).update(person=member.person)


@membership.on_leave
def take_the_parts_away(member: Member) -> None:
    Participant.objects.filter(member=member).update(person=None, active=False)


def hand_out_new_samples(actor: Actor, dataset: Dataset) -> None:
    """Start handing out in every task of the data set that takes new samples by itself."""
    for task in TeamTask.objects.filter(dataset=dataset, auto_assign=True).exclude(state=states.CREATED):
        start_distribution(actor, task)


def take_removed_samples_back(dataset: Dataset, sample_ids: Sequence[UUID]) -> None:
    """Delete the assignments of samples that are about to be deleted, and count them out."""
    held = Assignment.objects.filter(task__dataset=dataset, sample__in=sample_ids)
    locked = held.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
    rows = Assignment.objects.filter(pk__in=list(locked))
    moves = Moves()
    for participant_id, state, count in rows.order_by().values_list("participant", "state").annotate(count=Count("pk")):
        moves.add(participant_id, state, None, count)
    tasks = rows.order_by().values_list("task__public_id", flat=True).distinct()
    announce(*(f"task:{task_id}" for task_id in tasks))
    rows.delete()
    moves.save()


samples_added.append(hand_out_new_samples)
samples_removed.append(take_removed_samples_back)
