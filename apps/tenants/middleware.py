"""Gives every request its person and its actor."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from apps.tenants import selectors
from apps.tenants.actors import Actor
from apps.tenants.sessions import person_of


def source_address(request: HttpRequest) -> str:
    """The socket's address, or what the last of our own proxies saw; the client's claims are not believed."""
    proxies: int = settings.TAGORA_PROXIES
    if proxies:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= proxies:
            return str(hops[-proxies])[:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


class PersonMiddleware(AuthenticationMiddleware):
    """Django's own, but `request.user` comes with the session instead of by a statement of its own."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: person_of(request))  # type: ignore[assignment]  # looks like its person


class ActorMiddleware:
    """Sets `request.actor`. A token in `X-Auth-Token` wins over a session, and a bad token is not replaced by one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = source_address(request)
        request_id = getattr(request, "request_id", "")
        token = request.headers.get("X-Auth-Token")
        if token is not None:
            actor = selectors.actor_of_token(token, source_ip=address, request_id=request_id)
        else:
            via = "api" if request.path.startswith(("/v2/", "/v3/")) else "page"
            person = request.user if request.user.is_authenticated else None
            actor = selectors.actor_of_person(person, via=via, source_ip=address, request_id=request_id)
        request.actor = actor  # type: ignore[attr-defined]
        request.by_token = token is not None  # type: ignore[attr-defined]
        if isinstance(actor, Actor) and actor.person and actor.person.language:
            translation.activate(actor.person.language)
            request.LANGUAGE_CODE = translation.get_language() or "en"
        return self.get_response(request)
