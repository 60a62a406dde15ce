"""Shapes that several operations on data sets share, and who asks for which data set."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request

from apps.core.shapes import Shape
from apps.datasets.models import Dataset
from apps.datasets.selectors import get_dataset
from apps.tenants.actors import Actor
from apps.tenants.requests import actor_of
from apps.tenants.selectors import in_project


class LabelBody(Shape):
    """A label; `labeltypes.wire` reads what is inside."""

    name = serializers.CharField(max_length=128)
    type = serializers.IntegerField(required=False)
    property = serializers.DictField(required=False)
    attributes = serializers.ListField(child=serializers.DictField(), required=False)


class LabelName(LabelBody):
    """A label of which only the name counts."""


class DataSourceBody(Shape):
    """Where the files of a data set lie. Only object storage is a source of pictures."""

    data_path = serializers.CharField(max_length=2048)
    data_type = serializers.ChoiceField([0], default=0)
    with_column_header = serializers.BooleanField(required=False)


def actor_in(request: Request, project_id: str) -> Actor:
    return in_project(actor_of(request._request), project_id)


def dataset_in(request: Request, project_id: str, dataset_id: str) -> tuple[Actor, Dataset]:
    """Who asks, and the data set they ask for; NotFound when they may not see it."""
    actor = actor_in(request, project_id)
    return actor, get_dataset(actor, dataset_id)
