"""Operations on team tasks: create, list, describe, start, change, delete, notify, statistics."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.errors import Invalid, NotFound
from apps.core.shapes import OrderedPageQuery, Shape, read, sliced
from apps.datasets.selectors.datasets import get_dataset
from apps.labeling import acceptance, selectors, services, wire
from apps.labeling.selectors import Seat, get_seat
from apps.teams.models import Member
from apps.teams.selectors import get_member, get_team, managers, members
from apps.teams.wire import batch_json
from apps.tenants.actors import Actor
from apps.tenants.requests import actor_of
from apps.tenants.selectors import in_project


def seat_of_request(request: Request, project_id: str, dataset_id: str, task_id: str) -> Seat:
    actor = in_project(actor_of(request._request), project_id)
    return get_seat(actor, task_id, dataset_id=dataset_id, project_id=project_id)


class WorkerChoice(Shape):
    worker_id = serializers.CharField(max_length=32)
    email = serializers.CharField(required=False, max_length=254)
    role = serializers.IntegerField(required=False)
    description = serializers.CharField(required=False, allow_blank=True)
    status = serializers.IntegerField(required=False)
    workforce_id = serializers.CharField(required=False)
    create_time = serializers.IntegerField(required=False)
    update_time = serializers.IntegerField(required=False)


class WorkforceChoice(Shape):
    workforce_id = serializers.CharField(max_length=32)
    workforce_name = serializers.CharField(required=False, allow_blank=True)
    workers = WorkerChoice(many=True, required=False)


class WorkforcesConfig(Shape):
    agency = serializers.CharField(required=False, allow_blank=True, max_length=254)
    workforces = WorkforceChoice(many=True, required=False)


class TaskBody(Shape):
    task_name = serializers.CharField(max_length=64)
    description = serializers.CharField(required=False, allow_blank=True, max_length=256)
    workforces_config = WorkforcesConfig()
    repetition = serializers.IntegerField(min_value=1, default=1)
    synchronize_data = serializers.BooleanField(required=False)
    auto_sync_dataset = serializers.BooleanField(required=False)
    synchronize_auto_labeling_data = serializers.BooleanField(required=False)
    data_sync_type = serializers.ChoiceField([0, 1, 2, 3], required=False)
    sample_conditions = serializers.CharField(required=False, allow_blank=True)


class TaskChanges(Shape):
    dataset_id = serializers.CharField(required=False)
    task_id = serializers.CharField(required=False)
    task_name = serializers.CharField(required=False, max_length=64)
    description = serializers.CharField(required=False, allow_blank=True, max_length=256)
    workforces_config = WorkforcesConfig(required=False)


class TaskStart(Shape):
    dataset_id = serializers.CharField(required=False)
    task_id = serializers.CharField(required=False)
    workforces_config = WorkforcesConfig()


class TaskListQuery(Shape):
    limit = serializers.IntegerField(min_value=1, max_value=1000, default=1000)
    offset = serializers.IntegerField(min_value=0, max_value=10_000_000, default=0)


class TaskQuery(Shape):
    label_stats = serializers.BooleanField(default=False)
    sample_stats = serializers.BooleanField(default=False)
    workforce_stats = serializers.BooleanField(default=False)


class PartQuery(OrderedPageQuery):
    search_content = serializers.CharField(required=False, allow_blank=True, max_length=64)
    sort_by = serializers.ChoiceField(["create_time", "workforce_task_name"], default="create_time")


class NoticeBody(Shape):
    emails = serializers.ListField(child=serializers.CharField(max_length=254), min_length=1, max_length=100)


class StatsQuery(Shape):
    sample_state = serializers.ChoiceField(list(wire.STATES_BY_WIRE), required=False)


def chosen_members(actor: Actor, config: dict[str, Any], *, seat: Seat | None = None) -> list[Member]:
    """The members that a `workforces_config` names: those listed, or the whole team where none is.

    A team manager (`seat` of a worker) chooses from their own team only.
    """
    chosen: list[Member] = []
    for workforce in config.get("workforces", []):
        if seat is not None and seat.participant is not None:
            team = seat.participant.member.team
            if team.public_id != workforce["workforce_id"]:
                raise NotFound(_("There is no such team."), code="ModelArts.4601")
        else:
            team = get_team(actor, workforce["workforce_id"])
        if "workers" in workforce:
            chosen += [get_member(actor, team, worker["worker_id"]) for worker in workforce["workers"]]
        else:
            chosen += members(actor, team)
    return chosen


def _manager(actor: Actor, config: dict[str, Any]) -> Member | None:
    address = config.get("agency", "").strip().lower()
    if not address:
        return None
    manager = managers(actor).filter(email=address).first()
    if manager is None:
        raise NotFound(_("No team has a team manager with this address."), code="ModelArts.4604")
    return manager


class Tasks(APIView):
    @extend_schema(operation_id="ListWorkforceTasks", parameters=[TaskListQuery], responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str) -> Response:
        query = read(TaskListQuery, request.query_params.dict())
        actor = in_project(actor_of(request._request), project_id)
        found = selectors.tasks(actor, get_dataset(actor, dataset_id)).order_by("-pk")
        rows = list(sliced(found, query))
        people = selectors.participants_by_task(rows)
        return Response(
            {
                "count": found.count(),
                "tasks": [
                    {
                        **wire.task_json(task, people[task.pk]),
                        "sample_stats": wire.sample_stats_json(selectors.summed(people[task.pk])),
                    }
                    for task in rows
                ],
            }
        )

    @extend_schema(operation_id="CreateWorkforceTask", request=TaskBody, responses={200: dict})
    def post(self, request: Request, project_id: str, dataset_id: str) -> Response:
        body = read(TaskBody, request.data)
        if body.get("sample_conditions") or body.get("synchronize_auto_labeling_data"):
            raise Invalid(_("Tasks on a selection of samples or on machine labels are not possible yet."))
        actor = in_project(actor_of(request._request), project_id)
        config = body["workforces_config"]
        task = services.create_team_task(
            actor=actor,
            dataset=get_dataset(actor, dataset_id),
            name=body["task_name"],
            description=body.get("description", ""),
            members=chosen_members(actor, config),
            manager=_manager(actor, config),
            repetition=body["repetition"],
            auto_assign=body.get("synchronize_data", body.get("data_sync_type", 1) in (1, 3)),
        )
        return Response({"task_id": task.public_id})


class OneTask(APIView):
    @extend_schema(operation_id="DescWorkforceTask", parameters=[TaskQuery], responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str, task_id: str) -> Response:
        query = read(TaskQuery, request.query_params.dict())
        seat = seat_of_request(request, project_id, dataset_id, task_id)
        people = list(selectors.participants(seat.task)) if seat.sees_all else []
        shown = wire.task_json(seat.task, people)
        if seat.sees_all:
            shown |= acceptance.task_facts(seat.task)
        if query["sample_stats"]:
            shown["sample_stats"] = wire.sample_stats_json(selectors.counts_seen(seat))
        if query["workforce_stats"]:
            shown["workforce_stats"] = wire.workforce_stats_json(people)
            for participant in people:
                participant.task = seat.task
            shown["worker_stats"] = [wire.part_json(row, selectors.summed([row])) for row in people]
        if query["label_stats"]:
            shown["label_stats"] = wire.label_stats_json(seat.task.dataset, selectors.answers(seat))
        return Response(shown)

    @extend_schema(operation_id="StartWorkforceTask", request=TaskStart, responses={200: dict})
    def post(self, request: Request, project_id: str, dataset_id: str, task_id: str) -> Response:
        body = read(TaskStart, request.data)
        seat = seat_of_request(request, project_id, dataset_id, task_id)
        chosen = chosen_members(seat.actor, body["workforces_config"], seat=seat)
        services.start_team_task(seat=seat, members=chosen)
        return Response({"task_id": task_id})

    @extend_schema(operation_id="UpdateWorkforceTask", request=TaskChanges, responses={200: dict})
    def put(self, request: Request, project_id: str, dataset_id: str, task_id: str) -> Response:
        body = read(TaskChanges, request.data)
        seat = seat_of_request(request, project_id, dataset_id, task_id)
        config = body.get("workforces_config")
        services.update_team_task(
            actor=seat.actor,
            task=seat.task,
            name=body.get("task_name"),
            description=body.get("description"),
            members=None if config is None else chosen_members(seat.actor, config),
        )
        return Response({"task_id": task_id})

    @extend_schema(operation_id="DeleteWorkforceTask", responses={204: None})
    def delete(self, request: Request, project_id: str, dataset_id: str, task_id: str) -> Response:
        seat = seat_of_request(request, project_id, dataset_id, task_id)
        services.delete_team_task(actor=seat.actor, task=seat.task)
        return Response(status=204)


class Notify(APIView):
    @extend_schema(operation_id="SendEmails", request=NoticeBody, responses={200: dict})
    def post(self, request: Request, project_id: str, dataset_id: str, task_id: str) -> Response:
        body = read(NoticeBody, request.data)
        seat = seat_of_request(request, project_id, dataset_id, task_id)
        return Response(batch_json(services.notify_members(seat=seat, emails=body["emails"])))


class Stats(APIView):
    @extend_schema(operation_id="ListWorkforceTaskStats", parameters=[StatsQuery], responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str, task_id: str) -> Response:
        query = read(StatsQuery, request.query_params.dict())
        seat = seat_of_request(request, project_id, dataset_id, task_id)
        wanted = wire.STATES_BY_WIRE.get(query.get("sample_state", ""), ())
        return Response(
            {
                "data_spliting_enable": False,
                "sample_stats": wire.counts_json(selectors.counts_seen(seat)),
                "label_stats": wire.label_stats_json(seat.task.dataset, selectors.answers(seat, wanted)),
                "grouped_label_stats": [],
                "key_sample_stats": {},
                "hard_detail_stats": {},
                "metadata_stats": {},
            }
        )


class Metrics(APIView):
    @extend_schema(operation_id="GetWorkforceTaskMetrics", responses={200: dict})
    def get(self, request: Request, project_id: str, dataset_id: str, task_id: str) -> Response:
        seat = seat_of_request(request, project_id, dataset_id, task_id)
        people = selectors.participants(seat.task)
        if not seat.sees_all and seat.participant is not None:
            people = people.filter(pk=seat.participant.pk)
        return Response(
            {
                "sample_stats": {
                    row.member.email or row.member.public_id: wire.counts_json(selectors.summed([row]))
                    for row in people
                }
            }
        )


class WorkerTasks(APIView):
    @extend_schema(operation_id="ListWorkerTasks", parameters=[PartQuery], responses={200: dict})
    def get(self, request: Request, project_id: str) -> Response:
        query = read(PartQuery, request.query_params.dict())
        found = selectors.participations(actor_of(request._request)).filter(
            task__dataset__project__public_id=project_id
        )
        if query.get("search_content"):
            found = found.filter(task__name__icontains=query["search_content"])
        sign = "" if query["order"] == "asc" else "-"
        column = "pk" if query["sort_by"] == "create_time" else "task__name"
        rows = sliced(found.order_by(f"{sign}{column}"), query)
        return Response(
            {
                "count": found.count(),
                "worker_tasks": [wire.part_json(row, selectors.summed([row])) for row in rows],
            }
        )
