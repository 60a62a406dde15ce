"""Acceptance rounds and drawn answers as the wire contract writes them."""

from __future__ import annotations

from typing import Any

from apps.labeling.models import Assignment, TeamTask
from apps.labeling.wire import assignment_json
from apps.quality.models import Acceptance, Drawn
from apps.quality.selectors import Report, report, total_report
from apps.quality.states import CANCELLED, Method, Verdict

# Action codes of the wire that are no scope.
CANCEL = 2
LIST_CONFLICTS = 3

VERDICTS_BY_WIRE: dict[str, tuple[str, ...]] = {
    "__WORKFORCE_SAMPLED__": (),
    "__WORKFORCE_SAMPLED_UNCHECK__": (Verdict.UNJUDGED.value,),
    "__WORKFORCE_SAMPLED_CHECKED__": (Verdict.PASS.value, Verdict.FAIL.value),
    "__WORKFORCE_SAMPLED_ACCEPTED__": (Verdict.PASS.value,),
    "__WORKFORCE_SAMPLED_REJECTED__": (Verdict.FAIL.value,),
}
_STATUS_OF = {
    Verdict.UNJUDGED.value: "__WORKFORCE_SAMPLED_UNCHECK__",
    Verdict.PASS.value: "__WORKFORCE_SAMPLED_ACCEPTED__",
    Verdict.FAIL.value: "__WORKFORCE_SAMPLED_REJECTED__",
}


def drawn_json(drawn: Drawn, task: TeamTask) -> dict[str, Any]:
    """A drawn answer as a sample; `check_*` show the verdict, `sample_status` where it stands in the round."""
    return {
        **assignment_json(drawn.assignment, task.dataset, member=True),
        "sample_status": _STATUS_OF[drawn.verdict],
        "check_accept": None if drawn.verdict == Verdict.UNJUDGED else drawn.verdict == Verdict.PASS,
        "check_score": drawn.score,
        "check_comment": drawn.comment,
    }


def conflict_json(assignment: Assignment, task: TeamTask) -> dict[str, Any]:
    """An answer whose sample carries other labels already, as a sample."""
    return assignment_json(assignment, task.dataset, member=True)


def stats_json(counts: Report, *, task_id: str, acceptance: Acceptance | None = None) -> dict[str, Any]:
    """Counts as `CheckTaskStats`; `score` is the mean of the points that ratings give (A 4 to D 1)."""
    by_share = acceptance is not None and acceptance.method == Method.PERCENT
    share = counts.sampled / counts.lot_size if counts.lot_size else 0.0
    mean = counts.average_score
    return {
        "task_id": task_id,
        "total_sample_count": counts.lot_size,
        "sampled_sample_count": counts.sampled,
        "checked_sample_count": counts.judged,
        "unchecked_sample_count": counts.unjudged,
        "accepted_sample_count": counts.passed,
        "rejected_sample_count": counts.failed,
        "pass_rate": counts.pass_rate or 0.0,
        "sampling_num": counts.sampled,
        "sampling_rate": acceptance.rate if by_share and acceptance is not None else share,
        "score": "" if mean is None else f"{mean:.2f}",
        "total_score": counts.score_total,
    }


def report_json(acceptance: Acceptance) -> dict[str, Any]:
    """The counts of one round, and of all completed rounds of its task together."""
    task_id = acceptance.task.public_id
    return {
        "checking_stats": stats_json(report(acceptance), task_id=acceptance.public_id, acceptance=acceptance),
        "total_stats": stats_json(total_report(acceptance.task), task_id=task_id),
    }


def round_json(acceptance: Acceptance) -> dict[str, Any]:
    """A round as the `checking_task_desc` of its task."""
    action = CANCEL if acceptance.state == CANCELLED else acceptance.scope
    return {
        "checking_task_id": acceptance.public_id,
        **({} if action is None else {"action": action}),
        "overwrite_last_result": acceptance.overwrite,
        **report_json(acceptance),
    }
