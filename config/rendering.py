"""JSON in and out of the API through orjson: several times faster than the standard library, and strict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from apps.core.answers import as_json


class FastJSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else as_json(data)


def _announced(context: Mapping[str, Any] | None) -> int:
    """How long the body says it is; the server reads no more of it than that."""
    request = (context or {}).get("request")
    text = request.META.get("CONTENT_LENGTH") or "" if request is not None else ""
    return int(text) if text.isdecimal() else 0


class FastJSONParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """The body as Python values; ParseError names the place. orjson refuses NaN, Infinity and deep nesting."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        if _announced(parser_context) > most:
            raise ParseError(_("The body is larger than %(most)d MB. Send it in parts.") % {"most": most // 1024**2})
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not valid JSON: {error}.") from None


class OneForm(DefaultContentNegotiation):
    """Where answers have one form only, as in the whole API, there is nothing to choose by the `Accept` header."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        if len(renderers) == 1:
            return renderers[0], renderers[0].media_type
        return super().select_renderer(request, renderers, format_suffix)
