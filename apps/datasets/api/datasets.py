"""Operations of the wire contract on data sets."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.errors import Invalid
from apps.core.shapes import PageQuery, Shape, read, sliced
from apps.datasets import services
from apps.datasets.api.labels import changes_of
from apps.datasets.api.shapes import DataSourceBody, LabelBody, LabelName, actor_in, dataset_in
from apps.datasets.api.wire import dataset_json, stats_json
from apps.datasets.models import Dataset
from apps.datasets.selectors import datasets_of, get_version, versions_of
from apps.jobs.selectors import jobs_about
from apps.labeltypes import label_types
from apps.labeltypes.wire import label_from_wire
from apps.storage.paths import parse


class CreateBody(Shape):
    dataset_name = serializers.CharField(max_length=100)
    dataset_type = serializers.ChoiceField(sorted(label_types.wire_codes()), default=0)
    data_sources = serializers.ListField(child=DataSourceBody(), min_length=1, max_length=1)
    work_path = serializers.CharField(min_length=3, max_length=2048)
    work_path_type = serializers.ChoiceField([0], default=0)
    description = serializers.CharField(required=False, allow_blank=True, max_length=256)
    labels = serializers.ListField(child=LabelBody(), required=False, max_length=1000)
    import_annotations = serializers.BooleanField(default=True)
    import_data = serializers.BooleanField(default=False)
    data_format = serializers.ChoiceField(["Default"], default="Default")
    managed = serializers.ChoiceField([False], default=False)
    workspace_id = serializers.ChoiceField(["0"], default="0")


class UpdateBody(Shape):
    dataset_name = serializers.CharField(max_length=100, required=False)
    description = serializers.CharField(required=False, allow_blank=True, max_length=256)
    current_version_id = serializers.CharField(max_length=32, required=False)
    add_labels = serializers.ListField(child=LabelBody(), required=False, max_length=1000)
    update_labels = serializers.ListField(child=LabelBody(), required=False, max_length=1000)
    delete_labels = serializers.ListField(child=LabelName(), required=False, max_length=1000)


class ListQuery(PageQuery):
    # Clients send the last id of a page along with the number of the next one, which is what counts.
    marker = serializers.CharField(required=False, allow_blank=True, max_length=64)
    order = serializers.ChoiceField(["asc", "desc"], default="desc")
    sort_by = serializers.ChoiceField(["create_time", "dataset_name"], default="create_time")
    search_content = serializers.CharField(required=False, allow_blank=True, max_length=100)
    dataset_type = serializers.ChoiceField(sorted(label_types.wire_codes()), required=False)
    with_labels = serializers.BooleanField(default=False)
    contain_versions = serializers.BooleanField(default=False)
    check_running_task = serializers.BooleanField(default=False)
    running_task_type = serializers.IntegerField(required=False, min_value=0, max_value=7)
    file_preview = serializers.BooleanField(default=False)
    support_export = serializers.BooleanField(default=False)
    train_evaluate_ratio = serializers.CharField(required=False, max_length=10)
    version_format = serializers.IntegerField(required=False, min_value=0, max_value=2)
    workspace_id = serializers.ChoiceField(["0"], default="0")
    dataset_version = serializers.ChoiceField(["v1", "v2", "all"], default="v1")


class DescQuery(Shape):
    check_running_task = serializers.BooleanField(default=False)
    running_task_type = serializers.IntegerField(required=False, min_value=0, max_value=7)


class StatsQuery(Shape):
    locale = serializers.CharField(required=False, max_length=20)


def running(dataset: Dataset) -> dict[str, Any]:
    jobs = jobs_about(dataset.topic, tenant_id=dataset.tenant_id).filter(state__in=("queued", "running"))
    ids = list(jobs.values_list("public_id", flat=True)[:20])
    return {"exist_running_task": bool(ids), "running_tasks_id": ids}


class Datasets(APIView):
    @extend_schema(operation_id="ListDatasets", parameters=[ListQuery], responses={200: dict})
    def get(self, request: Request, project_id: str) -> Response:
        query = read(ListQuery, request.query_params.dict())
        code = query.get("dataset_type")
        found = datasets_of(
            actor_in(request, project_id),
            name_contains=query.get("search_content", ""),
            label_type=label_types.by_wire_code(code).key if code is not None else "",
            newest_first=query["order"] == "desc",
            by_name=query["sort_by"] == "dataset_name",
        )
        shown = []
        for dataset in sliced(found, query):
            versions = versions_of(dataset) if query["contain_versions"] else None
            item = dataset_json(dataset, labels=query["with_labels"], versions=versions)
            if query["check_running_task"]:
                item |= running(dataset)
            shown.append(item)
        return Response({"total_number": found.count(), "datasets": shown})

    @extend_schema(operation_id="CreateDataset", request=CreateBody, responses={201: dict})
    def post(self, request: Request, project_id: str) -> Response:
        body = read(CreateBody, request.data)
        kind = label_types.by_wire_code(body["dataset_type"])
        created = services.create_dataset(
            actor=actor_in(request, project_id),
            name=body["dataset_name"],
            label_type=kind,
            input_location=parse(body["data_sources"][0]["data_path"], field="data_sources[0].data_path"),
            output_location=parse(body["work_path"], field="work_path"),
            description=body.get("description", ""),
            labels=[
                label_from_wire(dict(label), kind, field=f"labels[{position}]")
                for position, label in enumerate(body.get("labels", []))
            ],
            import_annotations=body["import_annotations"],
        )
        return Response({"dataset_id": created.dataset.public_id, "import_task_id": created.job.public_id}, status=201)


class OneDataset(APIView):
    @extend_schema(operation_id="DescDataset", parameters=[DescQuery], responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str) -> Response:
        read(DescQuery, request.query_params.dict())
        _actor, dataset = dataset_in(request, project_id, dataset_id)
        versions = list(versions_of(dataset))
        shown = dataset_json(dataset, versions=versions)
        return Response({**shown, **running(dataset), "dataset_version_count": len(versions)})

    @extend_schema(operation_id="UpdateDataset", request=UpdateBody, responses={200: dict})
    @transaction.atomic
    def put(self, request: Request, project_id: str, dataset_id: str) -> Response:
        body = read(UpdateBody, request.data)
        if not body:
            raise Invalid(_("Say what is to be changed."))
        actor, dataset = dataset_in(request, project_id, dataset_id)
        kind = label_types.get(dataset.label_type)
        if "dataset_name" in body or "description" in body:
            services.update_dataset(
                actor=actor, dataset=dataset, name=body.get("dataset_name"), description=body.get("description")
            )
        for position, label in enumerate(body.get("add_labels", [])):
            spec = label_from_wire(dict(label), kind, field=f"add_labels[{position}]")
            services.create_label(actor=actor, dataset=dataset, label=spec)
        for position, label in enumerate(body.get("update_labels", [])):
            changes = changes_of(dict(label), kind, field=f"update_labels[{position}]")
            services.update_label(actor=actor, dataset=dataset, name=label["name"], changes=changes)
        for label in body.get("delete_labels", []):
            services.delete_label(actor=actor, dataset=dataset, name=label["name"])
        if "current_version_id" in body:
            version = get_version(dataset, body["current_version_id"])
            services.set_current_version(actor=actor, dataset=dataset, version=version)
        return Response({"dataset_id": dataset.public_id})

    @extend_schema(operation_id="DeleteDataset", responses={204: None})
    def delete(self, request: Request, project_id: str, dataset_id: str) -> Response:
        actor, dataset = dataset_in(request, project_id, dataset_id)
        services.delete_dataset(actor=actor, dataset=dataset)
        return Response(status=204)


class DatasetStats(APIView):
    @extend_schema(operation_id="GetDatasetStats", parameters=[StatsQuery], responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str) -> Response:
        read(StatsQuery, request.query_params.dict())
        _actor, dataset = dataset_in(request, project_id, dataset_id)
        return Response(stats_json(dataset))
