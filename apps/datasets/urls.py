"""Addresses of the data set app."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.datasets.api.datasets import Datasets, DatasetStats, OneDataset
from apps.datasets.api.labels import LabelDeletion, Labels, OneLabel
from apps.datasets.api.samples import OneSample, SampleDeletion, Samples, SearchConditions
from apps.datasets.api.versions import OneVersion, Versions
from apps.datasets.media import sample_file, sample_thumbnail
from apps.datasets.pages import page_urls as _pages

page_urls: list[URLPattern] = [
    *_pages,
    path("media/<str:dataset_id>/<str:sample_id>", sample_file, name="sample-file"),
    path("media/<str:dataset_id>/<str:sample_id>/thumbnail", sample_thumbnail, name="sample-thumbnail"),
]

_DATASET = "datasets/<str:dataset_id>"
_ANNOTATIONS = f"{_DATASET}/data-annotations"

api_urls: list[URLPattern] = [
    path("datasets", Datasets.as_view(), name="api-datasets"),
    path(_DATASET, OneDataset.as_view(), name="api-dataset"),
    path(f"{_DATASET}/versions", Versions.as_view(), name="api-versions"),
    path(f"{_DATASET}/versions/<str:version_id>", OneVersion.as_view(), name="api-version"),
    path(f"{_ANNOTATIONS}/stats", DatasetStats.as_view(), name="api-dataset-stats"),
    path(f"{_ANNOTATIONS}/search-condition", SearchConditions.as_view(), name="api-search-conditions"),
    path(f"{_ANNOTATIONS}/labels", Labels.as_view(), name="api-labels"),
    path(f"{_ANNOTATIONS}/labels/delete", LabelDeletion.as_view(), name="api-labels-delete"),
    path(f"{_ANNOTATIONS}/labels/<str:label_name>", OneLabel.as_view(), name="api-label"),
    path(f"{_ANNOTATIONS}/samples", Samples.as_view(), name="api-samples"),
    path(f"{_ANNOTATIONS}/samples/delete", SampleDeletion.as_view(), name="api-samples-delete"),
    path(f"{_ANNOTATIONS}/samples/<str:sample>", OneSample.as_view(), name="api-sample"),
]
