"""The base of request shapes: what a body or a query may hold, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from apps.datasets.models import Dataset
from apps.datasets.selectors import get_dataset
from apps.tenants.actors import Actor
from apps.tenants.requests import actor_of
from apps.tenants.selectors import in_project


class Shape(serializers.Serializer[Any]):
    """Refuses fields that it does not name, so that a misspelt or a forbidden one is never ignored silently."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(str(key) for key in data.keys() - self.fields.keys())
            if unknown:
                raise serializers.ValidationError({unknown[0][:64]: [_("There is no such field.")]})
        return super().to_internal_value(data)


class PageQuery(Shape):
    """A page of a list: `offset` counts pages from 0."""

    limit = serializers.IntegerField(min_value=1, max_value=100, default=10)
    offset = serializers.IntegerField(min_value=0, max_value=10_000_000, default=0)


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


def read(shape: type[Shape], data: Any) -> dict[str, Any]:
    """The validated fields of `data`; DRF's ValidationError (400) otherwise."""
    filled = shape(data=data)
    filled.is_valid(raise_exception=True)
    return dict(filled.validated_data)


def sliced(found: Any, page: Mapping[str, Any]) -> Any:
    """The page of an ordered queryset that `limit` and `offset` name."""
    start = page["offset"] * page["limit"]
    return found[start : start + page["limit"]]


def actor_in(request: Request, project_id: str) -> Actor:
    return in_project(actor_of(request._request), project_id)


def dataset_in(request: Request, project_id: str, dataset_id: str) -> tuple[Actor, Dataset]:
    """Who asks, and the data set they ask for; NotFound when they may not see it."""
    actor = actor_in(request, project_id)
    return actor, get_dataset(actor, dataset_id)
