"""The workflow of a team task and of one assignment, and their codes on the wire."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.states import StateMachine, only

CREATED = "created"
STARTING = "starting"
RUNNING = "running"
DRAWING = "drawing"
ACCEPTANCE_OPEN = "acceptance_open"
SYNCING = "syncing"
TASK_ACCEPTED = "accepted"
TASK_REJECTED = "rejected"

# The actions from `draw` on belong to acceptance.
task_states = StateMachine(
    table={
        (CREATED, "start"): STARTING,
        (TASK_REJECTED, "start"): STARTING,
        (TASK_ACCEPTED, "start"): STARTING,
        (STARTING, "run"): RUNNING,
        (STARTING, "give_up"): CREATED,
        (RUNNING, "draw"): DRAWING,
        (TASK_REJECTED, "draw"): DRAWING,
        (TASK_ACCEPTED, "draw"): DRAWING,
        (DRAWING, "open"): ACCEPTANCE_OPEN,
        (DRAWING, "cancel"): RUNNING,
        (ACCEPTANCE_OPEN, "cancel"): RUNNING,
        (ACCEPTANCE_OPEN, "complete"): SYNCING,
        (SYNCING, "pass"): TASK_ACCEPTED,
        (SYNCING, "fail"): TASK_REJECTED,
    },
    labels={
        CREATED: pgettext_lazy("state of a task", "Created"),
        STARTING: _("Starting"),
        RUNNING: _("Running"),
        DRAWING: _("Drawing samples"),
        ACCEPTANCE_OPEN: _("Acceptance open"),
        SYNCING: _("Taking over results"),
        TASK_ACCEPTED: _("Accepted"),
        TASK_REJECTED: _("Rejected, to be relabelled"),
    },
)
TASK_WIRE = {
    STARTING: 0,
    RUNNING: 1,
    ACCEPTANCE_OPEN: 2,
    TASK_ACCEPTED: 3,
    TASK_REJECTED: 4,
    SYNCING: 5,
    CREATED: 6,
    DRAWING: 7,
}
# While a task is in one of these, the assignments of its newest lot are frozen.
ROUND_OPEN = frozenset({DRAWING, ACCEPTANCE_OPEN, SYNCING})

UNLABELLED = "unlabelled"
TO_CONFIRM = "to_confirm"
REJECTED = "rejected"
UNREVIEWED = "unreviewed"
UNCHECKED = "unchecked"
ACCEPTED = "accepted"

# `submit_for_review` where the task has reviewers, `submit` where it has none.
assignment_states = StateMachine(
    table={
        (UNLABELLED, "submit"): UNCHECKED,
        (TO_CONFIRM, "submit"): UNCHECKED,
        (REJECTED, "submit"): UNCHECKED,
        (UNREVIEWED, "submit"): UNCHECKED,
        (UNCHECKED, "submit"): UNCHECKED,
        (UNLABELLED, "submit_for_review"): UNREVIEWED,
        (TO_CONFIRM, "submit_for_review"): UNREVIEWED,
        (REJECTED, "submit_for_review"): UNREVIEWED,
        (UNREVIEWED, "submit_for_review"): UNREVIEWED,
        (UNCHECKED, "submit_for_review"): UNREVIEWED,
        (UNLABELLED, "withdraw"): UNLABELLED,
        (TO_CONFIRM, "withdraw"): UNLABELLED,
        (REJECTED, "withdraw"): UNLABELLED,
        (UNREVIEWED, "withdraw"): UNLABELLED,
        (UNCHECKED, "withdraw"): UNLABELLED,
        (UNREVIEWED, "approve"): UNCHECKED,
        (UNREVIEWED, "reject"): REJECTED,
        (UNCHECKED, "accept"): ACCEPTED,
        (UNCHECKED, "refuse"): REJECTED,
    },
    labels={
        UNLABELLED: _("Unlabelled"),
        TO_CONFIRM: _("To be confirmed"),
        REJECTED: _("Rejected"),
        UNREVIEWED: _("To be reviewed"),
        UNCHECKED: _("Approved"),
        ACCEPTED: _("Accepted"),
    },
)
ASSIGNMENT_WIRE = {
    UNLABELLED: "__NONE__",
    TO_CONFIRM: "__AUTO_ANNOTATION__",
    REJECTED: "__REJECTED__",
    UNREVIEWED: "__UNREVIEWED__",
    UNCHECKED: "__UNCHECK__",
    ACCEPTED: "__ACCEPTED__",
}
# The counters of a participant carry the names of these states.
COUNTED = (UNLABELLED, TO_CONFIRM, REJECTED, UNREVIEWED, UNCHECKED, ACCEPTED)
ANSWERED = (UNREVIEWED, UNCHECKED, ACCEPTED)
UNANSWERED = (UNLABELLED, TO_CONFIRM, REJECTED)

only(TASK_WIRE, task_states)
only(ASSIGNMENT_WIRE, assignment_states)
