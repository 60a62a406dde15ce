"""Operations of the wire contract on acceptance rounds."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.errors import Invalid, NotFound, TagoraError
from apps.core.shapes import Shape, read
from apps.labeling.api.samples import sample_uuid
from apps.labeling.api.tasks import seat_of_request
from apps.quality import additions, selectors, services, wire
from apps.quality.states import Scope

MOST_CONFLICTS = 1000


class StartBody(Shape):
    sampling_num = serializers.IntegerField(required=False, allow_null=True)
    sampling_rate = serializers.FloatField(required=False, allow_null=True)


class JudgementBody(Shape):
    sample_id = serializers.CharField(max_length=36)
    accept = serializers.BooleanField()
    score = serializers.ChoiceField(["A", "B", "C", "D", ""], required=False)
    comment = serializers.CharField(required=False, allow_blank=True, max_length=256)
    worker_id = serializers.CharField(required=False, allow_blank=True, max_length=32)


class JudgementsBody(Shape):
    comments = JudgementBody(many=True, allow_empty=False)


class StatusBody(Shape):
    action = serializers.ChoiceField([*Scope.values, wire.CANCEL, wire.LIST_CONFLICTS])
    overwrite_last_result = serializers.BooleanField(default=False)


class StatusQuery(Shape):
    locale = serializers.CharField(required=False, max_length=16)


class ReportQuery(Shape):
    checking_task_id = serializers.CharField(required=False, allow_blank=True, max_length=20)


class DrawnQuery(Shape):
    sample_state = serializers.ChoiceField(list(wire.VERDICTS_BY_WIRE), default="__WORKFORCE_SAMPLED__")
    limit = serializers.IntegerField(min_value=1, max_value=100, default=10)
    offset = serializers.IntegerField(min_value=0, max_value=1_000_000, default=0)
    marker = serializers.CharField(required=False, allow_blank=True, max_length=36)


class Rounds(APIView):
    @extend_schema(operation_id="StartWorkforceSamplingTask", request=StartBody, responses={200: dict})
    def post(self, request: Request, project_id: str, dataset_id: str, task_id: str) -> Response:
        body = read(StartBody, request.data)
        seat = seat_of_request(request, project_id, dataset_id, task_id)
        acceptance = services.start_acceptance(
            seat=seat, rate=body.get("sampling_rate"), number=body.get("sampling_num")
        )
        return Response({"task_id": acceptance.public_id})


class Judgements(APIView):
    @extend_schema(operation_id="AcceptSamples", request=JudgementsBody, responses={200: dict})
    def post(self, request: Request, project_id: str, dataset_id: str, task_id: str) -> Response:
        body = read(JudgementsBody, request.data)
        seat = seat_of_request(request, project_id, dataset_id, task_id)
        judgements = [
            services.Judgement(
                sample_id=sample_uuid(item["sample_id"], f"comments[{place}].sample_id"),
                accept=item["accept"],
                score=item.get("score", ""),
                comment=item.get("comment", ""),
                member_id=item.get("worker_id", ""),
            )
            for place, item in enumerate(body["comments"])
        ]
        acceptance = selectors.get_open_acceptance(seat)
        outcomes = services.judge_acceptance(seat=seat, acceptance=acceptance, judgements=judgements)
        results = [_result(outcome.sample_id.hex, outcome.error) for outcome in outcomes]
        return Response({"success": all(result["success"] for result in results), "results": results})


def _result(sample_id: str, error: TagoraError | None) -> dict[str, Any]:
    result: dict[str, Any] = {"success": error is None, "sample_id": sample_id}
    if error is not None:
        place = f"{error.field}: " if isinstance(error, Invalid) and error.field else ""
        result |= {"error_code": error.code, "error_msg": f"{place}{error}"}
    return result


class Status(APIView):
    @extend_schema(
        operation_id="UpdateWorkforceSamplingTask",
        parameters=[StatusQuery],
        request=StatusBody,
        responses={200: dict},
    )
    def put(self, request: Request, project_id: str, dataset_id: str, task_id: str) -> Response:
        read(StatusQuery, request.query_params.dict())
        body = read(StatusBody, request.data)
        seat = seat_of_request(request, project_id, dataset_id, task_id)
        acceptance = selectors.get_open_acceptance(seat)
        if body["action"] == wire.LIST_CONFLICTS:
            found = selectors.conflicts(acceptance, limit=MOST_CONFLICTS)
            samples = [wire.conflict_json(row, seat.task) for row in found]
            return Response({"sample_count": len(samples), "samples": samples})
        if body["action"] == wire.CANCEL:
            services.cancel_acceptance(seat=seat, acceptance=acceptance)
        else:
            services.complete_acceptance(
                seat=seat,
                acceptance=acceptance,
                scope=Scope(body["action"]),
                overwrite=body["overwrite_last_result"],
            )
        return Response({"sample_count": 0, "samples": []})


class ReportOfRound(APIView):
    """The report of the round that is named, or of the newest."""

    @extend_schema(operation_id="GetWorkforceSamplingTask", parameters=[ReportQuery], responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str, task_id: str) -> Response:
        query = read(ReportQuery, request.query_params.dict())
        seat = seat_of_request(request, project_id, dataset_id, task_id)
        return Response(wire.report_json(selectors.get_acceptance_of(seat, query.get("checking_task_id", ""))))


class DrawnSamples(APIView):
    """The drawn answers of the newest round; beyond the contract, for the judging page."""

    @extend_schema(operation_id="ListDrawnSamples", parameters=[DrawnQuery], responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str, task_id: str) -> Response:
        query = read(DrawnQuery, request.query_params.dict())
        seat = seat_of_request(request, project_id, dataset_id, task_id)
        marker = query.get("marker", "")
        shown = additions.drawn_samples(
            seat, query["sample_state"], limit=query["limit"], page=query["offset"], marker=marker
        )
        return Response(shown)


class OneDrawnSample(APIView):
    """The first drawn answer to a sample in the newest round."""

    @extend_schema(operation_id="DescribeDrawnSample", responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str, task_id: str, sample_id: str) -> Response:
        seat = seat_of_request(request, project_id, dataset_id, task_id)
        acceptance = selectors.acceptances(seat).first()
        row = selectors.drawn_of(acceptance, sample_uuid(sample_id)).first() if acceptance else None
        if row is None:
            raise NotFound(_("This sample was not drawn."), code="ModelArts.4420")
        return Response(wire.drawn_json(row, seat.task))
