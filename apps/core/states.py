"""A workflow as a literal table: documentation, check and test input in one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.core.errors import Conflict
from apps.core.texts import text as _


@dataclass(frozen=True)
class StateMachine:
    """`table` maps (state, action) to the next state.

    `sources(action)` serves bulk moves: `filter(state__in=machine.sources("submit")).update(state=...)`.
    """

    table: Mapping[tuple[str, str], str]
    labels: Mapping[str, Any] = field(default_factory=dict)

    def next_state(self, state: str, action: str) -> str:
        """The state after `action`; Conflict when the table has no such move."""
        try:
            return self.table[state, action]
        except KeyError:
            raise Conflict(
                _("'%(action)s' is not possible in the state '%(state)s'.") % {"action": action, "state": state}
            ) from None

    def allows(self, state: str, action: str) -> bool:
        return (state, action) in self.table

    def sources(self, action: str) -> list[str]:
        """The states from which `action` is possible."""
        return sorted({state for state, named in self.table if named == action})

    def states(self) -> set[str]:
        return {state for state, _action in self.table} | set(self.table.values())

    def apply(self, instance: Any, action: str, *, also: Mapping[str, Any] | None = None) -> None:
        """Move `instance` on (setting the fields of `also` with it), unless another request moved it first.

        A compare-and-swap: two racing requests cannot both win, and no lock is held.
        """
        target = self.next_state(instance.state, action)
        changes = dict(also or {})
        unmoved = type(instance)._base_manager.filter(pk=instance.pk, state=instance.state)
        if not unmoved.update(state=target, **changes):
            raise Conflict(_("'%(name)s' was changed meanwhile. Reload and try again.") % {"name": instance})
        instance.state = target
        for name, value in changes.items():
            setattr(instance, name, value)


def only(values: Iterable[str], machine: StateMachine) -> None:
    """Assert at import that `values` are states of `machine` (a typo in a table should not wait for a user)."""
    unknown = set(values) - machine.states()
    if unknown:
        raise ValueError(f"unknown states: {sorted(unknown)}")
