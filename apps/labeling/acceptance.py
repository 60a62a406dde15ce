"""What acceptance, a higher app, adds to the operations on team tasks: it registers here, labeling calls."""

from __future__ import annotations

from typing import Any, Protocol

from apps.labeling.models import TeamTask
from apps.labeling.selectors import Seat

# States of samples on the wire that only a round of acceptance knows.
DRAWN_STATES = (
    "__WORKFORCE_SAMPLED__",
    "__WORKFORCE_SAMPLED_UNCHECK__",
    "__WORKFORCE_SAMPLED_CHECKED__",
    "__WORKFORCE_SAMPLED_ACCEPTED__",
    "__WORKFORCE_SAMPLED_REJECTED__",
)


class Additions(Protocol):
    def drawn_samples(self, seat: Seat, state: str, *, limit: int, page: int, marker: str) -> dict[str, Any]:
        """One page of drawn answers in one of `DRAWN_STATES`, as the list of a task's samples."""

    def task_facts(self, task: TeamTask) -> dict[str, Any]:
        """Fields of a task that speak of its acceptance."""


_registered: list[Additions] = []


def register(additions: Additions) -> None:
    if additions not in _registered:
        _registered.append(additions)


def drawn_samples(seat: Seat, state: str, *, limit: int, page: int = 0, marker: str = "") -> dict[str, Any]:
    for additions in _registered:
        return additions.drawn_samples(seat, state, limit=limit, page=page, marker=marker)
    return {"sample_count": 0, "samples": [], "next_marker": None}


def task_facts(task: TeamTask) -> dict[str, Any]:
    return {name: value for additions in _registered for name, value in additions.task_facts(task).items()}
