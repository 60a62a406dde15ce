"""Teams and members as the wire contract writes them (workforces and workers there)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.core.errors import TagoraError
from apps.teams import states
from apps.teams.models import Member, Role, Team

ROLES = {0: Role.LABELER, 1: Role.REVIEWER, 2: Role.TEAM_MANAGER}
ROLE_CODES = {role.value: code for code, role in ROLES.items()}
STATE_CODES = {states.NOT_INVITED: 0, states.MAIL_SENT: 1, states.SIGNED_IN: 2, states.DELETED: 3}


def milliseconds(moment: datetime | None) -> int | None:
    """Milliseconds since 1970-01-01 UTC."""
    return None if moment is None else int(moment.timestamp() * 1000)


def team_json(team: Team) -> dict[str, Any]:
    return {
        "workforce_id": team.public_id,
        "workforce_name": team.name,
        "description": team.description,
        # Annotated by `selectors.teams`.
        "worker_count": getattr(team, "member_count", 0),
        "workspace_id": "0",
        "create_time": milliseconds(team.created_at),
        "update_time": milliseconds(team.updated_at),
    }


def member_json(member: Member) -> dict[str, Any]:
    return {
        "worker_id": member.public_id,
        "workforce_id": member.team.public_id,
        "email": member.email,
        "description": member.description,
        "role": ROLE_CODES[member.role],
        "status": STATE_CODES[member.state],
        "create_time": milliseconds(member.created_at),
        "update_time": milliseconds(member.updated_at),
    }


def batch_json(errors: list[TagoraError | None]) -> dict[str, Any]:
    """The answer of an operation on several things: one result each, in the order asked."""
    results: list[dict[str, Any]] = [
        {"success": True} if error is None else {"success": False, "error_code": error.code, "error_msg": str(error)}
        for error in errors
    ]
    return {"success": all(result["success"] for result in results), "results": results}
