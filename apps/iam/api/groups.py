"""Groups and who is in them."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.shapes import Shape, read
from apps.iam import services
from apps.iam.api.users import MOST
from apps.iam.selectors import people
from apps.iam.wire import group_json, user_json
from apps.tenants.requests import actor_of


class GroupQuery(Shape):
    name = serializers.CharField(required=False, max_length=64)


class NewGroupFields(Shape):
    name = serializers.CharField(max_length=64)
    description = serializers.CharField(required=False, allow_blank=True, max_length=256, default="")
    domain_id = serializers.CharField(required=False, max_length=64)


class GroupChanges(Shape):
    name = serializers.CharField(required=False, max_length=64)
    description = serializers.CharField(required=False, allow_blank=True, max_length=256)


class NewGroupBody(Shape):
    group = NewGroupFields()


class GroupChangesBody(Shape):
    group = GroupChanges()


class Groups(APIView):
    @extend_schema(operation_id="KeystoneListGroups", parameters=[GroupQuery], responses={200: dict})
    def get(self, request: Request) -> Response:
        found = people.groups(actor_of(request._request))
        query = read(GroupQuery, request.query_params.dict())
        if "name" in query:
            found = found.filter(name=query["name"])
        return Response({"groups": [group_json(group) for group in found[:MOST]], "links": {"next": None}})

    @extend_schema(operation_id="KeystoneCreateGroup", request=NewGroupBody, responses={201: dict})
    def post(self, request: Request) -> Response:
        fields = read(NewGroupBody, request.data)["group"]
        group = services.create_group(
            actor=actor_of(request._request), name=fields["name"], description=fields["description"]
        )
        return Response({"group": group_json(group)}, status=201)


class OneGroup(APIView):
    @extend_schema(operation_id="KeystoneShowGroup", responses={200: dict})
    def get(self, request: Request, group_id: str) -> Response:
        return Response({"group": group_json(people.get_group(actor_of(request._request), group_id))})

    @extend_schema(operation_id="KeystoneUpdateGroup", request=GroupChangesBody, responses={200: dict})
    def patch(self, request: Request, group_id: str) -> Response:
        actor = actor_of(request._request)
        group = people.get_group(actor, group_id)
        changed = services.update_group(actor=actor, group=group, **read(GroupChangesBody, request.data)["group"])
        return Response({"group": group_json(changed)})

    @extend_schema(operation_id="KeystoneDeleteGroup", responses={204: None})
    def delete(self, request: Request, group_id: str) -> Response:
        actor = actor_of(request._request)
        services.delete_group(actor=actor, group=people.get_group(actor, group_id))
        return Response(status=204)


class Members(APIView):
    @extend_schema(operation_id="KeystoneListUsersOfGroup", responses={200: dict})
    def get(self, request: Request, group_id: str) -> Response:
        actor = actor_of(request._request)
        found = people.users(actor, group=people.get_group(actor, group_id))
        return Response({"users": [user_json(user) for user in found[:MOST]], "links": {"next": None}})


class OneMember(APIView):
    @extend_schema(operation_id="KeystoneAddUserToGroup", request=None, responses={204: None})
    def put(self, request: Request, group_id: str, user_id: str) -> Response:
        actor = actor_of(request._request)
        group, user = people.get_group(actor, group_id), people.get_user(actor, user_id)
        services.add_members(actor=actor, group=group, users=[user])
        return Response(status=204)

    @extend_schema(operation_id="KeystoneRemoveUserFromGroup", responses={204: None})
    def delete(self, request: Request, group_id: str, user_id: str) -> Response:
        actor = actor_of(request._request)
        group, user = people.get_group(actor, group_id), people.get_user(actor, user_id)
        services.remove_members(actor=actor, group=group, users=[user])
        return Response(status=204)
