"""Users: listing, creating, changing and deleting them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.shapes import Shape, read
from apps.iam import services
from apps.iam.selectors import people
from apps.iam.wire import user_json
from apps.tenants.requests import actor_of

MOST = 1000


class UserQuery(Shape):
    name = serializers.CharField(required=False, max_length=64)
    enabled = serializers.BooleanField(required=False, allow_null=True, default=None)


class NewUserFields(Shape):
    name = serializers.CharField(max_length=64)
    password = serializers.CharField(required=False, max_length=512, trim_whitespace=False)
    email = serializers.CharField(required=False, allow_blank=True, max_length=254, default="")
    description = serializers.CharField(required=False, allow_blank=True, max_length=128, default="")
    domain_id = serializers.CharField(required=False, max_length=64)


class UserChanges(Shape):
    email = serializers.CharField(required=False, allow_blank=True, max_length=254)
    description = serializers.CharField(required=False, allow_blank=True, max_length=128)
    enabled = serializers.BooleanField(required=False)


class NewUserBody(Shape):
    user = NewUserFields()


class UserChangesBody(Shape):
    user = UserChanges()


class Users(APIView):
    @extend_schema(operation_id="KeystoneListUsers", parameters=[UserQuery], responses={200: dict})
    def get(self, request: Request) -> Response:
        query = read(UserQuery, request.query_params.dict())
        actor = actor_of(request._request)
        state = {True: "active", False: "disabled", None: ""}[query["enabled"]]
        found = people.users(actor, state=state)
        if "name" in query and actor.tenant is not None:
            found = found.filter(person__login=f"{actor.tenant.name}/{query['name'].lower()}")
        return Response({"users": [user_json(user) for user in found[:MOST]], "links": {"next": None}})

    @extend_schema(operation_id="KeystoneCreateUser", request=NewUserBody, responses={201: dict})
    def post(self, request: Request) -> Response:
        """The password is an initial one: the user must choose another before anything else."""
        fields = read(NewUserBody, request.data)["user"]
        made = services.create_user(
            actor=actor_of(request._request),
            name=fields["name"],
            email=fields["email"],
            full_name=fields["description"],
            password=fields.get("password", ""),
        )
        return Response({"user": user_json(made.user)}, status=201)


class OneUser(APIView):
    @extend_schema(operation_id="KeystoneShowUser", responses={200: dict})
    def get(self, request: Request, user_id: str) -> Response:
        return Response({"user": user_json(people.get_user(actor_of(request._request), user_id))})

    @extend_schema(operation_id="KeystoneUpdateUser", request=UserChangesBody, responses={200: dict})
    def patch(self, request: Request, user_id: str) -> Response:
        actor = actor_of(request._request)
        user = people.get_user(actor, user_id)
        fields: dict[str, Any] = read(UserChangesBody, request.data)["user"]
        changed = services.update_user(
            actor=actor,
            user=user,
            full_name=fields.get("description"),
            email=fields.get("email"),
            is_active=fields.get("enabled"),
        )
        return Response({"user": user_json(changed)})

    @extend_schema(operation_id="KeystoneDeleteUser", responses={204: None})
    def delete(self, request: Request, user_id: str) -> Response:
        actor = actor_of(request._request)
        services.delete_user(actor=actor, user=people.get_user(actor, user_id))
        return Response(status=204)
