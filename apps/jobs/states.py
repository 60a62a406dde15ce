"""The life of a job."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.states import StateMachine

JOB = StateMachine(
    table={
        ("queued", "start"): "running",
        ("queued", "stop"): "stopped",
        ("running", "requeue"): "queued",
        ("running", "complete"): "completed",
        ("running", "fail"): "failed",
        ("running", "stop"): "stopped",
        ("failed", "retry"): "queued",
        ("stopped", "retry"): "queued",
    },
    labels={
        "queued": _("Queued"),
        "running": _("Running"),
        "completed": _("Completed"),
        "failed": _("Failed"),
        "stopped": _("Stopped"),
    },
)
ACTIVE = ("queued", "running")
