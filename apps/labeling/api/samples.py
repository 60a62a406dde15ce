"""Operations on the samples of a team task: list, describe, answer, review."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.answers import answered
from apps.core.errors import Invalid
from apps.core.shapes import Shape, read
from apps.labeling import acceptance, selectors, services, wire
from apps.labeling.api.tasks import seat_of_request
from apps.labeling.selectors import Seat, TaskPath
from apps.labeltypes.wire import NOTHING, from_wire
from apps.tenants.requests import actor_of

MOST_AT_ONCE = 200


def sample_uuid(text: Any, field: str = "sample_id") -> UUID:
    """A sample's id from its 32 hexadecimal digits; Invalid otherwise."""
    try:
        return UUID(hex=text)
    except (ValueError, AttributeError, TypeError):
        raise Invalid(_("A sample id has 32 hexadecimal digits."), field=field) from None


class SampleQuery(Shape):
    sample_state = serializers.ChoiceField([*wire.STATES_BY_WIRE, *acceptance.DRAWN_STATES], required=False)
    limit = serializers.IntegerField(min_value=1, max_value=100, default=10)
    offset = serializers.IntegerField(min_value=0, max_value=1_000_000, default=0)
    marker = serializers.CharField(required=False, allow_blank=True, max_length=36)
    search_conditions = serializers.CharField(required=False, allow_blank=True, max_length=4000)
    locale = serializers.CharField(required=False, max_length=16)
    process_parameter = serializers.CharField(required=False, allow_blank=True, max_length=256)
    label_type = serializers.IntegerField(required=False)


class OneSampleQuery(Shape):
    locale = serializers.CharField(required=False, max_length=16)
    sample_state = serializers.ChoiceField(list(wire.STATES_BY_WIRE), required=False)
    worker_id = serializers.CharField(required=False, max_length=32)


class SampleAnswer(Shape):
    sample_id = serializers.CharField(max_length=36)
    labels = serializers.ListField(child=serializers.DictField(), required=False, max_length=10_000)
    nothing_here = serializers.BooleanField(required=False)
    revision = serializers.IntegerField(min_value=0, required=False)
    submission_id = serializers.UUIDField(required=False)
    worker_id = serializers.CharField(required=False, max_length=32)
    metadata = serializers.DictField(required=False)
    sample_type = serializers.IntegerField(required=False)
    sample_usage = serializers.CharField(required=False, allow_blank=True)
    source = serializers.CharField(required=False, allow_blank=True)  # type: ignore[assignment]


class AnswersBody(Shape):
    email = serializers.CharField(required=False, max_length=254)
    samples = serializers.ListField(child=serializers.DictField(), min_length=1, max_length=MOST_AT_ONCE)


class ReviewComment(Shape):
    sample_id = serializers.CharField(max_length=36)
    accept = serializers.BooleanField()
    score = serializers.ChoiceField(["A", "B", "C", "D", ""], required=False)
    comment = serializers.CharField(required=False, allow_blank=True, max_length=256)
    worker_id = serializers.CharField(required=False, allow_blank=True, max_length=32)
    revision = serializers.IntegerField(min_value=0, required=False)


class ReviewsBody(Shape):
    comments = ReviewComment(many=True, allow_empty=False)


_ANSWER_FIELDS = frozenset(SampleAnswer().fields)


def _submission(item: dict[str, Any], at: str) -> services.Submission:
    """One entry of `samples`, read by hand: every answer passes here, and a nested serializer costs a millisecond."""
    strange = sorted(item.keys() - _ANSWER_FIELDS)
    if strange:
        raise Invalid(_("There is no such field."), field=f"{at}.{strange[0][:64]}")
    revision = item.get("revision")
    if revision is not None and (type(revision) is not int or revision < 0):
        raise Invalid(_("A revision is a number from 0."), field=f"{at}.revision")
    submission_id = item.get("submission_id")
    try:
        key = None if submission_id is None else UUID(submission_id)
    except (ValueError, AttributeError, TypeError):
        raise Invalid(_("A submission id is a UUID."), field=f"{at}.submission_id") from None
    nothing = item.get(NOTHING, False)
    if type(nothing) is not bool:
        raise Invalid(_("Give true or false."), field=f"{at}.{NOTHING}")
    sample = sample_uuid(item.get("sample_id"), f"{at}.sample_id")
    labels = item.get("labels", [] if nothing else None)
    return services.Submission(sample, partial(from_wire, labels), revision, key, nothing)


def _filters(text: str) -> dict[str, str]:
    """The filters of `search_conditions`: one condition with sample_name, sample_dir or labeler."""
    if not text:
        return {}
    names = {"sample_name": "sample_name", "sample_dir": "sample_dir", "labeler": "email"}
    try:
        conditions = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Invalid(_("This is not a JSON list of conditions."), field="search_conditions") from None
    if not isinstance(conditions, list) or len(conditions) > 1 or not all(isinstance(one, dict) for one in conditions):
        raise Invalid(_("Give a list with one condition."), field="search_conditions")
    wanted = conditions[0] if conditions else {}
    for name, value in wanted.items():
        if name not in names or not isinstance(value, str):
            raise Invalid(_("Samples of a task are found by name, folder or labeler."), field="search_conditions")
    return {names[name]: value for name, value in wanted.items()}


def _count(seat: Seat, wanted: tuple[str, ...], filters: dict[str, str]) -> int:
    if filters:
        return selectors.filtered_assignments(seat, in_states=wanted, **filters).count()
    counts = selectors.counts_seen(seat)
    return sum(counts[state] for state in wanted or counts)


class Samples(APIView):
    @extend_schema(operation_id="ListWorkforceTaskSamples", parameters=[SampleQuery], responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str, task_id: str) -> HttpResponse:
        query = read(SampleQuery, request.query_params.dict())
        seat = seat_of_request(request, project_id, dataset_id, task_id)
        state, marker = query.get("sample_state", ""), query.get("marker", "")
        if state in acceptance.DRAWN_STATES:
            shown = acceptance.drawn_samples(seat, state, limit=query["limit"], page=query["offset"], marker=marker)
            return answered(shown)
        wanted = wire.STATES_BY_WIRE.get(state, ())
        filters = _filters(query.get("search_conditions", ""))
        rows, following = selectors.page_of_assignments(
            seat,
            in_states=wanted,
            limit=query["limit"],
            after=sample_uuid(marker, "marker") if marker else None,
            page=query["offset"],
            **filters,
        )
        labeler_is_told = not seat.sees_own_only
        return answered(
            {
                "sample_count": _count(seat, wanted, filters),
                "samples": [wire.assignment_json(row, seat.task.dataset, member=labeler_is_told) for row in rows],
                "next_marker": following.hex if following else None,
            }
        )

    @extend_schema(operation_id="UpdateWorkforceTaskSamples", request=AnswersBody, responses={200: dict})
    def put(self, request: Request, project_id: str, dataset_id: str, task_id: str) -> HttpResponse:
        body = read(AnswersBody, request.data)
        actor = actor_of(request._request)
        own = {actor.person.login, actor.person.email, ""} if actor.person else set()
        if body.get("email", "").strip().lower() not in own:
            raise Invalid(_("Answers are given under one's own address only."), field="email")
        workers = {str(item["worker_id"]) for item in body["samples"] if item.get("worker_id")}
        if len(workers) > 1:
            raise Invalid(_("Answers are given under one name at a time."), field="samples")
        outcomes = services.submit_annotations(
            actor=actor,
            path=TaskPath(task_id, dataset_id, project_id, *workers),
            submissions=[_submission(item, f"samples[{place}]") for place, item in enumerate(body["samples"])],
        )
        return answered(wire.results_json(outcomes))


class OneSample(APIView):
    @extend_schema(operation_id="DescribeWorkforceTaskSample", parameters=[OneSampleQuery], responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str, task_id: str, sample_id: str) -> Response:
        query = read(OneSampleQuery, request.query_params.dict())
        seat = seat_of_request(request, project_id, dataset_id, task_id)
        assignment = selectors.get_assignment(seat, sample_uuid(sample_id), query.get("worker_id", ""))
        return Response(wire.assignment_json(assignment, seat.task.dataset, member=not seat.sees_own_only))


class Reviews(APIView):
    @extend_schema(operation_id="ReviewSamples", request=ReviewsBody, responses={200: dict})
    def post(self, request: Request, project_id: str, dataset_id: str, task_id: str) -> Response:
        body = read(ReviewsBody, request.data)
        seat = seat_of_request(request, project_id, dataset_id, task_id)
        reviews = [
            services.Review(
                sample_id=sample_uuid(item["sample_id"], f"comments[{place}].sample_id"),
                accept=item["accept"],
                score=item.get("score", ""),
                comment=item.get("comment", ""),
                member_id=item.get("worker_id", ""),
                revision=item.get("revision"),
            )
            for place, item in enumerate(body["comments"])
        ]
        outcomes = services.review_annotations(seat=seat, reviews=reviews)
        return Response(wire.results_json(outcomes))
