"""The one place where an error of a rule becomes an answer: a body of the wire contract, or a page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from rest_framework import exceptions as drf
from rest_framework.response import Response

from apps.audit.services import record_refusal
from apps.core.errors import Conflict, Denied, Invalid, NotFound, TagoraError, TooMany
from apps.tenants.selectors import unfinished

_READING = {"GET", "HEAD", "OPTIONS"}

# Stable codes for refusals that come from the framework and not from a rule.
_CODES: dict[type[Exception], tuple[int, str]] = {
    drf.NotAuthenticated: (401, "ModelArts.0201"),
    drf.AuthenticationFailed: (401, "ModelArts.0201"),
    drf.PermissionDenied: (403, "ModelArts.0203"),
    drf.ParseError: (400, "ModelArts.0104"),
    drf.ValidationError: (400, "ModelArts.0104"),
    drf.MethodNotAllowed: (405, "ModelArts.0104"),
    drf.UnsupportedMediaType: (415, "ModelArts.0104"),
    drf.NotAcceptable: (406, "ModelArts.0104"),
    drf.Throttled: (429, "ModelArts.4206"),
}


def _sentence(detail: Any, path: str = "") -> str:
    """The first message of DRF's nested error detail, with the path of the field in front."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            if inner:
                step = path if name == "non_field_errors" else f"{path}.{name}" if path else str(name)
                return _sentence(inner, step)
        return ""
    if isinstance(detail, list):
        for index, inner in enumerate(detail):
            if inner:
                return _sentence(inner, f"{path}[{index}]" if isinstance(inner, dict | list) else path)
        return ""
    return f"{path}: {detail}" if path else str(detail)


def error_body(error: TagoraError) -> dict[str, Any]:
    message = f"{error.field}: {error}" if isinstance(error, Invalid) and error.field else str(error)
    return {"error_code": error.code, "error_msg": message}


def _api_status(error: TagoraError) -> int:
    """The wire contract answers 400 with its own codes of conflicts; 409 is left to those it has no code for."""
    if isinstance(error, Conflict) and error.code != Conflict.default_code:
        return Invalid.status
    return error.status


def _when_again(error: TagoraError) -> dict[str, str]:
    return {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}


def _write_down(request: HttpRequest | None, error: TagoraError) -> None:
    """A change that somebody was refused is an event; what a stranger tries is not: they could fill the log."""
    actor = getattr(request, "actor", None)
    if request is None or actor is None or actor.person is None or request.method in _READING:
        return
    if isinstance(error, Denied | NotFound):
        record_refusal(actor, error, method=str(request.method), path=request.path)


def api_refusal(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None hands the error on (and ends in 500 with nothing of it shown)."""
    if isinstance(error, OperationalError | InterfaceError):
        return None
    if isinstance(error, TagoraError):
        _write_down(getattr(context.get("request"), "_request", None), error)
        return Response(error_body(error), status=_api_status(error), headers=_when_again(error))
    if isinstance(error, Http404):
        return Response({"error_code": NotFound.default_code, "error_msg": _("There is no such thing.")}, status=404)
    if isinstance(error, PermissionDenied):
        return Response({"error_code": Denied.default_code, "error_msg": _("You may not do this.")}, status=403)
    for kind, (status, code) in _CODES.items():
        if isinstance(error, kind):
            message = _sentence(getattr(error, "detail", str(error)))
            headers = {"WWW-Authenticate": "Token"} if status == 401 else None
            return Response({"error_code": code, "error_msg": message}, status=status, headers=headers)
    return None


def page_refusal(request: HttpRequest, error: TagoraError) -> HttpResponse:
    """A refusal as a page, or as a fragment where htmx asked for one; strangers are sent to the sign-in."""
    _write_down(request, error)
    actor = getattr(request, "actor", None)
    person = actor.person if actor is not None else None
    if person is None and isinstance(error, Denied | NotFound) and not isinstance(error, TooMany):
        wanted = quote(request.get_full_path(), safe="/")
        return redirect(f"/sign-in/?next={wanted}" if request.method == "GET" else "/sign-in/")
    if isinstance(error, Denied) and actor is not None and person is not None and actor.tenant is None:
        page = unfinished(person, mfa=actor.mfa)
        if page:
            return redirect(page)
    if request.headers.get("HX-Request") == "true":
        response = render(request, "components/refusal.html", {"error": error}, status=error.status)
        response["HX-Retarget"] = "#toasts"
        response["HX-Reswap"] = "beforeend"
        return response
    name = {400: "400", 403: "403", 404: "404"}.get(error.status, "400")
    response = render(request, f"errors/{name}.html", {"error": error}, status=error.status)
    for header, value in _when_again(error).items():
        response[header] = value
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such address: the API's body below `/v2/`, a page elsewhere."""
    error = NotFound(_("There is no such thing."))
    if request.path.startswith(("/v2/", "/v3/", "/v1/")):
        return JsonResponse(error_body(error), status=404)
    return render(request, "errors/404.html", {"error": error}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """An unexpected fault; nothing of it is shown, the request id finds it in the log."""
    request_id = getattr(request, "request_id", "")
    message = (
        _("Something went wrong on the server. Try again; if it stays, tell the operator this number: %s") % request_id
    )
    if request.path.startswith(("/v2/", "/v3/", "/v1/")):
        return JsonResponse({"error_code": "ModelArts.0010", "error_msg": message}, status=500)
    return HttpResponse(render_to_string("errors/500.html", {"message": message}), status=500)
