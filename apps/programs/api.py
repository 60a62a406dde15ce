"""Keystone v3, as far as public clients of the wire contract use it: tokens, projects, the catalogue of services."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.errors import NotFound, TagoraError
from apps.programs import selectors, services
from apps.programs.keystone import (
    TokenRequest,
    domain_json,
    login_of,
    project_json,
    token_json,
    version_json,
    wanted_of,
)
from apps.tenants.actors import Actor
from apps.tenants.requests import actor_of
from apps.tenants.selectors import projects_of

SUBJECT = OpenApiParameter("X-Subject-Token", str, OpenApiParameter.HEADER, description="The token that is meant.")
NO_CATALOG = OpenApiParameter("nocatalog", bool, description="Leave the catalogue of services out.")


def _error(status: int, message: str) -> Response:
    title = HTTPStatus(status).phrase
    return Response({"error": {"code": status, "title": title, "message": message}}, status=status)


class KeystoneView(APIView):
    """Answers errors in Keystone's own form."""

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, TagoraError):
            return _error(exc.status, str(exc))
        if isinstance(exc, APIException):
            answer = super().handle_exception(exc)
            shaped = _error(answer.status_code, str(answer.data.get("error_msg", "")))
            for name, value in answer.headers.items():
                shaped.headers.setdefault(name, value)
            return shaped
        return super().handle_exception(exc)


class Version(APIView):
    """GET /v3: what a client asks before it signs in."""

    permission_classes = [AllowAny]
    authentication_classes = []

    @extend_schema(operation_id="KeystoneVersion", responses={200: dict})
    def get(self, request: Request) -> Response:
        return Response({"version": version_json()})


class Tokens(KeystoneView):
    """One address for all that is done with tokens: the method says what."""

    def get_authenticators(self) -> list[Any]:
        return [] if self.request is not None and self.request.method == "POST" else super().get_authenticators()

    def get_permissions(self) -> list[Any]:
        open_to_all = self.request is not None and self.request.method == "POST"
        return [AllowAny()] if open_to_all else list(super().get_permissions())

    @extend_schema(
        operation_id="KeystoneCreateToken", parameters=[NO_CATALOG], request=TokenRequest, responses={201: dict}
    )
    def post(self, request: Request) -> Response:
        shape = TokenRequest(data=request.data)
        if not shape.is_valid():
            return _error(400, _("The body is not a sign-in of Keystone v3 with a password, a token or an access key."))
        auth = shape.validated_data["auth"]
        visitor = actor_of(request._request)
        role = auth["identity"].get("assume_role") if auth["identity"]["methods"] == ["assume_role"] else None
        try:
            if role is not None:
                token = services.grant_agency_token(
                    actor=visitor, domain=role["domain_name"], agency=role["agency_name"]
                )
            else:
                proof = _proof(visitor, auth["identity"])
                token = services.grant_token(visitor=visitor, proof=proof, wanted=wanted_of(auth.get("scope")))
        except TagoraError as error:
            # Whatever is wrong with a sign-in, the client is not signed in; only "come back later" is something else.
            answer = _error(error.status if error.status in {429, 503} else 401, str(error))
            wait = getattr(error, "retry_after", None)
            if wait:
                answer.headers["Retry-After"] = str(wait)
            return answer
        body = token_json(token.row, token.actor, catalog="nocatalog" not in request.query_params)
        return Response({"token": body}, status=201, headers={"X-Subject-Token": token.secret})

    @extend_schema(operation_id="KeystoneValidateToken", parameters=[SUBJECT, NO_CATALOG], responses={200: dict})
    def get(self, request: Request) -> Response:
        row, secret = self._subject(request)
        actor = selectors.actor_of_access_token(row)
        if actor.person is None:
            raise NotFound(_("There is no such token."))
        body = token_json(row, actor, catalog="nocatalog" not in request.query_params)
        return Response({"token": body}, headers={"X-Subject-Token": secret})

    @extend_schema(operation_id="KeystoneRevokeToken", parameters=[SUBJECT], responses={204: None})
    def delete(self, request: Request) -> Response:
        row, _secret = self._subject(request)
        services.revoke_token(actor=actor_of(request._request), row=row)
        return Response(status=204)

    def _subject(self, request: Request) -> tuple[Any, str]:
        secret = request.headers.get("X-Subject-Token", "")
        return selectors.get_token(actor_of(request._request), secret), secret


def _proof(visitor: Actor, identity: dict[str, Any]) -> services.Proof:
    method = identity["methods"][0]
    if method == "token":
        return services.recognise_token(visitor=visitor, secret=identity["token"]["id"])
    if method == "hw_ak_sk":
        keys = identity["hw_ak_sk"]
        return services.recognise_access_key(
            visitor=visitor, access_key=keys["access"]["key"], secret=keys["secret"]["key"]
        )
    user = identity["password"]["user"]
    return services.recognise_password(visitor=visitor, login=login_of(user), password=user["password"])


class Projects(KeystoneView):
    """The projects of the caller's tenant, by name where one is given."""

    @extend_schema(
        operation_id="KeystoneListProjects", parameters=[OpenApiParameter("name", str)], responses={200: dict}
    )
    def get(self, request: Request) -> Response:
        actor = actor_of(request._request)
        found = projects_of(actor)
        if actor.project is not None:
            found = found.filter(pk=actor.project.pk)
        name = request.query_params.get("name", "")
        if name:
            named = found.filter(name=name)
            # Clients that were told a region and no project ask for the project of the region's name: the first one.
            by_region = name == settings.TAGORA_REGION and not named.exists()
            found = found.filter(pk__in=found.values("pk")[:1]) if by_region else named
        projects = [project_json(project, actor.tenant) for project in found if actor.tenant is not None]
        links = {"self": f"{settings.TAGORA_URL}{request.path}", "next": None, "previous": None}
        return Response({"projects": projects, "links": links})


class OwnProjects(Projects):
    """GET /v3/auth/projects: what a token may be scoped to."""

    @extend_schema(operation_id="KeystoneListAuthProjects", responses={200: dict})
    def get(self, request: Request) -> Response:
        return super().get(request)


class OwnDomains(KeystoneView):
    """GET /v3/auth/domains: the caller's tenant."""

    @extend_schema(operation_id="KeystoneListAuthDomains", responses={200: dict})
    def get(self, request: Request) -> Response:
        tenant = actor_of(request._request).tenant
        domains = [{**domain_json(tenant), "enabled": True}] if tenant is not None else []
        links = {"self": f"{settings.TAGORA_URL}{request.path}", "next": None, "previous": None}
        return Response({"domains": domains, "links": links})


api_urls = [
    path("v3", Version.as_view()),
    path("v3/", Version.as_view()),
    path("v3/auth/tokens", Tokens.as_view()),
    path("v3/auth/projects", OwnProjects.as_view()),
    path("v3/auth/domains", OwnDomains.as_view()),
    path("v3/projects", Projects.as_view()),
]
