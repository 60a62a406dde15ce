"""Acceptance rounds, and the answers drawn in them."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models

from apps.core.ids import public_id
from apps.labeling.models import Assignment, TeamTask
from apps.quality.states import DRAWING, Method, Scope, Verdict, acceptance_states
from apps.tenants.models import TenantOwned


def draw_seed() -> str:
    return secrets.token_hex(16)


class Acceptance(TenantOwned):
    """One round of sampling acceptance of a team task.

    `number` is that of the lot: the answers that wait for acceptance when the round starts. An answer whose `lot`
    is the number of a cancelled round is held by nothing. `seed` and `cutoff` repeat the draw: see `drawing`.
    `sampled`, `judged`, `passed`, `failed` and `score_total` count the drawn rows, and are written under the lock of
    this row. `report` says what became of the lot: `accepted`, `refused`, `labelled`, `overwritten`, `kept`.
    """

    resource_parent = "task"

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    task = models.ForeignKey(TeamTask, on_delete=models.CASCADE, related_name="acceptances", db_index=False)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=acceptance_states.labels.items(), default=DRAWING)
    method = models.CharField(max_length=8, choices=Method.choices)
    rate = models.FloatField(null=True, blank=True)
    size = models.PositiveIntegerField(null=True, blank=True)
    seed = models.CharField(max_length=32, default=draw_seed, editable=False)
    cutoff = models.CharField(max_length=64, blank=True, default="")
    lot_size = models.PositiveIntegerField(default=0)
    sampled = models.PositiveIntegerField(default=0)
    judged = models.PositiveIntegerField(default=0)
    passed = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    score_total = models.PositiveIntegerField(default=0)
    scope = models.PositiveSmallIntegerField(choices=Scope.choices, null=True, blank=True)
    overwrite = models.BooleanField(default=False)
    report: models.JSONField[Any, Any] = models.JSONField(default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="acceptance_number_once_in_task"),
            models.CheckConstraint(
                condition=models.Q(judged=models.F("passed") + models.F("failed"))
                & models.Q(judged__lte=models.F("sampled")),
                name="acceptance_counters_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"acceptance {self.number} of {self.task_id}"

    @property
    def topic(self) -> str:
        return f"acceptance:{self.public_id}"

    @property
    def unjudged(self) -> int:
        return self.sampled - self.judged


class Drawn(TenantOwned):
    """An answer that was drawn, and the verdict on it. `position` counts from 1 in the order of the answers."""

    acceptance = models.ForeignKey(Acceptance, on_delete=models.CASCADE, related_name="drawn", db_index=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="drawn")
    position = models.PositiveIntegerField()
    verdict = models.CharField(max_length=4, choices=Verdict.choices, blank=True, default=Verdict.UNJUDGED)
    score = models.CharField(max_length=1, blank=True, default="")
    comment = models.CharField(max_length=256, blank=True, default="")
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["acceptance", "assignment"], name="drawn_once_in_acceptance"),
            models.UniqueConstraint(fields=["acceptance", "position"], name="drawn_position_in_acceptance"),
        ]
        indexes = [models.Index(fields=["acceptance", "verdict", "position"], name="drawn_by_verdict")]

    def __str__(self) -> str:
        return f"drawn {self.position} of {self.acceptance_id}"
