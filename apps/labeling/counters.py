"""The counters of participants, moved in the transaction that moves their assignments."""

from __future__ import annotations

from collections import Counter, defaultdict

from django.db.models import BigIntegerField, F, IntegerField

from apps.core.prepared import PreparedUpdate, Slot
from apps.labeling.models import Participant
from apps.labeling.states import COUNTED

_count = PreparedUpdate(
    lambda: (
        Participant.objects.filter(pk=Slot("participant", BigIntegerField())),
        {state: F(state) + Slot(state, IntegerField()) for state in COUNTED},
    )
)


class Moves:
    """Collects moves of assignments between states, then writes one UPDATE for each participant concerned.

    `save` goes through the participants in the order of their keys, after the caller has locked its
    assignments, so that two writers never wait for each other crosswise.
    """

    def __init__(self) -> None:
        self._changes: defaultdict[int, Counter[str]] = defaultdict(Counter)

    def add(self, participant_id: int | None, source: str | None, target: str | None, count: int = 1) -> None:
        """`source` None: assignments handed out; `target` None: assignments taken back."""
        if participant_id is None or source == target:
            return
        if source is not None:
            self._changes[participant_id][source] -= count
        if target is not None:
            self._changes[participant_id][target] += count

    def save(self) -> None:
        for participant_id in sorted(self._changes):
            changes = self._changes[participant_id]
            if any(changes.values()):
                _count(participant=participant_id, **{state: changes[state] for state in COUNTED})
        self._changes.clear()
