"""Operations of the wire contract on teams and members."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.errors import TagoraError
from apps.core.shapes import OrderedPageQuery, Shape, read, sliced
from apps.teams import selectors, services
from apps.teams.models import Member
from apps.teams.wire import ROLES, batch_json, member_json, team_json
from apps.tenants.actors import Actor
from apps.tenants.requests import actor_of
from apps.tenants.selectors import in_project


def _actor(request: Request, project_id: str) -> Actor:
    return in_project(actor_of(request._request), project_id)


def _description() -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=256)


class TeamBody(Shape):
    workforce_name = serializers.CharField(max_length=64)
    description = _description()


class TeamChanges(Shape):
    workforce_name = serializers.CharField(max_length=64, required=False)
    description = _description()


class TeamQuery(OrderedPageQuery):
    search_content = serializers.CharField(required=False, allow_blank=True, max_length=64)
    sort_by = serializers.ChoiceField(["create_time", "workforce_name"], default="create_time")
    workforce_task_id = serializers.CharField(required=False, max_length=32)


class MemberBody(Shape):
    emails = serializers.CharField(max_length=30_000)
    role = serializers.ChoiceField(list(ROLES))
    description = _description()


class MemberChanges(Shape):
    role = serializers.ChoiceField(list(ROLES), required=False)
    description = _description()


class MemberQuery(OrderedPageQuery):
    sort_by = serializers.ChoiceField(["create_time", "email"], default="create_time")


class AnyMemberQuery(MemberQuery):
    role = serializers.ChoiceField(list(ROLES), default=0)


class MembersBody(Shape):
    workers = serializers.ListField(child=serializers.CharField(max_length=64), min_length=1, max_length=100)


def _ordered(found: Any, query: dict[str, Any], field: str) -> Any:
    sign = "" if query["order"] == "asc" else "-"
    column = field if query["sort_by"] != "create_time" else "pk"
    return found.order_by(f"{sign}{column}")


class Teams(APIView):
    @extend_schema(operation_id="ListWorkforces", parameters=[TeamQuery], responses={200: dict})
    def get(self, request: Request, project_id: str) -> Response:
        query = read(TeamQuery, request.query_params.dict())
        found = selectors.teams(_actor(request, project_id))
        if query.get("search_content"):
            found = found.filter(name__icontains=query["search_content"])
        if query.get("workforce_task_id"):
            found = found.filter(pk__in=selectors.teams_of_task(query["workforce_task_id"]))
        rows = sliced(_ordered(found, query, "name"), query)
        return Response(
            {
                "total_number": found.count(),
                "workforces": [team_json(team) for team in rows],
            }
        )

    @extend_schema(operation_id="CreateWorkforce", request=TeamBody, responses={201: dict})
    def post(self, request: Request, project_id: str) -> Response:
        body = read(TeamBody, request.data)
        team = services.create_team(
            actor=_actor(request, project_id),
            name=body["workforce_name"],
            description=body.get("description", ""),
        )
        return Response({"workforce_id": team.public_id}, status=201)


class OneTeam(APIView):
    @extend_schema(operation_id="DescWorkforce", responses={200: dict})
    def get(self, request: Request, project_id: str, team_id: str) -> Response:
        team = selectors.get_team(_actor(request, project_id), team_id)
        return Response(team_json(team))

    @extend_schema(operation_id="UpdateWorkforce", request=TeamChanges, responses={200: dict})
    def put(self, request: Request, project_id: str, team_id: str) -> Response:
        body = read(TeamChanges, request.data)
        actor = _actor(request, project_id)
        team = selectors.get_team(actor, team_id)
        services.update_team(
            actor=actor, team=team, name=body.get("workforce_name"), description=body.get("description")
        )
        return Response({"workforce_id": team.public_id})

    @extend_schema(operation_id="DeleteWorkforce", responses={204: None})
    def delete(self, request: Request, project_id: str, team_id: str) -> Response:
        actor = _actor(request, project_id)
        services.delete_team(actor=actor, team=selectors.get_team(actor, team_id))
        return Response(status=204)


class AllMembers(APIView):
    @extend_schema(operation_id="ListAllWorkers", parameters=[AnyMemberQuery], responses={200: dict})
    def get(self, request: Request, project_id: str) -> Response:
        query = read(AnyMemberQuery, request.query_params.dict())
        found = selectors.members(_actor(request, project_id)).filter(role=ROLES[query["role"]])
        rows = sliced(_ordered(found, query, "email"), query)
        return Response({"total_number": found.count(), "workers": [member_json(member) for member in rows]})


class Members(APIView):
    @extend_schema(operation_id="ListWorkers", parameters=[MemberQuery], responses={200: dict})
    def get(self, request: Request, project_id: str, team_id: str) -> Response:
        query = read(MemberQuery, request.query_params.dict())
        actor = _actor(request, project_id)
        found = selectors.members(actor, selectors.get_team(actor, team_id))
        rows = sliced(_ordered(found, query, "email"), query)
        return Response({"total_number": found.count(), "workers": [member_json(member) for member in rows]})

    @extend_schema(operation_id="CreateWorker", request=MemberBody, responses={201: dict})
    def post(self, request: Request, project_id: str, team_id: str) -> Response:
        body = read(MemberBody, request.data)
        actor = _actor(request, project_id)
        services.add_members(
            actor=actor,
            team=selectors.get_team(actor, team_id),
            emails=body["emails"],
            role=ROLES[body["role"]],
            description=body.get("description", ""),
        )
        return Response({}, status=201)


class OneMember(APIView):
    @extend_schema(operation_id="DescWorker", responses={200: dict})
    def get(self, request: Request, project_id: str, team_id: str, member_id: str) -> Response:
        return Response(member_json(_member(request, project_id, team_id, member_id)[1]))

    @extend_schema(operation_id="UpdateWorker", request=MemberChanges, responses={200: dict})
    def put(self, request: Request, project_id: str, team_id: str, member_id: str) -> Response:
        body = read(MemberChanges, request.data)
        actor, member = _member(request, project_id, team_id, member_id)
        role = ROLES[body["role"]] if "role" in body else None
        services.update_member(actor=actor, member=member, role=role, description=body.get("description"))
        return Response({"worker_id": member.public_id})

    @extend_schema(operation_id="DeleteWorker", responses={204: None})
    def delete(self, request: Request, project_id: str, team_id: str, member_id: str) -> Response:
        actor, member = _member(request, project_id, team_id, member_id)
        services.delete_members(actor=actor, members=[member])
        return Response(status=204)


class DeleteMembers(APIView):
    @extend_schema(operation_id="BatchDeleteWorkers", request=MembersBody, responses={200: dict})
    def post(self, request: Request, project_id: str, team_id: str) -> Response:
        body = read(MembersBody, request.data)
        actor = _actor(request, project_id)
        team = selectors.get_team(actor, team_id)
        errors: list[TagoraError | None] = []
        for member_id in body["workers"]:
            try:
                member = selectors.get_member(actor, team, member_id)
                services.delete_members(actor=actor, members=[member])
            except TagoraError as error:
                errors.append(error)
            else:
                errors.append(None)
        return Response(batch_json(errors))


def _member(request: Request, project_id: str, team_id: str, member_id: str) -> tuple[Actor, Member]:
    actor = _actor(request, project_id)
    return actor, selectors.get_member(actor, selectors.get_team(actor, team_id), member_id)
