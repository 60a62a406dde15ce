"""Finds the credential of a program in a request, and whom it stands for."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.sealing import opened
from apps.programs import secrets, selectors
from apps.programs.models import AccessToken
from apps.programs.services.access_keys import PURPOSE
from apps.programs.services.uses import note_use
from apps.programs.signatures import TOLERANCE, BadSignature, Claim, Received, check_form, check_signature, claim_of
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.credentials import BadCredential, register
from apps.tenants.requests import source_address

# A signed request is good from a quarter of an hour before its date to a quarter after it.
REMEMBERED_SECONDS = int(2 * TOLERANCE.total_seconds())
HARMLESS = {"GET", "HEAD", "OPTIONS"}
IDENTITY = ("/v3/auth/", "/v3/projects")
_BEARER = "bearer "


@register
def by_token(request: HttpRequest) -> Actor | None:
    """`X-Auth-Token`, or `Authorization: Bearer`: a token of Keystone or a personal one."""
    token = request.headers.get("X-Auth-Token")
    if token is None:
        shown = request.headers.get("Authorization", "")
        if not shown.lower().startswith(_BEARER):
            return None
        token = shown[len(_BEARER) :].strip()
    actor = _of_personal_token(request, token) if token.startswith(secrets.PERSONAL) else _of_token(request, token)
    if actor is None or actor.person is None:
        raise BadCredential(_("The token is unknown, has expired or was withdrawn. Get a new one."))
    return actor


def _of_personal_token(request: HttpRequest, token: str) -> Actor | None:
    walls.enter(secrets.tenant_of_personal_token(token))
    row = selectors.personal_token_row(token)
    if row is None:
        return None
    actor = selectors.actor_of_personal_token(row)
    if actor.person is not None:
        note_use(row, source_address(request))
    return actor


def _of_token(request: HttpRequest, token: str) -> Actor | None:
    walls.enter(secrets.tenant_of_token(token))
    row = selectors.access_token_row(token)
    if row is None:
        return None
    if row.scope != AccessToken.Scope.PROJECT:
        reachable = ("/v3/",) if row.scope == AccessToken.Scope.DOMAIN else IDENTITY
        if request.path != "/v3" and not request.path.startswith(reachable):
            raise BadCredential(_("This token is not for a project. Ask for one that is scoped to the project."))
    return selectors.actor_of_access_token(row)


@register
def by_signature(request: HttpRequest) -> Actor | None:
    """`Authorization: SDK-HMAC-SHA256 ...`: a request signed with an access key."""
    try:
        claim = claim_of(request.headers.get("Authorization", ""))
        return _of_signature(request, claim) if claim is not None else None
    except BadSignature as error:
        raise BadCredential(str(error)) from None


def _of_signature(request: HttpRequest, claim: Claim) -> Actor:
    try:
        body = request.body
    except (RequestDataTooBig, UnreadablePostError):
        raise BadSignature(_("The body is too large to be checked, or it did not arrive whole.")) from None
    received = Received(
        method=str(request.method),
        path=request.path,
        query=request.META.get("QUERY_STRING", ""),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
    )
    check_form(received, claim, now=timezone.now())
    walls.enter(secrets.tenant_of_access_key(claim.access_key))
    row = selectors.access_key_row(claim.access_key)
    secret = opened(row.secret, purpose=PURPOSE) if row is not None else None
    if row is None or secret is None:
        raise BadSignature(_("The access key is unknown or disabled."))
    check_signature(received, claim, secret)
    actor = selectors.actor_of_access_key(row)
    if actor.person is None:
        raise BadSignature(_("The access key is unknown or disabled."))
    if received.method not in HARMLESS:
        _require_first_time(claim)
    note_use(row, source_address(request))
    return actor


def _require_first_time(claim: Claim) -> None:
    """A request that changes something counts once, however often it is sent."""
    mark = hashlib.sha256(f"{claim.access_key}:{claim.signature}".encode()).hexdigest()
    if not cache.add(f"signed-request:{mark}", 1, REMEMBERED_SECONDS):
        raise BadSignature(_("This signed request was received before. Sign it again to send it again."))
