"""The base of request shapes: what a body or a query may hold, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers


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


class OrderedPageQuery(PageQuery):
    """A page of a list that can be read from either end."""

    order = serializers.ChoiceField(["asc", "desc"], default="desc")


@cache
def _instance(shape: type[Shape]) -> Shape:
    """One instance serves all requests: validation keeps nothing on it, and a new one copies every field."""
    return shape()


def read(shape: type[Shape], data: Any) -> dict[str, Any]:
    """The validated fields of `data`; DRF's ValidationError (400) otherwise."""
    return dict(_instance(shape).run_validation(data))


def sliced(found: Any, page: Mapping[str, Any]) -> Any:
    """The page of an ordered queryset that `limit` and `offset` name."""
    start = page["offset"] * page["limit"]
    return found[start : start + page["limit"]]
