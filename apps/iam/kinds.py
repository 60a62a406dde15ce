"""What policies call users, groups and policies: `iam:region:tenant:user:ID`.

The rows belong to apps below `access`, which know nothing of policies; so their names are given here.
"""

from __future__ import annotations

from apps.access.actions import Action
from apps.access.models import Policy
from apps.access.resources import ResourceKind
from apps.tenants.models import Group, TenantUser

SERVICE = "iam"
POLICY = "policy"


def name_rows() -> None:
    """Called once, when all models are known."""
    kinds = {
        TenantUser: ResourceKind("user", view=Action.USER_VIEW, service=SERVICE, identifier="person__public_id"),
        Group: ResourceKind("group", view=Action.GROUP_VIEW, service=SERVICE),
        Policy: ResourceKind(POLICY, view=Action.POLICY_VIEW, service=SERVICE),
    }
    for model, kind in kinds.items():
        model.resource = kind  # type: ignore[attr-defined]
