"""Sign-in for programs: the part of Keystone v3 that public clients of the wire contract use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.errors import TagoraError
from apps.entry import services
from apps.tenants.requests import actor_of
from apps.tenants.services import NewToken


class _Domain(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=64, required=False)
    id = serializers.CharField(max_length=64, required=False)


class _User(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=320)
    password = serializers.CharField(max_length=512, trim_whitespace=False)
    domain = _Domain(required=False)


class _Password(serializers.Serializer[Any]):
    user = _User()


class _Identity(serializers.Serializer[Any]):
    methods = serializers.ListField(child=serializers.ChoiceField(["password"]), min_length=1, max_length=1)
    password = _Password()


class _ScopedProject(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=64, required=False)
    id = serializers.CharField(max_length=64, required=False)
    domain = _Domain(required=False)


class _Scope(serializers.Serializer[Any]):
    project = _ScopedProject(required=False)
    domain = _Domain(required=False)


class _Auth(serializers.Serializer[Any]):
    identity = _Identity()
    scope = _Scope(required=False)


class TokenRequest(serializers.Serializer[Any]):
    auth = _Auth()


def _keystone_error(status: int, message: str) -> Response:
    title = {400: "Bad Request", 401: "Unauthorized"}[status]
    return Response({"error": {"code": status, "title": title, "message": message}}, status=status)


class CreateToken(APIView):
    """POST /v3/auth/tokens: password in, `X-Subject-Token` out."""

    permission_classes = [AllowAny]
    authentication_classes = []

    @extend_schema(operation_id="KeystoneCreateToken", request=TokenRequest, responses={201: dict})
    def post(self, request: Request) -> Response:
        shape = TokenRequest(data=request.data)
        if not shape.is_valid():
            return _keystone_error(400, _("The body is not a password sign-in of Keystone v3."))
        auth = shape.validated_data["auth"]
        user = auth["identity"]["password"]["user"]
        domain = user.get("domain", {}).get("name")
        login = f"{domain}/{user['name']}" if domain and "/" not in user["name"] else user["name"]
        scope = auth.get("scope", {}).get("project", {})
        try:
            token = services.create_token(
                visitor=actor_of(request._request),
                login=login,
                password=user["password"],
                project_name=scope.get("name", ""),
                project_id=scope.get("id", ""),
            )
        except TagoraError as error:
            return _keystone_error(401, str(error))
        return Response(_token_body(token), status=201, headers={"X-Subject-Token": token.secret})


class KeystoneVersion(APIView):
    """GET /v3: what a client asks before it signs in."""

    permission_classes = [AllowAny]
    authentication_classes = []

    @extend_schema(operation_id="KeystoneVersion", responses={200: dict})
    def get(self, request: Request) -> Response:
        link = {"rel": "self", "href": f"{settings.TAGORA_URL}/v3/"}
        return Response({"version": {"id": "v3.14", "status": "stable", "links": [link]}})


def _token_body(token: NewToken) -> dict[str, Any]:
    actor = token.actor
    assert actor.person is not None
    assert actor.tenant is not None
    assert actor.project is not None
    domain = {"id": actor.tenant.public_id, "name": actor.tenant.name}
    project = actor.project.public_id
    addresses = {
        "identity": f"{settings.TAGORA_URL}/v3",
        "modelartsv1": f"{settings.TAGORA_URL}/v1/{project}",
        "modelartsv2": f"{settings.TAGORA_URL}/v2/{project}",
    }
    moment = "%Y-%m-%dT%H:%M:%S.%fZ"
    return {
        "token": {
            "methods": ["password"],
            "issued_at": token.issued_at.strftime(moment),
            "expires_at": token.expires_at.strftime(moment),
            "user": {
                "id": actor.person.public_id,
                "name": actor.person.login.rpartition("/")[2],
                "domain": domain,
            },
            "project": {"id": project, "name": actor.project.name, "domain": domain},
            "roles": [{"id": "admin", "name": "admin"}] if actor.is_admin else [],
            "catalog": [
                {
                    "id": kind,
                    "name": kind,
                    "type": kind,
                    "endpoints": [
                        {"id": kind, "interface": "public", "region": "tagora", "region_id": "tagora", "url": url}
                    ],
                }
                for kind, url in addresses.items()
            ],
        }
    }


api_urls = [
    path("v3", KeystoneVersion.as_view()),
    path("v3/", KeystoneVersion.as_view()),
    path("v3/auth/tokens", CreateToken.as_view()),
]
