"""Requests signed with an access key: SDK-HMAC-SHA256, as the SDK of the wire contract signs them.

Pure: what was signed is put together again from the request as it was received, and compared.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

from django.utils.translation import gettext as _

ALGORITHM = "SDK-HMAC-SHA256"
# Signatures that the SDK can be told to make and this server does not take, and any that a later one may invent.
OTHER_ALGORITHMS = re.compile(r"(?:SDK|V\d+)-[A-Z0-9-]+")
TOLERANCE = timedelta(minutes=15)
MUST_BE_SIGNED = ("host", "x-sdk-date")
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
MOST_QUERY_FIELDS = 1000
_FORM = re.compile(
    r"SDK-HMAC-SHA256 +Access=([^,\s]+), *SignedHeaders=([a-z0-9-]+(?:;[a-z0-9-]+)*), *Signature=([0-9a-f]{64})"
)
_DATE = re.compile(r"\d{8}T\d{6}Z")


class BadSignature(Exception):
    """Why the request is not taken, in a sentence for the person who wrote the program."""


@dataclass(frozen=True)
class Claim:
    """What the `Authorization` header says."""

    access_key: str
    signed_headers: tuple[str, ...]
    signature: str


@dataclass(frozen=True)
class Received:
    """A request as it arrived: the path without escapes, the query with them, header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


def claim_of(authorization: str) -> Claim | None:
    """The claim of a signed request; None when the header is of another kind, BadSignature for one that is broken."""
    algorithm = authorization.partition(" ")[0]
    if algorithm != ALGORITHM:
        if OTHER_ALGORITHMS.fullmatch(algorithm):
            raise BadSignature(_("Requests are signed with %s here; this one names another algorithm.") % ALGORITHM)
        return None
    found = _FORM.fullmatch(authorization.strip())
    if found is None:
        raise BadSignature(
            _("The Authorization header is not 'SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…'.")
        )
    return Claim(found[1], tuple(found[2].split(";")), found[3])


def _as_signed(value: str) -> str:
    """Header values travel as the Latin-1 of their UTF-8."""
    try:
        return value.encode("latin-1").decode().strip()
    except UnicodeError:
        return value.strip()


def _path(path: str) -> str:
    encoded = "/".join(quote(segment, safe="~") for segment in path.split("/"))
    return encoded if encoded.endswith("/") else f"{encoded}/"


def _queries(query: str) -> list[str]:
    """The query as it may have been signed: values of a repeated name sorted, or (numbers) in the order they came."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MOST_QUERY_FIELDS)
    except ValueError:
        raise BadSignature(_("The query of the address cannot be read.")) from None
    orders = [sorted(pairs), sorted(pairs, key=lambda pair: pair[0])]
    written = [
        "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs) for pairs in orders
    ]
    return list(dict.fromkeys(written))


def _payload(request: Received, claim: Claim) -> str:
    """The last line of what was signed: the body's hash, which must be the body's."""
    actual = hashlib.sha256(request.body).hexdigest()
    claimed = _as_signed(request.headers.get("x-sdk-content-sha256", ""))
    if not request.body or not claimed or hmac.compare_digest(claimed.encode(), actual.encode()):
        return actual
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    readable = kind in {"application/json", "application/bson"} or not kind
    if claimed == UNSIGNED_PAYLOAD and not readable and "content-type" in claim.signed_headers:
        return claimed
    raise BadSignature(_("The body is not the one that was signed."))


def _check_date(text: str, now: datetime) -> None:
    try:
        if not _DATE.fullmatch(text):
            raise ValueError(text)
        signed_at = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise BadSignature(_("X-Sdk-Date is not of the form 20260131T235959Z.")) from None
    if abs(now - signed_at) > TOLERANCE:
        raise BadSignature(
            _("X-Sdk-Date is more than 15 minutes away from this server's time (%s). Set the clock and sign again.")
            % now.strftime("%Y%m%dT%H%M%SZ")
        )


def check_form(request: Received, claim: Claim, *, now: datetime) -> None:
    """Raises BadSignature for what can be told without the secret: what is not signed, and when it was."""
    for name in MUST_BE_SIGNED:
        if name not in claim.signed_headers:
            raise BadSignature(_("The header %s must be among the signed ones.") % name)
    for name in claim.signed_headers:
        if name not in request.headers:
            raise BadSignature(_("The header %s was signed, but it did not arrive.") % name)
    if "x-security-token" in request.headers:
        raise BadSignature(
            _("Temporary keys (X-Security-Token) are not known here. Use an access key of your account.")
        )
    _check_date(_as_signed(request.headers["x-sdk-date"]), now)


def check_signature(request: Received, claim: Claim, secret: str) -> None:
    """Raises BadSignature unless `secret` signed exactly this request."""
    headers = "".join(f"{name}:{_as_signed(request.headers[name])}\n" for name in claim.signed_headers)
    payload = _payload(request, claim)
    date = _as_signed(request.headers["x-sdk-date"])
    fits = False
    for query in _queries(request.query):
        parts = (request.method.upper(), _path(request.path), query, headers, ";".join(claim.signed_headers), payload)
        canonical = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
        expected = hmac.new(secret.encode(), f"{ALGORITHM}\n{date}\n{canonical}".encode(), hashlib.sha256).hexdigest()
        fits |= hmac.compare_digest(expected, claim.signature)
    if not fits:
        raise BadSignature(_("The signature does not fit the request."))
