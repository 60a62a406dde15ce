"""Bodies of Keystone v3, as public clients send them."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.factories import PASSWORD


def by_password(
    name: str = "ann", password: str = PASSWORD, domain: dict[str, str] | None = None, **user: Any
) -> dict[str, Any]:
    named = user or {"name": name, "domain": domain or {"name": "acme"}}
    return {"methods": ["password"], "password": {"user": {**named, "password": password}}}


def by_token(token: str) -> dict[str, Any]:
    return {"methods": ["token"], "token": {"id": token}}


def by_keys(access_key: str, secret: str) -> dict[str, Any]:
    return {"methods": ["hw_ak_sk"], "hw_ak_sk": {"access": {"key": access_key}, "secret": {"key": secret}}}


def asked(identity: dict[str, Any], scope: Any = None, **extra: Any) -> HttpResponse:
    auth = {"identity": identity} if scope is None else {"identity": identity, "scope": scope}
    answer: HttpResponse = Client(raise_request_exception=False).post(
        "/v3/auth/tokens", json.dumps({"auth": auth}), content_type="application/json", **extra
    )
    return answer


def token(identity: dict[str, Any], scope: Any = None) -> str:
    answer = asked(identity, scope)
    assert answer.status_code == 201, answer.content
    return str(answer["X-Subject-Token"])


def called(method: str, path: str, secret: str, **headers: str) -> HttpResponse:
    client = Client(raise_request_exception=False)
    answer: HttpResponse = client.generic(method, path, headers={"X-Auth-Token": secret, **headers})
    return answer
