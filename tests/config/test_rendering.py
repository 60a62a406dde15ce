"""JSON in and out of the API."""

from __future__ import annotations

import json

import pytest
from django.http import HttpRequest
from django.test import Client, override_settings
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ParseError

from apps.core.answers import answered
from config.rendering import FastJSONParser, FastJSONRenderer


class Unread:
    def read(self) -> bytes:
        raise AssertionError("a body that is too large must not be read")


def test_a_body_that_is_too_large_is_refused_before_it_is_read() -> None:
    request = HttpRequest()
    request.META["CONTENT_LENGTH"] = str(16 * 1024**2 + 1)
    with pytest.raises(ParseError, match="larger than 16 MB"):
        FastJSONParser().parse(Unread(), parser_context={"request": request})


@pytest.mark.django_db
def test_the_api_says_so() -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1024**2):
        body = json.dumps({"auth": "x" * 1024**2})
        answer = Client().post("/v3/auth/tokens", body, content_type="application/json")
    assert answer.status_code == 400
    assert b"larger than 1 MB" in answer.content


def test_an_answer_that_is_made_at_once_is_what_the_renderer_makes() -> None:
    data = {"text": gettext_lazy("Sign in first."), "number": 1, "list": [None, True, "ä"]}
    answer = answered(data)
    assert answer.content == FastJSONRenderer().render(data)
    assert answer["Content-Type"] == "application/json"
