"""Every read of data sets, labels, samples and versions."""

from apps.datasets.selectors.datasets import datasets_of, get_dataset, get_version, versions_of
from apps.datasets.selectors.labels import get_label, label_rows, labels_of
from apps.datasets.selectors.samples import SamplePage, count_newer, get_sample, labelers_of, newest_id, sample_page
from apps.datasets.selectors.search import Condition

__all__ = [
    "Condition",
    "SamplePage",
    "count_newer",
    "datasets_of",
    "get_dataset",
    "get_label",
    "get_sample",
    "get_version",
    "label_rows",
    "labelers_of",
    "labels_of",
    "newest_id",
    "sample_page",
    "versions_of",
]
