"""Who may run an acceptance beside tenant admins and team managers, and what even they may not."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.access.actions import GRANTED_BY, Action
from apps.access.selectors import holds_grant
from apps.access.services import forbids, grants
from apps.labeling.models import Assignment, TeamTask
from apps.tenants.actors import Actor


def _follows_data_set(action: Action) -> None:
    @grants(action)
    def acceptance_is_shared_with_the_data_set(actor: Actor, subject: Any) -> bool:
        return isinstance(subject, TeamTask) and holds_grant(actor, subject.dataset, GRANTED_BY[action])


for _action in (
    Action.ACCEPTANCE_VIEW,
    Action.ACCEPTANCE_START,
    Action.ACCEPTANCE_JUDGE,
    Action.ACCEPTANCE_COMPLETE,
):
    _follows_data_set(_action)


@forbids(Action.ACCEPTANCE_JUDGE)
def never_judge_your_own_answer(actor: Actor, subject: Any) -> str | None:
    """Refuses a verdict on an answer that the judge gave."""
    if not isinstance(subject, Assignment) or subject.participant is None or actor.person is None:
        return None
    if subject.participant.person_id == actor.person.pk:
        return _("This is your own answer. Somebody else has to judge it.")
    return None
