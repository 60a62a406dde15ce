"""Data sets, their labels, samples and versions: rows and constraints."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _

from apps.access.actions import Action
from apps.access.grants import grant_permissions
from apps.access.resources import ResourceKind
from apps.core.ids import ordered_id, public_id
from apps.core.said import SaidField
from apps.datasets.states import CREATING, DATASET_STATES, VERSION_CREATING, VERSION_STATES, SampleState
from apps.storage.paths import Location
from apps.tenants.models import TenantOwned

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


def label_revision() -> int:
    """A number that no other state of any label set ever had, so that a memo by it can never be stale.

    A counter would be used again after a rolled back transaction; 62 random bits are not.
    """
    return secrets.randbits(62)


class ByteOrderedTextField(_TextField):
    """Text that sorts by its bytes on every database, so that a prefix is one range of an index."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class Dataset(TenantOwned):
    """Samples of one kind, the labels they may carry, and where their files live.

    The counters are written with `F()` in the transaction that changes the samples; lists never count.
    """

    resource = ResourceKind(
        "dataset",
        view=Action.DATASET_VIEW,
        keys={"modelarts:DatasetType": "label_type", "modelarts:SampleCount": "sample_count"},
        owner="created_by",
        tags="tags",
    )

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    project = models.ForeignKey("tenants.Project", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=256, blank=True, default="")
    tags = models.JSONField(default=dict, blank=True, help_text=_("texts by key, for conditions of policies"))
    label_type = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=DATASET_STATES, default=CREATING)
    input_bucket = models.CharField(max_length=63)
    input_key = ByteOrderedTextField()
    output_bucket = models.CharField(max_length=63)
    output_key = ByteOrderedTextField()

    sample_count = models.PositiveIntegerField(default=0)
    labelled_count = models.PositiveIntegerField(default=0)
    to_confirm_count = models.PositiveIntegerField(default=0)
    hard_count = models.PositiveIntegerField(default=0)

    label_revision = models.BigIntegerField(default=label_revision)
    current_version = models.ForeignKey("Version", null=True, on_delete=models.SET_NULL, related_name="+")
    next_version_number = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="dataset_name_once_in_project"),
            models.CheckConstraint(
                condition=models.Q(labelled_count__lte=models.F("sample_count")), name="dataset_labelled_within_all"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "id"], name="dataset_by_tenant")]
        permissions = grant_permissions("dataset")

    def __str__(self) -> str:
        return self.name

    @property
    def unlabelled_count(self) -> int:
        return self.sample_count - self.labelled_count - self.to_confirm_count

    @property
    def input_location(self) -> Location:
        return Location(self.input_bucket, self.input_key)

    @property
    def output_location(self) -> Location:
        return Location(self.output_bucket, self.output_key)

    @property
    def topic(self) -> str:
        """What open pages watch, and what a job about this data set has as its subject."""
        return f"dataset:{self.public_id}"


class Label(TenantOwned):
    """One label of a data set. Marks name it by this row's primary key, so that a rename touches one row."""

    resource_parent = "dataset"

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(max_length=32)
    color = models.CharField(max_length=7)
    shortcut = models.CharField(max_length=8, blank=True, default="")
    attributes = models.JSONField(default=list)
    default_shape = models.CharField(max_length=12, blank=True, default="")
    position = models.PositiveIntegerField(default=0)
    sample_count = models.PositiveIntegerField(default=0)
    mark_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "name"], name="label_name_once_in_dataset"),
            models.UniqueConstraint(
                fields=["dataset", "shortcut"],
                condition=~models.Q(shortcut=""),
                name="label_shortcut_once_in_dataset",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Sample(TenantOwned):
    """One file to be labelled, with its annotation: all that listing, filtering and publishing need, in one row.

    Tenant and data set have no constraint in the data base, because a check per row is a third of what a bulk import
    costs there. Instead whoever adds samples counts them in the data set's row, in the same transaction, and fails
    where that is gone (`services.counters.apply`).
    """

    resource_parent = "dataset"

    tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    id = models.UUIDField(primary_key=True, default=ordered_id, editable=False)
    dataset = models.ForeignKey(
        Dataset, on_delete=models.CASCADE, related_name="samples", db_index=False, db_constraint=False
    )
    source = ByteOrderedTextField(help_text=_("bucket/key of the file; unique in the data set"))
    name = ByteOrderedTextField(help_text=_("last part of the key"))
    size = models.BigIntegerField(default=0)
    etag = models.CharField(max_length=64, blank=True, default="")
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    depth = models.PositiveSmallIntegerField(null=True)

    state = models.SmallIntegerField(choices=SampleState.choices, default=SampleState.UNLABELLED)
    annotation = models.JSONField(default=list)
    hard = models.BooleanField(default=False)
    hard_coefficient = models.FloatField(null=True)
    usage = models.CharField(max_length=9, blank=True, default="")
    labelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    labelled_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)
    last_submission = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "source"], name="sample_source_once_in_dataset")]
        indexes = [
            models.Index(fields=["dataset", "id"], name="sample_by_creation"),
            models.Index(fields=["dataset", "state", "id"], name="sample_by_state"),
            models.Index(fields=["dataset", "name", "id"], name="sample_by_name"),
            models.Index(fields=["dataset", "id"], condition=models.Q(hard=True), name="sample_hard"),
            models.Index(
                fields=["dataset", "labelled_by", "id"],
                condition=models.Q(labelled_by__isnull=False),
                name="sample_by_labeler",
            ),
        ]

    def __str__(self) -> str:
        return self.source

    @property
    def nothing_here(self) -> bool:
        """Whether somebody looked and there is nothing to label."""
        return self.state == SampleState.LABELLED and not self.annotation

    @property
    def created_at(self) -> datetime:
        """The moment of creation, which the first 48 bits of the id hold."""
        return datetime.fromtimestamp((self.id.int >> 80) / 1000, UTC)

    @property
    def bucket(self) -> str:
        return self.source.partition("/")[0]

    @property
    def key(self) -> str:
        return self.source.partition("/")[2]


class LabelUse(models.Model):
    """One row for each label that a sample carries: makes a label filter a range scan in creation order.

    Written only together with the sample's annotation, which names the same labels, so that rows are found by
    primary key and the table needs neither a second index nor checks per row.
    """

    # A label is deleted before it is taken off its samples: until then these rows are all that tells of them.
    hangs_on = "sample"

    pk = models.CompositePrimaryKey("label_id", "sample_id")
    label = models.ForeignKey(
        Label, on_delete=models.DO_NOTHING, related_name="uses", db_index=False, db_constraint=False
    )
    sample = models.ForeignKey(
        Sample, on_delete=models.DO_NOTHING, related_name="uses", db_index=False, db_constraint=False
    )

    def __str__(self) -> str:
        return f"{self.label_id} on {self.sample_id}"


class Version(TenantOwned):
    """A published state of a data set: a manifest at the output location, and what was counted while writing it."""

    resource_parent = "dataset"

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="versions")
    name = models.CharField(max_length=32)
    number = models.PositiveIntegerField()
    description = models.CharField(max_length=256, blank=True, default="")
    state = models.CharField(max_length=10, choices=VERSION_STATES, default=VERSION_CREATING)
    previous = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")

    train_ratio = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    seed = models.CharField(max_length=40)
    keep_usage = models.BooleanField(default=False)
    with_hard = models.BooleanField(default=False)

    sample_count = models.PositiveIntegerField(default=0)
    labelled_count = models.PositiveIntegerField(default=0)
    to_confirm_count = models.PositiveIntegerField(default=0)
    train_count = models.PositiveIntegerField(default=0)
    label_stats = models.JSONField(default=list)
    manifest_key = ByteOrderedTextField(blank=True, default="")
    manifest_sha256 = models.CharField(max_length=64, blank=True, default="")
    message = SaidField(blank=True, default="")

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["dataset", "name"], name="version_name_once_in_dataset")]

    def __str__(self) -> str:
        return self.name
