"""What every answer carries, and how a refusal that reaches the edge becomes a page."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.messages.middleware import MessageMiddleware
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from apps.core.errors import TagoraError
from apps.core.ids import ordered_id
from config.refusals import not_found, page_refusal

GetResponse = Callable[[HttpRequest], HttpResponse]
API = ("/v1/", "/v2/", "/v3/")

POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-src 'self'",
        "frame-ancestors 'none'",
    ]
)


class Language(LocaleMiddleware):
    """Django's own for a site whose addresses never name a language: nothing of an address is looked at for one."""

    def process_request(self, request: HttpRequest) -> None:
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language() or "en"

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response


class PageMessages(MessageMiddleware):
    """Messages are shown by the next page; the API has none, and need not look for any."""

    def process_request(self, request: HttpRequest) -> None:
        if not request.path.startswith(API):
            super().process_request(request)


class RequestId:
    """Gives each request an id of the server's own; the same id stands in the audit log and in the answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = ordered_id().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class PlainAddresses:
    """An address with NUL in it is that of nothing: no database could look for it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return not_found(request, Http404()) if "\0" in request.path else self.get_response(request)


class ContentSecurityPolicy:
    """No inline script or style, nothing from outside. A view that serves users' bytes sets a stricter policy."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", POLICY)
        return response


class DatabaseAway:
    """A database that cannot be reached is 503 with a time to try again, never a stack trace."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError):
            return self._answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return self._answer(request) if isinstance(error, OperationalError | InterfaceError) else None

    def _answer(self, request: HttpRequest) -> HttpResponse:
        connection.close()
        message = _("The database cannot be reached just now. Nothing was lost; try again in a few seconds.")
        response: HttpResponse = (
            JsonResponse({"error_code": "ModelArts.0010", "error_msg": message}, status=503)
            if request.path.startswith(API)
            else HttpResponse(message, status=503, content_type="text/plain; charset=utf-8")
        )
        response["Retry-After"] = "5"
        return response


class Refusals:
    """Maps the errors of a rule to pages; the API has its own handler."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, TagoraError) and not settings.DEBUG_PROPAGATE_EXCEPTIONS:
            return page_refusal(request, error)
        return None
