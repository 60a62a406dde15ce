"""The actor: who does something, for which tenant, in which project, and how they came in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from apps.accounts.models import Person
from apps.tenants.models import Project, Tenant

if TYPE_CHECKING:
    from apps.policies.evaluation import PolicySet


@dataclass(frozen=True)
class Actor:
    """`person` is None for a visitor and for the system; `tenant` is None for a worker until a task binds them.

    `via` is "page", "api" or "system". `is_admin` holds within `tenant` only. `credential` names what they came in
    with, for the audit log; `mfa` that a second factor was shown. `bounds`, where set, narrow what the person may do: a
    token made for few actions, or the agency (`agency`) under which somebody of the tenant `home` acts here.
    """

    person: Person | None = None
    tenant: Tenant | None = None
    project: Project | None = None
    is_admin: bool = False
    via: str = "page"
    source_ip: str = ""
    request_id: str = ""
    user_agent: str = ""
    credential: str = ""
    mfa: bool = False
    bounds: PolicySet | None = None
    agency: str = ""
    home: Tenant | None = None

    @property
    def is_worker(self) -> bool:
        return self.person is not None and self.person.kind == Person.Kind.WORKER

    @property
    def is_system(self) -> bool:
        return self.via == "system"

    def within(self, tenant: Tenant, project: Project | None = None) -> Actor:
        """The same person in a tenant that they were found to take part in; never as an admin of a foreign one."""
        same = self.tenant is not None and self.tenant.pk == tenant.pk
        return replace(self, tenant=tenant, project=project, is_admin=self.is_admin and same)

    @classmethod
    def system(cls, tenant: Tenant, project: Project | None = None, person: Person | None = None) -> Actor:
        """The server itself, working for a tenant; `person` is on whose behalf."""
        return cls(person=person, tenant=tenant, project=project, is_admin=True, via="system")


VISITOR = Actor()
