"""What policies allow of a list: clauses that become one query, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apps.policies.conditions import Condition, Context
from apps.policies.patterns import matches


@dataclass(frozen=True, slots=True)
class Clause:
    """Resources whose id fits one of `ids` (None: any id) and for which all conditions hold.

    The conditions ask about the resource only: its tags, its type, whose work it is.
    """

    ids: tuple[str, ...] | None = None
    conditions: tuple[Condition, ...] = ()

    @property
    def unbounded(self) -> bool:
        return self.ids is None and not self.conditions

    def holds(self, resource_id: str, context: Context) -> bool:
        named = self.ids is None or any(matches(pattern, resource_id) for pattern in self.ids)
        return named and all(condition.holds(context) for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class ListFilter:
    """The resources in one of `allow` and in none of `deny`."""

    allow: tuple[Clause, ...]
    deny: tuple[Clause, ...]

    @classmethod
    def of(cls, allow: Iterable[Clause], deny: Iterable[Clause]) -> ListFilter:
        """Without clauses that say nothing beside the others. What is denied stays also where nothing is allowed here:
        it binds those whom something else than a policy allows.
        """
        return cls(_needed(allow), _needed(deny))

    @property
    def nothing(self) -> bool:
        return not self.allow or any(clause.unbounded for clause in self.deny)

    @property
    def everything(self) -> bool:
        return not self.deny and any(clause.unbounded for clause in self.allow)

    def admits(self, resource_id: str, context: Context) -> bool:
        """The answer for one resource; `context` has what the conditions ask about it."""
        return any(clause.holds(resource_id, context) for clause in self.allow) and not any(
            clause.holds(resource_id, context) for clause in self.deny
        )


def _needed(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    found = tuple(dict.fromkeys(clauses))
    return tuple(clause for clause in found if clause.unbounded)[:1] or found
