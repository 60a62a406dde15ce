"""What can be allowed: actions with their kind of resource, and the services that they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Literal

from apps.policies.conditions import KEYS, ConditionKey
from apps.policies.patterns import matcher

Access = Literal["read", "list", "write", "permission"]
Scope = Literal["project", "global"]

# Where a service's rights hold: in one project, or in all of the tenant. A policy keeps to one of the two.
SCOPES: dict[str, Scope] = {"modelarts": "project", "obs": "global", "iam": "global", "cts": "global"}


@dataclass(frozen=True, slots=True)
class CatalogueAction:
    """`resource_type` is what the action is done to, empty where there is no one object (a list of buckets).

    `depends` names the actions that it makes use of: who may import into a data set, but not read the folder, cannot.
    """

    name: str
    resource_type: str
    access: Access
    title: str
    depends: tuple[str, ...] = ()

    @property
    def service(self) -> str:
        return self.name.partition(":")[0]


class Catalogue:
    """The table of actions. Iterates in the order of the table."""

    def __init__(self, actions: Iterable[CatalogueAction]) -> None:
        self._actions = {action.name: action for action in actions}
        self.services = tuple(sorted({action.service for action in self}))
        self.matching = lru_cache(maxsize=2048)(self._matching)

    def __iter__(self) -> Iterator[CatalogueAction]:
        return iter(self._actions.values())

    def __len__(self) -> int:
        return len(self._actions)

    def __contains__(self, name: object) -> bool:
        return name in self._actions

    def __getitem__(self, name: str) -> CatalogueAction:
        return self._actions[name]

    def _matching(self, pattern: str) -> tuple[str, ...]:
        """The names that a pattern of a policy stands for; empty when there is none."""
        if pattern in self._actions:
            return (pattern,)
        fits = matcher(pattern)
        return tuple(name for name in self._actions if fits(name))

    def resource_types(self, service: str) -> tuple[str, ...]:
        """What a resource of the service can be, in the order of the table."""
        return tuple(dict.fromkeys(one.resource_type for one in self if one.service == service and one.resource_type))

    @property
    def condition_keys(self) -> tuple[ConditionKey, ...]:
        """The keys that conditions of these services may ask about."""
        return tuple(key for key in KEYS if not key.service or key.service in self.services)

    def like(self, name: str) -> str:
        """The action that somebody may have meant, or nothing."""
        return next(iter(get_close_matches(name, list(self._actions), n=1, cutoff=0.75)), "")
