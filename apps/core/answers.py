"""JSON as the API writes it, for renderers and for the few views that answer without one."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.encoding import force_str
from django.utils.functional import Promise


def _plain(value: Any) -> Any:
    if isinstance(value, Promise):
        return force_str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def as_json(data: Any) -> bytes:
    """`data` as JSON; texts that are translated late are translated now."""
    return orjson.dumps(data, default=_plain)


def answered(data: Any) -> HttpResponse:
    """What DRF's own response would say, made at once: for what every labeler's work asks for again and again."""
    return HttpResponse(as_json(data), content_type="application/json")
