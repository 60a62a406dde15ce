"""Every address of the server, taken from the resolver, with the ids of a tenant put in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from apps.audit.models import AuditEvent
from tests.tenancy.world import ABSENT_HEX, ABSENT_ID, ABSENT_PK, World

METHODS_OF_API = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# A page knows reading and posting; one further method shows that it refuses the rest.
METHODS_OF_PAGES = ("GET", "POST", "DELETE", "OPTIONS")
_PART = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Address:
    """One address with its open parts: `v2/<str:project_id>/datasets/<str:dataset_id>`."""

    route: str
    name: str

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(match[2] for match in _PART.finditer(self.route))

    @property
    def methods(self) -> tuple[str, ...]:
        return METHODS_OF_API if self.in_api else METHODS_OF_PAGES

    @property
    def in_api(self) -> bool:
        return self.route.startswith(("v2/", "v3", "api/"))

    @property
    def names_an_object(self) -> bool:
        return bool(set(self.parts) - {"project_id"})

    def path(self, values: dict[str, str]) -> str:
        return "/" + _PART.sub(lambda match: values[match[2]], self.route)


def _walk(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[Address]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield Address(route, pattern.name or "")


def addresses() -> list[Address]:
    """All of them; one that is added tomorrow is among them."""
    return list(_walk(get_resolver().url_patterns))


def real_values(address: Address, world: World) -> dict[str, str]:
    """The ids that a tenant's own people would put in. KeyError for a part that nobody has taught the sweep."""
    known = {
        "project_id": world.customer.project.public_id,
        "dataset_id": world.dataset.public_id,
        "version_id": world.version.public_id,
        "label_name": "cat",
        "name": "cat",
        "sample": world.sample.pk.hex,
        "sample_id": world.sample.pk.hex,
        "team_id": world.team.public_id,
        "member_id": world.members[0].public_id,
        "acceptance_id": world.acceptance.public_id,
        # What is shared; of a job, which is called so elsewhere, too.
        "kind": "job",
        "public_id": world.job.public_id,
        "job_id": world.job.public_id,
        "trace_id": _newest_event(world) if "trace_id" in address.parts else "",
        "bucket": world.customer.bucket.name,
        "user_id": world.user.public_id,
        "group_id": world.group.public_id,
        "policy_id": world.policy.public_id,
        "role_id": world.policy.public_id,
        "attachment_id": str(world.attachment.pk),
        "invitation_id": world.invitation.public_id,
        "domain_id": world.customer.tenant.public_id,
        "tenant_id": world.customer.tenant.public_id,
        "agency_id": world.agency.public_id,
        "visit_id": world.visit.public_id,
        "decision": "end",
        "pk": str(world.mail.pk),
        "credential_id": (world.personal_token if "tokens" in address.route else world.access_key).public_id,
        "task_id": world.job.public_id if "import-tasks" in address.route else world.task.public_id,
        # An invitation's token is a secret of its own; that of a stranger is not known to anybody who looks here.
        "token": "x" * 43,
    }
    return {part: known[part] for part in address.parts}


def _newest_event(world: World) -> str:
    return AuditEvent.objects.filter(tenant_id=world.customer.tenant.pk).latest("pk").pk.hex


def absent_values(address: Address, *, project_id: str) -> dict[str, str]:
    """Well-formed ids of things that do not exist, in a project that may."""
    known = {
        "project_id": project_id,
        "label_name": "cat",
        "name": "cat",
        "sample": ABSENT_HEX,
        "sample_id": ABSENT_HEX,
        "member_id": ABSENT_HEX,
        "user_id": ABSENT_HEX,
        "trace_id": ABSENT_HEX,
        "bucket": "no-such-bucket",
        "group_id": ABSENT_HEX,
        "policy_id": ABSENT_HEX,
        "role_id": ABSENT_HEX,
        "attachment_id": str(ABSENT_PK),
        "invitation_id": ABSENT_HEX,
        "domain_id": ABSENT_HEX,
        "tenant_id": ABSENT_HEX,
        "agency_id": ABSENT_HEX,
        "visit_id": ABSENT_HEX,
        "decision": "end",
        "kind": "job",
        "pk": str(ABSENT_PK),
        "token": "x" * 43,
    }
    return {part: known.get(part, ABSENT_ID) for part in address.parts}
