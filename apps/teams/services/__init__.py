"""Every write of this app: teams, members, invitations."""

from apps.teams.services.invitations import TaskNotice, invite, mark_signed_in, redeem_invitation
from apps.teams.services.members import add_members, delete_members, update_member
from apps.teams.services.teams import create_team, delete_team, update_team

__all__ = [
    "TaskNotice",
    "add_members",
    "create_team",
    "delete_members",
    "delete_team",
    "invite",
    "mark_signed_in",
    "redeem_invitation",
    "update_member",
    "update_team",
]
