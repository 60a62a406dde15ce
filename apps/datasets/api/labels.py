"""Operations of the wire contract on the labels of a data set."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.errors import Denied, Invalid, TagoraError
from apps.core.shapes import Shape, read
from apps.datasets import services
from apps.datasets.api.shapes import LabelBody, LabelName, dataset_in
from apps.datasets.api.wire import batch_json, error_json, labels_json
from apps.datasets.services import DeletePolicy, LabelChanges
from apps.labeltypes import LabelType, label_types
from apps.labeltypes.labels import clean_color, clean_default_shape, clean_label_name, clean_shortcut
from apps.labeltypes.wire import COLOR, DEFAULT_SHAPE, SHORTCUT, attributes_from_wire, label_from_wire

RENAME = "@modelarts:rename_to"
_CHANGEABLE = frozenset({COLOR, DEFAULT_SHAPE, SHORTCUT, RENAME})


class LabelsBody(Shape):
    labels = serializers.ListField(child=LabelBody(), min_length=1, max_length=1000)


class LabelNamesBody(Shape):
    labels = serializers.ListField(child=LabelName(), min_length=1, max_length=1000)


class LabelsQuery(Shape):
    limit = serializers.IntegerField(min_value=1, max_value=100_000, default=100_000)
    offset = serializers.IntegerField(min_value=0, max_value=10_000_000, default=0)


class DeletePolicyQuery(Shape):
    delete_policy = serializers.ChoiceField([policy.value for policy in DeletePolicy], default=0)


class LabelQuery(Shape):
    label_type = serializers.IntegerField(required=False)


class LabelAndSamplesQuery(LabelQuery):
    delete_source = serializers.BooleanField(default=False)


def changes_of(value: dict[str, Any], kind: LabelType, *, field: str = "") -> LabelChanges:
    """The changes that a label object asks for; what it does not name stays. `@modelarts:rename_to` renames."""
    properties = value.get("property") or {}
    if not properties.keys() <= _CHANGEABLE:
        message = _("The property of a label has only these keys: %(keys)s.") % {"keys": ", ".join(sorted(_CHANGEABLE))}
        raise Invalid(message, field=f"{field}.property".lstrip("."))
    shape = clean_default_shape(properties.get(DEFAULT_SHAPE), field=DEFAULT_SHAPE)
    if shape and not kind.shapes:
        raise Invalid(_("Labels of this type of data set have no shape."), field=DEFAULT_SHAPE)
    return LabelChanges(
        name=clean_label_name(properties[RENAME], field=RENAME) if RENAME in properties else None,
        color=clean_color(properties[COLOR], field=COLOR) if COLOR in properties else None,
        shortcut=clean_shortcut(properties[SHORTCUT], field=SHORTCUT) if SHORTCUT in properties else None,
        attributes=attributes_from_wire(value["attributes"]) if "attributes" in value else None,
        default_shape=shape if DEFAULT_SHAPE in properties else None,
    )


def each(labels: Iterable[Any], work: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """Every label for itself: one that is refused does not hold up the others. Who may not do it is told at once."""
    results = []
    for label in labels:
        try:
            with transaction.atomic():
                work(dict(label))
        except Denied:
            raise
        except TagoraError as error:
            results.append(error_json(error))
        else:
            results.append(error_json(None))
    return batch_json(results)


class Labels(APIView):
    @extend_schema(operation_id="ListLabels", parameters=[LabelsQuery], responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str) -> Response:
        query = read(LabelsQuery, request.query_params.dict())
        _actor, dataset = dataset_in(request, project_id, dataset_id)
        labels = labels_json(dataset)
        start = query["offset"] * query["limit"]
        return Response({"labels": labels[start : start + query["limit"]], "total_number": len(labels)})

    @extend_schema(operation_id="CreateLabels", request=LabelsBody, responses={200: dict})
    def post(self, request: Request, project_id: str, dataset_id: str) -> Response:
        body = read(LabelsBody, request.data)
        actor, dataset = dataset_in(request, project_id, dataset_id)
        kind = label_types.get(dataset.label_type)

        def create(label: dict[str, Any]) -> object:
            return services.create_label(actor=actor, dataset=dataset, label=label_from_wire(label, kind))

        return Response(each(body["labels"], create))

    @extend_schema(operation_id="UpdateLabels", request=LabelsBody, responses={200: dict})
    def put(self, request: Request, project_id: str, dataset_id: str) -> Response:
        body = read(LabelsBody, request.data)
        actor, dataset = dataset_in(request, project_id, dataset_id)
        kind = label_types.get(dataset.label_type)

        def update(label: dict[str, Any]) -> object:
            return services.update_label(
                actor=actor, dataset=dataset, name=label["name"], changes=changes_of(label, kind)
            )

        return Response(each(body["labels"], update))


class LabelDeletion(APIView):
    @extend_schema(
        operation_id="DeleteLabels", parameters=[DeletePolicyQuery], request=LabelNamesBody, responses={200: dict}
    )
    def post(self, request: Request, project_id: str, dataset_id: str) -> Response:
        query = read(DeletePolicyQuery, request.query_params.dict())
        body = read(LabelNamesBody, request.data)
        actor, dataset = dataset_in(request, project_id, dataset_id)
        policy = DeletePolicy(query["delete_policy"])

        def delete(label: dict[str, Any]) -> object:
            services.delete_label(actor=actor, dataset=dataset, name=label["name"], policy=policy)
            return None

        return Response(each(body["labels"], delete))


class OneLabel(APIView):
    @extend_schema(operation_id="UpdateLabel", parameters=[LabelQuery], request=dict, responses={204: None})
    def put(self, request: Request, project_id: str, dataset_id: str, label_name: str) -> Response:
        read(LabelQuery, request.query_params.dict())
        actor, dataset = dataset_in(request, project_id, dataset_id)
        if not isinstance(request.data, dict):
            raise Invalid(_("The body is an object of properties."))
        changes = changes_of({"property": request.data}, label_types.get(dataset.label_type))
        services.update_label(actor=actor, dataset=dataset, name=label_name, changes=changes)
        return Response(status=204)

    @extend_schema(operation_id="DeleteLabelAndSamples", parameters=[LabelAndSamplesQuery], responses={204: None})
    def delete(self, request: Request, project_id: str, dataset_id: str, label_name: str) -> Response:
        query = read(LabelAndSamplesQuery, request.query_params.dict())
        actor, dataset = dataset_in(request, project_id, dataset_id)
        policy = DeletePolicy.SOLE_SAMPLES_AND_FILES if query["delete_source"] else DeletePolicy.SOLE_SAMPLES
        services.delete_label(actor=actor, dataset=dataset, name=label_name, policy=policy)
        return Response(status=204)
