"""Where to go afterwards, and what every page with a secret on it says to browsers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from apps.core.errors import TagoraError, TooMany


def safe_target(request: HttpRequest, wanted: str | None) -> str:
    """Only ever an address of this server."""
    wanted = wanted or "/"
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted.startswith("/") and wanted.isprintable() else "/"


def target(request: HttpRequest) -> str:
    """Where the request says that it wants to go next."""
    return safe_target(request, request.POST.get("next") or request.GET.get("next"))


def refused(response: HttpResponse, error: TagoraError, status: int) -> HttpResponse:
    """The page shown again because of a refusal: 429 with the time to wait, else `status`."""
    response.status_code = status
    if isinstance(error, TooMany):
        response.status_code = error.status
        response["Retry-After"] = str(error.retry_after)
    return response


def private(response: HttpResponse) -> HttpResponse:
    """Not kept by any cache, and its address not told to any other page.

    Without any referrer a browser would hide where a form comes from, too, and the form be refused as a foreign one.
    """
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "strict-origin"
    return response
