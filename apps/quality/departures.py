"""What happens here when samples are deleted: they leave the rounds that hold answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, F, Q

from apps.datasets.models import Dataset
from apps.datasets.services.hooks import samples_removed
from apps.quality.models import Acceptance, Drawn
from apps.quality.selectors import lot
from apps.quality.services.verdicts import POINTS
from apps.quality.states import DRAWING, OPEN, Verdict


def leave_open_rounds(dataset: Dataset, sample_ids: Sequence[UUID]) -> None:
    """Take the answers to these samples out of the counts of rounds under way, before the rows go.

    A round that is still drawing counts when it opens; taking its lock lets it count after the rows are gone.
    """
    rounds = Acceptance.objects.filter(task__dataset=dataset, state__in=(DRAWING, OPEN))
    for acceptance in rounds.select_for_update(no_key=True, of=("self",)).order_by("pk"):
        if acceptance.state != OPEN:
            continue
        gone = Drawn.objects.filter(acceptance=acceptance, assignment__sample__in=sample_ids).aggregate(
            sampled=Count("pk"),
            passed=Count("pk", filter=Q(verdict=Verdict.PASS)),
            failed=Count("pk", filter=Q(verdict=Verdict.FAIL)),
            **{score: Count("pk", filter=Q(score=score)) for score in POINTS},
        )
        Acceptance.objects.filter(pk=acceptance.pk).update(
            lot_size=F("lot_size") - lot(acceptance).filter(sample__in=sample_ids).count(),
            sampled=F("sampled") - gone["sampled"],
            judged=F("judged") - gone["passed"] - gone["failed"],
            passed=F("passed") - gone["passed"],
            failed=F("failed") - gone["failed"],
            score_total=F("score_total") - sum(points * gone[score] for score, points in POINTS.items()),
        )


samples_removed.append(leave_open_rounds)
