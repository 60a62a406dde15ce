"""Operations of the wire contract on versions of a data set."""

from __future__ import annotations

from decimal import Decimal

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.shapes import Shape, read, sliced
from apps.datasets import services
from apps.datasets.api.shapes import dataset_in
from apps.datasets.api.wire import VERSION_CODES, version_json
from apps.datasets.selectors import get_version, versions_of


class VersionBody(Shape):
    version_name = serializers.CharField(max_length=32, required=False)
    description = serializers.CharField(required=False, allow_blank=True, max_length=256)
    version_format = serializers.ChoiceField(["Default"], default="Default")
    train_evaluate_sample_ratio = serializers.DecimalField(
        max_digits=6, decimal_places=4, min_value=Decimal(0), max_value=Decimal(1), required=False
    )
    remove_sample_usage = serializers.BooleanField(default=True)
    clear_hard_property = serializers.BooleanField(default=True)
    export_images = serializers.ChoiceField([False], default=False)
    with_column_header = serializers.BooleanField(required=False)


class VersionsQuery(Shape):
    status = serializers.IntegerField(required=False, min_value=0, max_value=4)
    limit = serializers.IntegerField(min_value=1, max_value=1000, default=1000)
    offset = serializers.IntegerField(min_value=0, max_value=10_000_000, default=0)
    train_evaluate_ratio = serializers.CharField(required=False, max_length=10)
    version_format = serializers.IntegerField(required=False, min_value=0, max_value=2)


class Versions(APIView):
    @extend_schema(operation_id="ListDatasetVersions", parameters=[VersionsQuery], responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str) -> Response:
        query = read(VersionsQuery, request.query_params.dict())
        _actor, dataset = dataset_in(request, project_id, dataset_id)
        found = versions_of(dataset)
        if "status" in query:
            found = found.filter(state__in=[name for name, code in VERSION_CODES.items() if code == query["status"]])
        return Response(
            {
                "total_number": found.count(),
                "versions": [version_json(version, dataset) for version in sliced(found, query)],
            }
        )

    @extend_schema(operation_id="CreateDatasetVersion", request=VersionBody, responses={201: dict})
    def post(self, request: Request, project_id: str, dataset_id: str) -> Response:
        body = read(VersionBody, request.data)
        actor, dataset = dataset_in(request, project_id, dataset_id)
        version = services.publish_dataset_version(
            actor=actor,
            dataset=dataset,
            name=body.get("version_name", ""),
            description=body.get("description", ""),
            train_ratio=body.get("train_evaluate_sample_ratio"),
            keep_usage=not body["remove_sample_usage"],
            with_hard=not body["clear_hard_property"],
        )
        return Response({"version_id": version.public_id}, status=201)


class OneVersion(APIView):
    @extend_schema(operation_id="DescribeDatasetVersion", responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str, version_id: str) -> Response:
        _actor, dataset = dataset_in(request, project_id, dataset_id)
        return Response(version_json(get_version(dataset, version_id), dataset))

    @extend_schema(operation_id="DeleteDatasetVersion", responses={204: None})
    def delete(self, request: Request, project_id: str, dataset_id: str, version_id: str) -> Response:
        actor, dataset = dataset_in(request, project_id, dataset_id)
        services.delete_version(actor=actor, dataset=dataset, version=get_version(dataset, version_id))
        return Response(status=204)
