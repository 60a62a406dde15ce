"""Which pages may open a WebSocket: those of this server, told by scheme, host and port."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit

from channels.security.websocket import OriginValidator
from django.conf import settings
from django.http.request import split_domain_port, validate_host


class SameOrigin:
    """Turns away what pages of other sites open, also of a site on another port of the same machine.

    A browser names the page's origin. It has to be an address that people use (TAGORA_URL, TAGORA_TRUSTED_ORIGINS) or
    the one that this very connection was made to, if that is a host this server answers for.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name: value.decode("latin1") for name, value in scope.get("headers", [])}
        if _is_known(headers.get(b"origin", ""), [*settings.CSRF_TRUSTED_ORIGINS, *_own_origin(scope, headers)]):
            await self.application(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close"})


def _is_known(origin: str, known: list[str]) -> bool:
    # It is asked, never run: there is no application behind it.
    validator: Any = OriginValidator(cast(Any, None), [each.replace("://*.", "://.") for each in known])
    try:
        return bool(validator.valid_origin(urlsplit(origin)))
    except ValueError:
        # An address or a port that is none.
        return False


def _own_origin(scope: Any, headers: dict[bytes, str]) -> list[str]:
    """The origin of a page that is served under the address which this connection was made to; empty when unknown."""
    host = headers.get(b"host", "")
    domain, _port = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return []
    proxy_header, proxy_value = settings.SECURE_PROXY_SSL_HEADER or ("", "")
    name = proxy_header.removeprefix("HTTP_").replace("_", "-").lower().encode()
    secure = scope.get("scheme") == "wss" or bool(name and headers.get(name) == proxy_value)
    return [f"{'https' if secure else 'http'}://{host}"]
