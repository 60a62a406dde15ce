"""Who may do what in a team task beside tenant admins, and what even they may not."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.access.actions import GRANTED_BY, Action
from apps.access.selectors import holds_grant
from apps.access.services import forbids, grants
from apps.datasets.models import Sample
from apps.labeling import states
from apps.labeling.models import Assignment, Participant, TeamTask
from apps.teams.models import Member, Role, Team
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant


def _is_part_of(actor: Actor, subject: Any, *roles: Role) -> bool:
    return (
        isinstance(subject, Participant)
        and subject.active
        and actor.person is not None
        and subject.person_id == actor.person.pk
        and subject.role in roles
    )


@grants(Action.ANNOTATION_SUBMIT)
def labelers_may_submit(actor: Actor, subject: Any) -> bool:
    return _is_part_of(actor, subject, Role.LABELER)


@grants(Action.ANNOTATION_REVIEW)
def reviewers_may_review(actor: Actor, subject: Any) -> bool:
    return _is_part_of(actor, subject, Role.REVIEWER, Role.TEAM_MANAGER)


@grants(Action.SAMPLE_VIEW)
def people_at_work_see_the_files(actor: Actor, subject: Any) -> bool:
    """A labeler sees the files they were given; reviewers and team managers those of their task."""
    if not isinstance(subject, Sample) or actor.person is None:
        return False
    given = Q(participant__person=actor.person, participant__active=True)
    watched = Q(
        task__participants__person=actor.person,
        task__participants__active=True,
        task__participants__role__in=(Role.REVIEWER, Role.TEAM_MANAGER),
    )
    at_work = Assignment.objects.filter(given | watched, sample=subject, task__tenant__state=Tenant.State.ACTIVE)
    return at_work.exists()


@grants(Action.TASK_VIEW)
def participants_may_see_their_task(actor: Actor, subject: Any) -> bool:
    return _is_part_of(actor, subject, *Role)


@grants(
    Action.TASK_START,
    Action.TASK_NOTIFY,
    Action.ACCEPTANCE_VIEW,
    Action.ACCEPTANCE_START,
    Action.ACCEPTANCE_JUDGE,
    Action.ACCEPTANCE_COMPLETE,
)
def team_managers_may_run_the_task(actor: Actor, subject: Any) -> bool:
    return _is_part_of(actor, subject, Role.TEAM_MANAGER)


def _follows_data_set(action: Action) -> None:
    @grants(action)
    def a_task_is_shared_with_its_data_set(actor: Actor, subject: Any) -> bool:
        return isinstance(subject, TeamTask) and holds_grant(actor, subject.dataset, GRANTED_BY[action])


for _action in (
    Action.TASK_VIEW,
    Action.TASK_START,
    Action.TASK_UPDATE,
    Action.TASK_DELETE,
    Action.TASK_NOTIFY,
    Action.ANNOTATION_REVIEW,
):
    _follows_data_set(_action)


@forbids(Action.ANNOTATION_SUBMIT)
def answers_are_given_by_their_labeler(actor: Actor, subject: Any) -> str | None:
    """Refuses even admins: an answer under a labeler's name is that labeler's own."""
    if _is_part_of(actor, subject, Role.LABELER):
        return None
    return _("Only the labelers of the task hand in answers.")


@forbids(Action.ANNOTATION_REVIEW)
def never_your_own_work(actor: Actor, subject: Any) -> str | None:
    """Refuses a review of an answer that the reviewer gave."""
    if not isinstance(subject, Assignment) or subject.participant is None or actor.person is None:
        return None
    if subject.participant.person_id == actor.person.pk:
        return _("This is your own answer. Somebody else has to review it.")
    return None


@forbids(Action.MEMBER_DELETE)
def no_member_leaves_work_behind(actor: Actor, subject: Any) -> str | None:
    """Refuses to delete a member with assignments that are not accepted yet."""
    if not isinstance(subject, Member):
        return None
    for participant in Participant.objects.filter(member=subject, active=True).select_related("task"):
        if any(getattr(participant, state) for state in states.COUNTED if state != states.ACCEPTED):
            return _("%(member)s still has work in the team task '%(task)s'. Take them out of the task first.") % {
                "member": subject,
                "task": participant.task,
            }
    return None


@forbids(Action.TEAM_DELETE)
def no_team_with_tasks_is_deleted(actor: Actor, subject: Any) -> str | None:
    """Refuses to delete a team whose members take part in a task."""
    if not isinstance(subject, Team):
        return None
    participant = Participant.objects.filter(member__team=subject).select_related("task").first()
    if participant is None:
        return None
    return _("The team works on the team task '%(task)s'. Delete the task first.") % {"task": participant.task}
