"""What happens here when something arrives elsewhere: people join or leave teams, samples join data sets."""

from __future__ import annotations

from apps.datasets.models import Dataset
from apps.labeling import states
from apps.labeling.models import Participant, TeamTask
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
