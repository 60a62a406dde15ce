"""The one place that speaks to another server: to the OpenID providers whose hosts the operator has allowed."""

from __future__ import annotations

import http.client
import ipaddress
import json
import ssl
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.errors import Invalid, TagoraError

TIMEOUT_SECONDS = 5
LONGEST_ANSWER = 512 * 1024


def checked(url: str, *, field: str = "") -> SplitResult:
    """The parts of an address that the server may speak to; Invalid for any other.

    TLS is demanded; a provider on this machine itself, as in trials, may do without.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid(_("This is not an address of a server."), field=field) from None
    host = (parts.hostname or "").lower()
    plain = not (set(url) & set('\\"<>{}|^`')) and url.isprintable() and not any(sign.isspace() for sign in url)
    if parts.scheme not in {"https", "http"} or not host or parts.username is not None or parts.fragment or not plain:
        raise Invalid(_("This is not an address of a server."), field=field)
    if parts.scheme == "http" and not _is_this_machine(host):
        raise Invalid(_("The address must start with https://."), field=field)
    allowed = {name.lower() for name in settings.TAGORA_OIDC_HOSTS}
    if (f"{host}:{port}" if port else host) not in allowed:
        raise Invalid(
            _("The operator of this server has not allowed the host %(host)s (TAGORA_OIDC_HOSTS).")
            % {"host": f"{host}:{port}" if port else host},
            field=field,
        )
    return parts


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def get_json(url: str, *, headers: dict[str, str] | None = None) -> dict[str, Any]:
    return _asked("GET", url, None, headers or {})


def post_form(url: str, form: dict[str, str], *, headers: dict[str, str]) -> dict[str, Any]:
    sent = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
    return _asked("POST", url, urlencode(form).encode(), sent)


def _asked(method: str, url: str, body: bytes | None, headers: dict[str, str]) -> dict[str, Any]:
    """The JSON object that is answered with 200. No redirects are followed, no proxy is asked, no cookie is kept."""
    parts = checked(url)
    host = parts.hostname or ""
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        secure = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, parts.port, timeout=TIMEOUT_SECONDS, context=secure)
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT_SECONDS)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, target, body, {"Accept": "application/json", "User-Agent": "Tagora", **headers})
        answer = connection.getresponse()
        data = answer.read(LONGEST_ANSWER + 1)
    except (OSError, http.client.HTTPException) as error:
        raise _away(host) from error
    finally:
        connection.close()
    if answer.status != 200 or len(data) > LONGEST_ANSWER:
        raise _away(host)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise _away(host) from None
    if not isinstance(found, dict):
        raise _away(host)
    return found


def _away(host: str) -> TagoraError:
    return TagoraError(_("The sign-in server %(host)s does not answer as it should. Try again.") % {"host": host})
