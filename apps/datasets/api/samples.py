"""Operations of the wire contract on the samples of a data set."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.errors import Invalid, NotFound
from apps.core.shapes import PageQuery, Shape, read
from apps.datasets import services
from apps.datasets.api.search import read_conditions
from apps.datasets.api.shapes import dataset_in
from apps.datasets.api.wire import SAMPLE_STATES, batch_json, error_json, labels_json, outcome_json, sample_json
from apps.datasets.models import Dataset
from apps.datasets.selectors import Condition, get_sample, labelers_of, sample_page
from apps.datasets.services import Submission
from apps.labeltypes import label_types
from apps.labeltypes.wire import NOTHING, from_wire, share, truth

WIRE_STATES = {code: state for state, code in SAMPLE_STATES.items()}
# States of team tasks: the contract lists them for samples too, but no sample of a data set is ever in one.
TASK_STATES = (
    "__UNCHECK__", "__ACCEPTED__", "__REJECTED__", "__UNREVIEWED__", "__REVIEWED__", "__WORKFORCE_SAMPLED__",
    "__WORKFORCE_SAMPLED_UNCHECK__", "__WORKFORCE_SAMPLED_CHECKED__", "__WORKFORCE_SAMPLED_ACCEPTED__",
    "__WORKFORCE_SAMPLED_REJECTED__",
)  # fmt: skip
HARD = "@modelarts:hard"
HARD_COEFFICIENT = "@modelarts:hard_coefficient"
# What a client got with a sample and may send back; it is not for clients to change.
READ_ONLY_METADATA = frozenset({"@modelarts:size", "@modelarts:import_origin", "@modelarts:hard_reasons"})
DEEPEST_SKIP = 1_000_000


class SamplesQuery(PageQuery):
    limit = serializers.IntegerField(min_value=1, max_value=100, default=10)
    marker = serializers.CharField(required=False, allow_blank=True, max_length=32)
    order = serializers.ChoiceField(["asc", "desc"], default="desc")
    sample_state = serializers.ChoiceField([*WIRE_STATES, *TASK_STATES], required=False, allow_blank=True)
    search_conditions = serializers.CharField(required=False, allow_blank=True)
    label_name = serializers.CharField(required=False, allow_blank=True, max_length=128)
    label_type = serializers.IntegerField(required=False)
    email = serializers.CharField(required=False, allow_blank=True, max_length=320)
    sample_type = serializers.ChoiceField([0, 9], required=False)
    preview = serializers.BooleanField(required=False)
    locale = serializers.CharField(required=False, max_length=20)


class SampleQuery(Shape):
    locale = serializers.CharField(required=False, max_length=20)
    sample_state = serializers.ChoiceField([*WIRE_STATES, *TASK_STATES], required=False, allow_blank=True)


class SampleBody(Shape):
    sample_id = serializers.CharField(max_length=36)
    labels = serializers.ListField(child=serializers.DictField(), required=False, max_length=10_000)
    nothing_here = serializers.BooleanField(required=False)
    metadata = serializers.DictField(required=False)
    sample_type = serializers.ChoiceField([0], required=False)
    sample_usage = serializers.ChoiceField(["TRAIN", "EVAL", "TEST", "INFERENCE", ""], required=False)
    source = serializers.CharField(required=False, max_length=2048)  # type: ignore[assignment]
    worker_id = serializers.CharField(required=False, allow_blank=True, max_length=36)
    revision = serializers.IntegerField(required=False, min_value=0)
    submission_id = serializers.UUIDField(required=False)


class SamplesBody(Shape):
    samples = serializers.ListField(child=SampleBody(), min_length=1, max_length=1000)
    email = serializers.CharField(required=False, allow_blank=True, max_length=320)


class DeleteSamplesBody(Shape):
    samples = serializers.ListField(child=serializers.CharField(max_length=36), min_length=1, max_length=1000)
    delete_source = serializers.BooleanField(default=False)


def sample_id(text: str) -> UUID:
    """A sample's id out of 32 hexadecimal digits; what is none names no sample."""
    try:
        return UUID(hex=text)
    except ValueError:
        raise NotFound(_("There is no such sample in this data set."), code="ModelArts.4420") from None


class Samples(APIView):
    @extend_schema(operation_id="ListSamples", parameters=[SamplesQuery], responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str) -> Response:
        query = read(SamplesQuery, request.query_params.dict())
        _actor, dataset = dataset_in(request, project_id, dataset_id)
        wanted = query.get("sample_state") or ""
        if wanted in TASK_STATES:
            return Response({"sample_count": 0, "samples": [], "next_marker": None})
        skip = query["offset"] * query["limit"]
        if skip > DEEPEST_SKIP:
            raise Invalid(_("Pages this deep are reached by marker: send the next_marker of the page before."))
        page = sample_page(
            dataset,
            state=WIRE_STATES.get(wanted),
            conditions=_conditions(query),
            limit=query["limit"],
            after=sample_id(query["marker"]) if query.get("marker") else None,
            skip=skip,
            newest_first=query["order"] == "desc",
        )
        return Response(
            {
                "sample_count": page.count,
                "sample_count_is_least": page.is_least,
                "samples": [sample_json(sample, dataset) for sample in page.rows],
                "next_marker": page.next.hex if page.next else None,
            }
        )

    @extend_schema(operation_id="UpdateSamples", request=SamplesBody, responses={200: dict})
    def put(self, request: Request, project_id: str, dataset_id: str) -> Response:
        body = read(SamplesBody, request.data)
        actor, dataset = dataset_in(request, project_id, dataset_id)
        results: list[dict[str, Any]] = []
        submissions: list[Submission] = []
        places: list[int] = []
        for sample in body["samples"]:
            try:
                submissions.append(_submission(sample, dataset))
            except (Invalid, NotFound) as error:
                results.append({**error_json(error), "sample_id": sample["sample_id"]})
            else:
                places.append(len(results))
                results.append({})
        outcomes = services.label_samples(actor=actor, dataset=dataset, submissions=submissions)
        for place, outcome in zip(places, outcomes, strict=True):
            results[place] = outcome_json(outcome, dataset)
        return Response(batch_json(results))


class OneSample(APIView):
    @extend_schema(operation_id="DescribeSample", parameters=[SampleQuery], responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str, sample: str) -> Response:
        read(SampleQuery, request.query_params.dict())
        _actor, dataset = dataset_in(request, project_id, dataset_id)
        return Response(sample_json(get_sample(dataset, sample_id(sample)), dataset))


class SampleDeletion(APIView):
    @extend_schema(operation_id="DeleteSamples", request=DeleteSamplesBody, responses={200: dict})
    def post(self, request: Request, project_id: str, dataset_id: str) -> Response:
        body = read(DeleteSamplesBody, request.data)
        actor, dataset = dataset_in(request, project_id, dataset_id)
        outcomes = services.delete_samples(
            actor=actor,
            dataset=dataset,
            sample_ids=[sample_id(text) for text in body["samples"]],
            delete_source=body["delete_source"],
        )
        return Response(batch_json([outcome_json(outcome, dataset) for outcome in outcomes]))


class SearchConditions(APIView):
    @extend_schema(operation_id="ListSearch", responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str) -> Response:
        _actor, dataset = dataset_in(request, project_id, dataset_id)
        return Response({"labels": labels_json(dataset), "labelers": labelers_of(dataset), "metadata": []})


def _conditions(query: dict[str, Any]) -> list[Condition]:
    conditions = read_conditions(query["search_conditions"]) if query.get("search_conditions") else []
    if query.get("label_name") or query.get("email"):
        if conditions:
            raise Invalid(_("Give label_name and email, or search_conditions, not both."))
        labels = (query["label_name"],) if query.get("label_name") else ()
        conditions = [Condition(labels=labels, labeler=query.get("email", ""))]
    return conditions


def _submission(sample: dict[str, Any], dataset: Dataset) -> Submission:
    metadata = dict(sample.get("metadata") or {})
    hard = metadata.pop(HARD, None)
    coefficient = metadata.pop(HARD_COEFFICIENT, None)
    unknown = sorted(metadata.keys() - READ_ONLY_METADATA)
    if unknown:
        raise Invalid(_("There is no such field."), field=f"metadata.{unknown[0][:64]}")
    nothing = sample.get(NOTHING, False)
    labels = sample.get("labels", [] if nothing else None)
    return Submission(
        sample_id=sample_id(sample["sample_id"]),
        annotation=None if labels is None else from_wire(labels, label_types.get(dataset.label_type)),
        revision=sample.get("revision"),
        submission_id=sample.get("submission_id"),
        hard=None if hard is None else truth(hard, field=f"metadata.{HARD}"),
        hard_coefficient=None if coefficient is None else share(coefficient, field=f"metadata.{HARD_COEFFICIENT}"),
        usage=sample.get("sample_usage"),
        nothing=nothing,
    )
