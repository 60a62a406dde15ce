"""DRF's view of the actor that the middleware found."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class ActorAuthentication(SessionAuthentication):
    """Takes the person from `request.actor`; a session must show its CSRF token, a program's credential need not."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        refused = getattr(request._request, "credential_refused", "")
        if refused:
            raise AuthenticationFailed(refused)
        actor = getattr(request._request, "actor", None)
        if actor is None or actor.person is None:
            return None
        if not getattr(request._request, "by_credential", False):
            self.enforce_csrf(request)
        return actor.person, actor

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class SignedIn(BasePermission):
    """Everything of the API needs a person; what they may do is asked in the services."""

    def has_permission(self, request: Request, view: Any) -> bool:
        actor = getattr(request._request, "actor", None)
        return actor is not None and actor.person is not None
