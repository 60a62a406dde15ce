"""Every read of data sets, labels, samples and versions."""

from apps.datasets.selectors.datasets import datasets_of, get_dataset, get_version, versions_of
from apps.datasets.selectors.labels import get_label, label_rows, labels_of
from apps.datasets.selectors.samples import SamplePage, get_sample, labelers_of, sample_page
from apps.datasets.selectors.search import Condition

__all__ = [
    "Condition",
    "SamplePage",
    "datasets_of",
    "get_dataset",
    "get_label",
    "get_sample",
    "get_version",
    "label_rows",
    "labelers_of",
    "labels_of",
    "sample_page",
    "versions_of",
]
