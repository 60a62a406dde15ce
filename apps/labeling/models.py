"""Team tasks, the people who take part in them, and who answers which sample."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from apps.access.actions import Action
from apps.access.grants import grant_permissions
from apps.access.resources import ResourceKind
from apps.core.ids import public_id
from apps.datasets.models import Dataset, Sample
from apps.labeling import states
from apps.teams.models import Member, Role
from apps.tenants.models import TenantOwned


class TeamTask(TenantOwned):
    """Work on one data set, shared out to chosen members.

    No row of this table changes while people label, so that they never wait for each other.
    """

    resource = ResourceKind(
        "workforceTask",
        view=Action.TASK_VIEW,
        keys={"modelarts:DatasetType": "dataset__label_type"},
        owner="created_by",
    )

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="team_tasks", db_index=False)
    name = models.CharField(max_length=64)
    description = models.CharField(max_length=256, blank=True, default="")
    state = models.CharField(max_length=16, default=states.CREATED)
    repetition = models.PositiveSmallIntegerField(default=1)
    auto_assign = models.BooleanField(default=True)
    review_required = models.BooleanField(default=False)
    lot = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "name"], name="team_task_name_unique_in_dataset")]
        permissions = [*grant_permissions("teamtask")]

    def __str__(self) -> str:
        return self.name


class Participant(TenantOwned):
    """A member's part in a task, with the number of their assignments in each state.

    One labeler's work touches their own row only. A participant who was taken out of the task is not
    `active`; the row stays as long as answers belong to it.
    """

    resource_parent = "task"

    task = models.ForeignKey(TeamTask, on_delete=models.CASCADE, related_name="participants", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="participations")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="participations"
    )
    role = models.CharField(max_length=16, choices=Role.choices)
    active = models.BooleanField(default=True)
    notified_at = models.DateTimeField(null=True, blank=True)
    unlabelled = models.PositiveIntegerField(default=0)
    to_confirm = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    unreviewed = models.PositiveIntegerField(default=0)
    unchecked = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "member"], name="participant_once_in_task")]

    def __str__(self) -> str:
        return f"{self.role} {self.member_id} in {self.task_id}"


class Assignment(TenantOwned):
    """One opinion of one person about one sample: the answer, where it stands, and what was said of it.

    `participant` is null between the departure of one labeler and the choice of the next. `lot` is the
    number of the acceptance round that holds the answer; while that round is open the answer is frozen.
    `revision` rises with every accepted submission; `last_submission` makes a repeated one harmless.
    """

    resource_parent = "task"

    id = models.BigAutoField(primary_key=True)
    task = models.ForeignKey(TeamTask, on_delete=models.CASCADE, related_name="assignments", db_index=False)
    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="assignments")
    participant = models.ForeignKey(
        Participant, on_delete=models.SET_NULL, null=True, blank=True, related_name="assignments", db_index=False
    )
    opinion = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=12, default=states.UNLABELLED)
    annotation: models.JSONField[Any, Any] = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=0)
    last_submission = models.UUIDField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    lot = models.PositiveIntegerField(null=True, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    review_accept = models.BooleanField(null=True, blank=True)
    review_score = models.CharField(max_length=1, blank=True, default="")
    review_comment = models.CharField(max_length=256, blank=True, default="")
    check_accept = models.BooleanField(null=True, blank=True)
    check_score = models.CharField(max_length=1, blank=True, default="")
    check_comment = models.CharField(max_length=256, blank=True, default="")
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "sample", "opinion"], name="assignment_one_per_opinion"),
            models.UniqueConstraint(fields=["task", "sample", "participant"], name="assignment_distinct_people"),
        ]
        indexes = [
            models.Index(fields=["participant", "state", "sample"], name="assignment_mine"),
            models.Index(fields=["task", "state", "sample"], name="assignment_of_task"),
            models.Index(fields=["task", "lot", "state"], name="assignment_of_lot"),
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk}"

    @property
    def nothing_here(self) -> bool:
        """Whether the labeler said that there is nothing in the sample."""
        return self.submitted_at is not None and not self.annotation
