"""What acceptance adds to the operations on team tasks: lists of drawn answers, and how a task's acceptance stands."""

from __future__ import annotations

from typing import Any

from apps.labeling import acceptance as labeling_acceptance
from apps.labeling.api.samples import sample_uuid
from apps.labeling.models import TeamTask
from apps.labeling.selectors import Seat
from apps.quality import selectors, wire
from apps.quality.models import Acceptance


def _position(acceptance: Acceptance, marker: str) -> int | None:
    """The position behind which the next page begins; the id of a drawn sample stands for its last position."""
    if not marker:
        return None
    if len(marker) < 10 and marker.isascii() and marker.isdecimal():
        return int(marker)
    last = selectors.drawn_of(acceptance, sample_uuid(marker, "marker")).last()
    return last.position if last else None


def drawn_samples(seat: Seat, state: str, *, limit: int, page: int, marker: str) -> dict[str, Any]:
    """One page of the drawn answers of the newest round, in the form of a list of samples."""
    acceptance = selectors.acceptances(seat).first()
    if acceptance is None:
        return {"sample_count": 0, "samples": [], "next_marker": None}
    verdicts = wire.VERDICTS_BY_WIRE[state]
    after = _position(acceptance, marker)
    rows, following = selectors.page_of_drawn(acceptance, verdicts=verdicts, limit=limit, after=after, page=page)
    counted = {"": acceptance.unjudged, "pass": acceptance.passed, "fail": acceptance.failed}
    return {
        "sample_count": sum(counted[verdict] for verdict in verdicts) if verdicts else acceptance.sampled,
        "samples": [wire.drawn_json(row, seat.task) for row in rows],
        "next_marker": None if following is None else str(following),
    }


def task_facts(task: TeamTask) -> dict[str, Any]:
    """The newest round as `checking_task_desc`, and what all completed rounds add up to."""
    newest = selectors.newest_acceptance(task)
    if newest is None:
        return {}
    total = selectors.total_report(task)
    return {
        "checking_task_desc": wire.round_json(newest),
        "check_rate": selectors.share(total.judged, total.lot_size) or 0.0,
        "pass_rate": total.pass_rate or 0.0,
        "score": total.average_score or 0.0,
    }


class _Additions:
    drawn_samples = staticmethod(drawn_samples)
    task_facts = staticmethod(task_facts)


labeling_acceptance.register(_Additions())
