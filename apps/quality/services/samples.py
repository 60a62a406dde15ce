"""Freezing the lot of a round and drawing from it, in batches that a job strings together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db import transaction
from django.db.models import F, Q

from apps.core.news import announce
from apps.labeling import states as labeling_states
from apps.labeling.models import Assignment
from apps.quality import drawing
from apps.quality.models import Acceptance, Drawn
from apps.quality.selectors import lot
from apps.quality.states import DRAWING

BATCH = 1000


def _still_drawing(acceptance: Acceptance) -> bool:
    """Whether the round was not cancelled meanwhile; holds it until the end of the transaction."""
    return Acceptance.objects.select_for_update(no_key=True).get(pk=acceptance.pk).state == DRAWING


@transaction.atomic
def freeze(acceptance: Acceptance, *, after: int) -> tuple[int | None, int]:
    """Put the next answers behind the primary key `after` into the lot; no labeler can change them from then on.

    Answers the last key and how many there were, (None, 0) at the end. Every key is passed once, so that labelers
    who go on handing in cannot keep the job busy for ever.
    """
    if not _still_drawing(acceptance):
        return None, 0
    # A lot below this one belongs to a cancelled round and holds nothing.
    free = Q(lot=None) | Q(lot__lt=acceptance.number)
    keys = list(
        Assignment.objects.filter(free, task_id=acceptance.task_id, state=labeling_states.UNCHECKED, pk__gt=after)
        .select_for_update()
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    )
    if not keys:
        return None, 0
    Assignment.objects.filter(pk__in=keys).update(lot=acceptance.number)
    return keys[-1], len(keys)


def draw_limit(acceptance: Acceptance, *, beat: Callable[[], None]) -> int:
    """The cutoff of the draw; reads the frozen lot twice and calls `beat` on the way."""
    size = drawing.sample_size(lot(acceptance).count(), rate=acceptance.rate, number=acceptance.size)
    return drawing.cutoff(acceptance.seed, lambda: _keys(acceptance, beat), size)


def _keys(acceptance: Acceptance, beat: Callable[[], None]) -> Iterator[int]:
    after = 0
    while True:
        keys = list(lot(acceptance).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[: 10 * BATCH])
        if not keys:
            return
        yield from keys
        after = keys[-1]
        beat()


@transaction.atomic
def draw(acceptance: Acceptance, *, cutoff: int, after: int, position: int) -> tuple[int | None, int]:
    """Store which of the next answers of the lot are drawn, those at and below the cutoff.

    `position` is how many were drawn before. Answers the last key looked at and how many were drawn, (None, 0) at
    the end.
    """
    if not _still_drawing(acceptance):
        return None, 0
    keys = list(lot(acceptance).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not keys:
        return None, 0
    chosen = [key for key in keys if drawing.is_drawn(acceptance.seed, key, cutoff)]
    Drawn.objects.bulk_create(
        Drawn(tenant_id=acceptance.tenant_id, acceptance=acceptance, assignment_id=key, position=position + index)
        for index, key in enumerate(chosen, start=1)
    )
    Acceptance.objects.filter(pk=acceptance.pk).update(sampled=F("sampled") + len(chosen))
    announce(acceptance.topic)
    return keys[-1], len(chosen)
