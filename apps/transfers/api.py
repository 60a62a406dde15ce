"""Operations of the wire contract on imports and synchronisation."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.shapes import PageQuery, Shape, read, sliced
from apps.datasets.api.shapes import DataSourceBody, LabelName, dataset_in
from apps.datasets.api.wire import milliseconds
from apps.datasets.models import Dataset
from apps.jobs.models import Job
from apps.labeltypes.labels import clean_label_name
from apps.storage.paths import parse
from apps.transfers import services
from apps.transfers.selection import Selection
from apps.transfers.selectors import get_import, imports_of, last_sync

STATES = {
    "queued": "QUEUING",
    "running": "RUNNING",
    "completed": "COMPLETED",
    "failed": "FAILED",
    "stopped": "FAILED",
}


class ImportBody(Shape):
    import_path = serializers.CharField(max_length=2048)
    import_type = serializers.ChoiceField(["dir", "manifest"], default="dir")
    import_origin = serializers.ChoiceField(["obs"], default="obs")
    import_annotations = serializers.BooleanField(default=True)
    import_samples = serializers.ChoiceField([True], default=True)
    final_annotation = serializers.ChoiceField([True], default=True)
    difficult_only = serializers.BooleanField(default=False)
    included_labels = serializers.ListField(child=LabelName(), required=False, max_length=1000)
    excluded_labels = serializers.ListField(child=LabelName(), required=False, max_length=1000)
    data_source = DataSourceBody(required=False)
    with_column_header = serializers.BooleanField(required=False)


def import_json(job: Job, dataset: Dataset) -> dict[str, Any]:
    """An import as a task of the contract. Counts are those of the last checkpoint."""
    ended = job.finished_at or timezone.now()
    shown: dict[str, Any] = {
        "task_id": job.public_id,
        "dataset_id": dataset.public_id,
        "status": STATES[job.state],
        "import_type": 1 if job.kind == "import_manifest" else 0,
        "import_path": job.params["location"],
        "data_source": {"data_type": 0, "data_path": job.params["location"]},
        "create_time": milliseconds(job.created_at),
        "update_ms": milliseconds(job.finished_at or job.started_at or job.created_at),
        "elapsed_time": int((ended - job.started_at).total_seconds()) if job.started_at else 0,
        "imported_sample_count": job.cursor.get("added", 0),
        "annotated_sample_count": job.cursor.get("labelled", 0),
    }
    if job.kind == "import_manifest":
        shown |= {"finished_file_size": job.done, "total_file_size": job.total or 0}
    else:
        shown |= {"finished_file_count": job.done, "total_file_count": job.total or 0}
    if job.error:
        shown |= {"error_code": "ModelArts.4340", "error_msg": str(job.error)}
    return shown


def sync_json(job: Job | None, dataset: Dataset) -> dict[str, Any]:
    if job is None:
        return {"dataset_id": dataset.public_id, "status": "NOT_EXIST"}
    ended = job.finished_at or timezone.now()
    shown: dict[str, Any] = {
        "task_id": job.public_id,
        "dataset_id": dataset.public_id,
        "status": STATES[job.state],
        "create_time": milliseconds(job.created_at),
        "duration_time": int((ended - job.started_at).total_seconds()) if job.started_at else 0,
        "add_sample_count": job.cursor.get("added", 0),
        "deleted_sample_count": 0,
        "total_sample_count": dataset.sample_count,
    }
    if job.error:
        shown |= {"error_code": "ModelArts.4340", "error_msg": str(job.error)}
    return shown


class Imports(APIView):
    @extend_schema(operation_id="ListImportTasks", parameters=[PageQuery], responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str) -> Response:
        query = read(PageQuery, request.query_params.dict())
        _actor, dataset = dataset_in(request, project_id, dataset_id)
        found = imports_of(dataset)
        shown = [import_json(job, dataset) for job in sliced(found, query)]
        return Response({"total_count": found.count(), "import_tasks": shown})

    @extend_schema(operation_id="ImportTask", request=ImportBody, responses={200: dict})
    def post(self, request: Request, project_id: str, dataset_id: str) -> Response:
        body = read(ImportBody, request.data)
        actor, dataset = dataset_in(request, project_id, dataset_id)
        start = services.import_manifest if body["import_type"] == "manifest" else services.import_folder
        job = start(
            actor=actor,
            dataset=dataset,
            location=parse(body["import_path"], field="import_path"),
            selection=Selection(
                annotations=body["import_annotations"],
                difficult_only=body["difficult_only"],
                included=_names(body, "included_labels"),
                excluded=_names(body, "excluded_labels"),
            ),
        )
        return Response({"task_id": job.public_id})


class OneImport(APIView):
    @extend_schema(operation_id="DescImportTask", responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str, task_id: str) -> Response:
        _actor, dataset = dataset_in(request, project_id, dataset_id)
        return Response(import_json(get_import(dataset, task_id), dataset))


class Sync(APIView):
    @extend_schema(operation_id="SyncDataSource", request=None, responses={200: dict})
    def post(self, request: Request, project_id: str, dataset_id: str) -> Response:
        actor, dataset = dataset_in(request, project_id, dataset_id)
        services.sync_dataset(actor=actor, dataset=dataset)
        return Response({})


class SyncState(APIView):
    @extend_schema(operation_id="SyncDataSourceState", responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str) -> Response:
        _actor, dataset = dataset_in(request, project_id, dataset_id)
        return Response(sync_json(last_sync(dataset), dataset))


def _names(body: dict[str, Any], field: str) -> frozenset[str]:
    return frozenset(
        clean_label_name(label["name"], field=f"{field}[{position}].name")
        for position, label in enumerate(body.get(field, []))
    )
