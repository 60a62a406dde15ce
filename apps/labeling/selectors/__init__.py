"""Every read of this app: tasks, seats, and the assignments that may be seen from a seat."""

from apps.labeling.selectors.seats import (
    Seat,
    TaskPath,
    get_participation,
    get_seat,
    get_task,
    participants,
    participants_by_task,
    participations,
    progress,
    seat_of,
    summed,
    tasks,
)
from apps.labeling.selectors.work import (
    answers,
    assignments,
    counts_seen,
    filtered_assignments,
    get_assignment,
    lock_assigned,
    next_of_labeler,
    page_of_assignments,
)

__all__ = [
    "Seat",
    "TaskPath",
    "answers",
    "assignments",
    "counts_seen",
    "filtered_assignments",
    "get_assignment",
    "get_participation",
    "get_seat",
    "get_task",
    "lock_assigned",
    "next_of_labeler",
    "page_of_assignments",
    "participants",
    "participants_by_task",
    "participations",
    "progress",
    "seat_of",
    "summed",
    "tasks",
]
