"""Who may do what with teams beside tenant admins: people with whom the team was shared."""

from __future__ import annotations

from typing import Any

from apps.access.actions import GRANTED_BY, Action
from apps.access.selectors import holds_grant
from apps.access.services import grants
from apps.tenants.actors import Actor


def _follows_team(action: Action) -> None:
    @grants(action)
    def a_member_is_shared_with_its_team(actor: Actor, member: Any) -> bool:
        team = getattr(member, "team", None)
        return team is not None and holds_grant(actor, team, GRANTED_BY[action])


for _action in (Action.MEMBER_VIEW, Action.MEMBER_UPDATE, Action.MEMBER_DELETE):
    _follows_team(_action)
