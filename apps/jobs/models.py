"""Rows of long work. The row is the truth; the queue only wakes a worker."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.access.actions import Action
from apps.access.grants import grant_permissions
from apps.access.resources import ResourceKind
from apps.accounts.models import Person
from apps.core.ids import public_id
from apps.core.said import SaidField
from apps.jobs.states import ACTIVE, JOB
from apps.tenants.models import Project, TenantOwned


class Job(TenantOwned):
    """`subject` is the topic of what it works on (`dataset:ID`); `key` is unique among the tenant's active jobs.

    Whoever raised `attempt` last owns the job until `lease_until`; each checkpoint renews the lease, and one
    that finds another attempt's number stops its worker.
    """

    resource = ResourceKind("job", view=Action.JOB_VIEW, owner="person")

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=JOB.labels.items(), default="queued")
    subject = models.CharField(max_length=64, blank=True)
    subject_name = models.CharField(max_length=128, blank=True)
    key = models.CharField(max_length=80, blank=True)
    params = models.JSONField(default=dict)
    cursor = models.JSONField(default=dict)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    message = SaidField(blank=True)
    error = SaidField(blank=True)
    problem_count = models.PositiveBigIntegerField(default=0)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    attempt = models.PositiveIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(default=timezone.now)
    woken_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        permissions = grant_permissions("job")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "key"],
                condition=Q(state__in=ACTIVE) & ~Q(key=""),
                name="one_active_job_per_key",
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "id"]),
            models.Index(fields=["subject", "id"]),
            models.Index(fields=["not_before"], condition=Q(state__in=ACTIVE), name="jobs_active"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def percent(self) -> int | None:
        """0..100, or None while the total is unknown."""
        return min(100, int(100 * self.done / self.total)) if self.total else None


class JobEntry(models.Model):
    """One thing the job could not use: `place` (a file or line) and why. `digest` makes a repeat harmless."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="entries", db_index=False)
    digest = models.CharField(max_length=32)
    place = SaidField()
    reason = SaidField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "digest"], name="job_entry_once")]
        indexes = [models.Index(fields=["job", "id"])]


class JobLine(models.Model):
    """One line of a job's log."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="lines")
    at = models.DateTimeField(auto_now_add=True)
    text = models.CharField(max_length=1000)
