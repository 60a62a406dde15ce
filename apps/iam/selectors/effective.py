"""What a user's rights come to: every action of the catalogue, allowed, denied or under conditions, and by what.

Worked out from the policies as they are written, without a particular request: the simulator answers those.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.access.catalogue import CATALOGUE
from apps.access.models import Attachment
from apps.iam.selectors.policies import AnyPolicy, holding
from apps.policies.catalogue import CatalogueAction
from apps.policies.patterns import matches
from apps.policies.statements import EVERYTHING, Statement
from apps.tenants.actors import Actor
from apps.tenants.models import Project, TenantUser

ALLOWED, CONDITIONAL, DENIED = "allowed", "conditional", "denied"


@dataclass(frozen=True)
class Source:
    """The statement that an answer comes from, and how the policy came to the user."""

    policy: AnyPolicy
    number: int
    statement: Statement
    attachment: Attachment

    @property
    def always(self) -> bool:
        """Whether it speaks of every resource and asks for nothing."""
        return not self.statement.conditions and set(EVERYTHING) <= set(self.statement.resources)


@dataclass(frozen=True)
class EffectiveRight:
    """`state` is allowed, conditional (only some resources or requests) or denied; `reason` where no policy says so."""

    action: CatalogueAction
    state: str
    sources: tuple[Source, ...]
    reason: str = ""


@dataclass(frozen=True)
class RightsOfType:
    """All actions on one type of resource."""

    service: str
    resource_type: str
    rights: tuple[EffectiveRight, ...]

    def count(self, state: str) -> int:
        return sum(right.state == state for right in self.rights)

    @property
    def allowed(self) -> int:
        return self.count(ALLOWED)

    @property
    def conditional(self) -> int:
        return self.count(CONDITIONAL)

    @property
    def denied(self) -> int:
        return self.count(DENIED)


def rights_of(actor: Actor, user: TenantUser, project: Project | None) -> list[RightsOfType]:
    """Every action of the catalogue for a user in a project, by type of resource."""
    sources = list(_sources(holding(actor, user.person, project)))
    found: dict[tuple[str, str], list[EffectiveRight]] = {}
    for action in CATALOGUE:
        about = [source for source in sources if any(matches(one, action.name) for one in source.statement.actions)]
        right = _right(action, about, is_admin=user.is_admin)
        found.setdefault((action.service, action.resource_type), []).append(right)
    return [RightsOfType(service, kind, tuple(rights)) for (service, kind), rights in found.items()]


def _sources(held: Sequence[tuple[Attachment, AnyPolicy]]) -> Iterator[Source]:
    for attachment, policy in held:
        for number, statement in enumerate(policy.document.statements, start=1):
            yield Source(policy, number, statement, attachment)


def _right(action: CatalogueAction, about: Sequence[Source], *, is_admin: bool) -> EffectiveRight:
    denying = tuple(source for source in about if source.statement.effect == "Deny")
    allowing = tuple(source for source in about if source.statement.effect == "Allow")
    if is_admin and action.service == "iam":
        return EffectiveRight(action, ALLOWED, (), _("admin of the tenant"))
    forbidden = [source for source in denying if source.always]
    if forbidden:
        return EffectiveRight(action, DENIED, (forbidden[0],))
    if is_admin:
        state = CONDITIONAL if denying else ALLOWED
        return EffectiveRight(action, state, denying, _("admin of the tenant"))
    if not allowing:
        return EffectiveRight(action, DENIED, (), _("nothing allows it"))
    free = tuple(source for source in allowing if source.always)
    if free and not denying:
        return EffectiveRight(action, ALLOWED, free[:1])
    return EffectiveRight(action, CONDITIONAL, (*(free[:1] or allowing), *denying))
