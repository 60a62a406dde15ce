"""Signs requests as the contract describes it, independently of the server's own code."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from django.http import HttpResponse
from django.test import Client

Pairs = Sequence[tuple[str, str]]


def encoded(text: str) -> str:
    return quote(text, safe="~")


@dataclass
class Signed:
    """A request that was signed and not yet sent: tests spoil it in between."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    sent_to: str = ""

    def send(self, client: Client | None = None) -> HttpResponse:
        names = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()}
        names["CONTENT_TYPE"] = names.pop("HTTP_CONTENT_TYPE")
        url = (self.sent_to or encoded_path(self.path)) + (f"?{self.query}" if self.query else "")
        answer: HttpResponse = (client or Client(raise_request_exception=False)).generic(
            self.method, url, self.body, self.headers.get("content-type", "application/json"), **names
        )
        return answer


def encoded_path(path: str) -> str:
    return "/".join(encoded(part) for part in path.split("/"))


def signed(
    access_key: str,
    secret: str,
    method: str,
    path: str,
    *,
    query: Pairs = (),
    body: bytes = b"",
    at: datetime | None = None,
    headers: dict[str, str] | None = None,
    unsigned: Sequence[str] = (),
) -> Signed:
    """A signed request to `testserver`; `unsigned` names headers that are sent and not signed."""
    date = (at or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    sent = {"host": "testserver", "x-sdk-date": date, "content-type": "application/json", **(headers or {})}
    names = sorted(name for name in sent if name not in unsigned)
    text = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in sorted(query))
    canonical_path = encoded_path(path)
    if not canonical_path.endswith("/"):
        canonical_path += "/"
    payload = sent.get("x-sdk-content-sha256") if body and "x-sdk-content-sha256" in sent else None
    canonical = "\n".join(
        [
            method,
            canonical_path,
            text,
            "".join(f"{name}:{sent[name].strip()}\n" for name in names),
            ";".join(names),
            payload or hashlib.sha256(body).hexdigest(),
        ]
    )
    to_sign = f"SDK-HMAC-SHA256\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    sent["authorization"] = (
        f"SDK-HMAC-SHA256 Access={access_key}, SignedHeaders={';'.join(names)}, Signature={signature}"
    )
    wire = {name: value.encode().decode("latin-1") for name, value in sent.items()}
    return Signed(method, path, text, wire, body)
