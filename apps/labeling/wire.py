"""Team tasks, assignments and parts in tasks as the wire contract writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from apps.core.errors import Conflict, Invalid, TagoraError
from apps.datasets.models import Dataset
from apps.datasets.selectors.labels import labels_of
from apps.labeling import states
from apps.labeling.models import Assignment, Participant, TeamTask
from apps.labeling.remarks import worded
from apps.labeltypes import LabelType, label_types
from apps.labeltypes.wire import NOTHING, to_wire
from apps.teams.models import Role
from apps.teams.wire import ROLE_CODES, member_json, milliseconds

SAMPLE_TYPES = {"image": 0, "text": 1, "audio": 2, "table": 4, "video": 6}
STATES_BY_WIRE: dict[str, tuple[str, ...]] = {
    "__ALL__": states.ANSWERED,
    "__REVIEWED__": (states.UNCHECKED,),
    **{code: (state,) for state, code in states.ASSIGNMENT_WIRE.items()},
}
# The names that statistics give to the states of assignments.
COUNTER_NAMES = {
    states.UNLABELLED: "un_annotation",
    states.TO_CONFIRM: "auto_annotation",
    states.REJECTED: "rejected",
    states.UNREVIEWED: "unreviewed",
    states.UNCHECKED: "uncheck",
    states.ACCEPTED: "accepted",
}


def labels_json(assignment: Assignment, dataset: Dataset) -> list[dict[str, Any]]:
    """The answer as a `labels` list; marks whose label was deleted meanwhile are left out."""
    return to_wire(labels_of(dataset).decode(assignment.annotation), label_types.get(dataset.label_type))


def assignment_json(assignment: Assignment, dataset: Dataset, *, member: bool = False) -> dict[str, Any]:
    """One sample of a task as somebody sees it; `member` adds who the labeler is (needs participant and member)."""
    sample = assignment.sample
    kind: LabelType = label_types.get(dataset.label_type)
    media = f"/media/{dataset.public_id}/{sample.pk.hex}"
    folder = sample.source.rpartition("/")[0]
    shown: dict[str, Any] = {
        "sample_id": sample.pk.hex,
        "sample_name": sample.name,
        "sample_dir": f"{folder}/",
        "sample_size": sample.size,
        "sample_time": milliseconds(sample.created_at),
        "sample_type": SAMPLE_TYPES[kind.sample_kind],
        "sample_status": states.ASSIGNMENT_WIRE[assignment.state],
        "sample_data": [media],
        "thumbnail": f"{media}/thumbnail?size=256",
        "source": media,
        "labels": to_wire(labels_of(dataset).decode(assignment.annotation), kind),
        NOTHING: assignment.nothing_here,
        "metadata": _metadata(sample.width, sample.height, sample.depth),
        "revision": assignment.revision,
        "review_accept": assignment.review_accept,
        "review_score": assignment.review_score,
        "review_comment": assignment.review_comment,
        "check_accept": assignment.check_accept,
        "check_score": assignment.check_score,
        "check_comment": worded(assignment.check_comment),
    }
    if member and assignment.participant is not None:
        labeler = assignment.participant.member
        shown["worker_id"] = labeler.public_id
        shown["labelers"] = [{"worker_id": labeler.public_id, "email": labeler.email}]
    return shown


def _metadata(width: int | None, height: int | None, depth: int | None) -> dict[str, Any]:
    return {"@modelarts:size": [width, height, depth]} if width and height else {}


def counts_json(counts: Mapping[str, int]) -> dict[str, int]:
    """Counters under the names that statistics and metrics use, with their `total`."""
    named = {name: counts[state] for state, name in COUNTER_NAMES.items()}
    return {"total": sum(named.values()), **named}


def sample_stats_json(counts: Mapping[str, int]) -> dict[str, int]:
    """Counters as the `SampleStats` of a task."""
    return {
        "total_sample_count": sum(counts.values()),
        "unannotated_sample_count": counts[states.UNLABELLED],
        "auto_annotation_sample_count": counts[states.TO_CONFIRM],
        "rejected_sample_count": counts[states.REJECTED],
        "unreviewed_sample_count": counts[states.UNREVIEWED],
        "uncheck_sample_count": counts[states.UNCHECKED],
        "accepted_sample_count": counts[states.ACCEPTED],
        "sampled_sample_count": 0,
        "deleted_sample_count": 0,
    }


def task_json(task: TeamTask, people: Iterable[Participant] = ()) -> dict[str, Any]:
    """A task; `people` (with member and team) fill `workforces_config`."""
    return {
        "task_id": task.public_id,
        "task_name": task.name,
        "dataset_id": task.dataset.public_id,
        "description": task.description,
        "status": states.TASK_WIRE[task.state],
        "repetition": task.repetition,
        "auto_sync_dataset": True,
        "synchronize_data": task.auto_assign,
        "synchronize_auto_labeling_data": False,
        "create_time": milliseconds(task.created_at),
        "update_time": milliseconds(task.updated_at),
        "workforces_config": {"workforces": _workforces(people)},
    }


def _workforces(people: Iterable[Participant]) -> list[dict[str, Any]]:
    teams: dict[str, dict[str, Any]] = {}
    for participant in people:
        if participant.active:
            team = participant.member.team
            entry = teams.setdefault(
                team.public_id, {"workforce_id": team.public_id, "workforce_name": team.name, "workers": []}
            )
            entry["workers"].append({**member_json(participant.member), "role": ROLE_CODES[participant.role]})
    return list(teams.values())


def workforce_stats_json(people: Iterable[Participant]) -> dict[str, int]:
    present = [participant for participant in people if participant.active]
    return {
        "workforce_count": len({participant.member.team_id for participant in present}),
        "labeler_count": sum(participant.role == Role.LABELER for participant in present),
        "reviewer_count": sum(participant.role == Role.REVIEWER for participant in present),
    }


def part_json(participant: Participant, counts: Mapping[str, int]) -> dict[str, Any]:
    """A part in a task as the list of a worker's tasks shows it."""
    task = participant.task
    return {
        "worker_id": participant.member.public_id,
        "email": participant.member.email,
        "email_status": 0 if participant.notified_at is None else 3,
        "last_notify_time": milliseconds(participant.notified_at),
        "role": ROLE_CODES[participant.role],
        "task_id": task.public_id,
        "workforce_task_name": task.name,
        "dataset_id": task.dataset.public_id,
        "dataset_type": label_types.get(task.dataset.label_type).wire_code,
        "task_status": states.TASK_WIRE[task.state],
        "sample_stats": sample_stats_json(counts),
        "create_time": milliseconds(participant.created_at),
        "update_time": milliseconds(participant.updated_at),
    }


def label_stats_json(dataset: Dataset, annotations: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """How often each label of the data set occurs in answers: `count` marks in `sample_count` answers."""
    marks: Counter[int] = Counter()
    answers: Counter[int] = Counter()
    for annotation in annotations:
        used = [mark["label"] for mark in annotation]
        marks.update(used)
        answers.update(set(used))
    code = label_types.get(dataset.label_type).wire_code
    return [
        {
            "name": spec.name,
            "type": code,
            "property": {"@modelarts:color": spec.color},
            "count": marks[spec.id],
            "sample_count": answers[spec.id],
        }
        for spec in labels_of(dataset)
    ]


class Outcome(Protocol):
    """What became of one submission or review."""

    @property
    def sample_id(self) -> UUID: ...
    @property
    def assignment(self) -> Assignment | None: ...
    @property
    def error(self) -> TagoraError | None: ...


def results_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The answer to a batch of submissions or reviews: one result each, in the order asked."""
    results = [_result_json(outcome.sample_id, outcome.assignment, outcome.error) for outcome in outcomes]
    return {"success": all(result["success"] for result in results), "results": results}


def _result_json(sample_id: UUID, assignment: Assignment | None, error: TagoraError | None) -> dict[str, Any]:
    """A conflict shows what is stored, so that a client can compare."""
    result: dict[str, Any] = {"success": error is None, "sample_id": sample_id.hex}
    if error is not None:
        place = f"{error.field}: " if isinstance(error, Invalid) and error.field else ""
        result |= {"error_code": error.code, "error_msg": f"{place}{error}"}
        if isinstance(error, Conflict) and assignment is not None:
            labels = labels_json(assignment, assignment.task.dataset)
            result["conflict"] = {
                "labels": labels,
                NOTHING: assignment.nothing_here,
                "revision": assignment.revision,
            }
    elif assignment is not None:
        result |= {"revision": assignment.revision, "sample_status": states.ASSIGNMENT_WIRE[assignment.state]}
    return result
