"""Pages of data sets: the list, creating, and one data set with its samples, labels, versions and settings."""

from __future__ import annotations

from django.urls import path

from apps.datasets.pages.browsing import dataset_browse
from apps.datasets.pages.creating import dataset_create
from apps.datasets.pages.labelling import dataset_label
from apps.datasets.pages.labels import dataset_label_edit, dataset_labels, label_delete
from apps.datasets.pages.lists import dataset_list, dataset_row
from apps.datasets.pages.overview import dataset_detail
from apps.datasets.pages.samples import dataset_samples, samples_delete
from apps.datasets.pages.settings import dataset_delete, dataset_settings
from apps.datasets.pages.versions import dataset_publish, dataset_versions, version_current, version_delete

_ONE = "datasets/<str:dataset_id>"
_LABEL = f"{_ONE}/labels/<str:name>"
_VERSION = f"{_ONE}/versions/<str:version_id>"

page_urls = [
    path("datasets/", dataset_list, name="dataset-list"),
    path("datasets/new/", dataset_create, name="dataset-create"),
    path("datasets/browse/", dataset_browse, name="dataset-browse"),
    path(f"{_ONE}/", dataset_detail, name="dataset-detail"),
    path(f"{_ONE}/row/", dataset_row, name="dataset-row"),
    path(f"{_ONE}/label/", dataset_label, name="dataset-label"),
    path(f"{_ONE}/samples/", dataset_samples, name="dataset-samples"),
    path(f"{_ONE}/samples/delete/", samples_delete, name="dataset-samples-delete"),
    path(f"{_ONE}/labels/", dataset_labels, name="dataset-labels"),
    path(f"{_LABEL}/", dataset_label_edit, name="dataset-label-edit"),
    path(f"{_LABEL}/delete/", label_delete, name="dataset-label-delete"),
    path(f"{_ONE}/versions/", dataset_versions, name="dataset-versions"),
    path(f"{_ONE}/versions/publish/", dataset_publish, name="dataset-publish"),
    path(f"{_VERSION}/current/", version_current, name="dataset-version-current"),
    path(f"{_VERSION}/delete/", version_delete, name="dataset-version-delete"),
    path(f"{_ONE}/settings/", dataset_settings, name="dataset-settings"),
    path(f"{_ONE}/delete/", dataset_delete, name="dataset-delete"),
]
