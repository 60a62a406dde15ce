"""Gives every request its person and its actor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from apps.accounts.sessions import MFA
from apps.tenants import selectors
from apps.tenants.actors import Actor
from apps.tenants.credentials import BadCredential, actor_shown
from apps.tenants.requests import source_address
from apps.tenants.sessions import person_of
from apps.tenants.standing_in import ACTING, acting_as
from apps.tenants.walled_requests import stand_with

# Programs use these; everything else is pages, which programs may read but where they change nothing.
API = ("/v1/", "/v2/", "/v3/")
LONGEST_AGENT = 256
READING = {"GET", "HEAD", "OPTIONS"}


class PersonMiddleware(AuthenticationMiddleware):
    """Django's own, but `request.user` comes with the session instead of by a statement of its own."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: person_of(request))  # type: ignore[assignment]  # looks like its person


class ActorMiddleware:
    """Sets `request.actor`. What a program shows wins over a session; what is worth nothing is not replaced by one.

    `request.by_credential` says that no session is in play (and no CSRF token is due), `request.credential_refused` why
    the credential was not taken.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        in_api = request.path.startswith(API)
        refused = ""
        try:
            actor = actor_shown(request)
            if actor is not None and not in_api and request.method not in READING:
                raise BadCredential(_("Pages change nothing for programs. Use the API, or sign in with a browser."))
        except BadCredential as error:
            actor, refused = Actor(via="api"), str(error)
        by_credential = actor is not None
        if actor is None:
            # From here on the person as they are: each look through the lazy one would cost.
            request.user = person_of(request)
            person = request.user if request.user.is_authenticated else None
            mfa = person is not None and bool(request.session.get(MFA))
            actor = selectors.actor_of_person(person, via="api" if in_api else "page", mfa=mfa)
            if actor.person is not None:
                request.session.note_use()  # type: ignore[attr-defined]  # SESSION_ENGINE's own
            actor = replace(actor, credential="session" if actor.person else "")
            if actor.person is not None and (acting := request.session.get(ACTING)):
                actor = acting_as(actor, acting)
        actor = replace(
            actor,
            source_ip=source_address(request),
            request_id=getattr(request, "request_id", ""),
            user_agent=request.META.get("HTTP_USER_AGENT", "")[:LONGEST_AGENT],
        )
        stand_with(actor)
        request.actor = actor  # type: ignore[attr-defined]
        request.by_credential = by_credential  # type: ignore[attr-defined]
        request.credential_refused = refused  # type: ignore[attr-defined]
        if actor.person and actor.person.language:
            translation.activate(actor.person.language)
            request.LANGUAGE_CODE = translation.get_language() or "en"
        return self.get_response(request)
