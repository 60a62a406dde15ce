"""Users, groups and policies in the shapes of the identity API (Keystone v3 with the cloud's extensions)."""

from __future__ import annotations

from typing import Any

from apps.iam.selectors.policies import AnyPolicy
from apps.tenants.models import Group, Tenant, TenantUser

# What the cloud calls the scope of a policy: AX holds in the domain, XA in projects.
TYPE_OF = {"global": "AX", "project": "XA"}


def user_json(user: TenantUser) -> dict[str, Any]:
    person = user.person
    last = person.last_login
    return {
        "id": person.public_id,
        "name": person.login.rpartition("/")[2],
        "domain_id": user.tenant.public_id,
        "enabled": person.is_active,
        "email": person.email,
        "description": person.name,
        "is_domain_owner": user.is_admin,
        "pwd_status": not person.must_change_password,
        "create_time": person.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "last_login_time": last.strftime("%Y-%m-%dT%H:%M:%SZ") if last else None,
    }


def group_json(group: Group) -> dict[str, Any]:
    return {
        "id": group.public_id,
        "name": group.name,
        "domain_id": group.tenant.public_id,
        "description": group.description,
        "create_time": int(group.created_at.timestamp() * 1000),
    }


def role_json(policy: AnyPolicy, tenant: Tenant | None) -> dict[str, Any]:
    found = {
        "id": policy.public_id,
        "name": policy.name,
        "display_name": policy.name,
        "description": policy.description,
        "type": TYPE_OF[policy.document.scope],
        "catalog": "SYSTEM" if policy.is_system else "CUSTOMED",
        "domain_id": None if policy.is_system or tenant is None else tenant.public_id,
        "policy": policy.document.as_json(),
    }
    if policy.row is not None:
        found["created_time"] = str(int(policy.row.created_at.timestamp() * 1000))
        found["updated_time"] = str(int(policy.row.updated_at.timestamp() * 1000))
    return found
