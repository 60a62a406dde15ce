"""Every write to data sets, labels, samples and versions."""

from apps.datasets.services.annotations import Outcome, Submission, label_samples, store_annotations
from apps.datasets.services.datasets import (
    CreatedDataset,
    create_dataset,
    delete_dataset,
    require_own_bucket,
    update_dataset,
)
from apps.datasets.services.hooks import samples_added, samples_removed, tell_samples_added
from apps.datasets.services.labels import (
    DeletePolicy,
    LabelChanges,
    create_label,
    delete_label,
    ensure_labels,
    update_label,
)
from apps.datasets.services.samples import Intake, NewSample, add_samples, authorize_file_deletion, delete_samples
from apps.datasets.services.versions import busy, delete_version, move, publish_dataset_version, set_current_version

__all__ = [
    "CreatedDataset",
    "DeletePolicy",
    "Intake",
    "LabelChanges",
    "NewSample",
    "Outcome",
    "Submission",
    "add_samples",
    "authorize_file_deletion",
    "busy",
    "create_dataset",
    "create_label",
    "delete_dataset",
    "delete_label",
    "delete_samples",
    "delete_version",
    "ensure_labels",
    "label_samples",
    "move",
    "publish_dataset_version",
    "require_own_bucket",
    "samples_added",
    "samples_removed",
    "set_current_version",
    "store_annotations",
    "tell_samples_added",
    "update_dataset",
    "update_label",
]
