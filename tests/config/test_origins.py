"""Which pages may open a WebSocket."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from config.origins import SameOrigin

pytestmark = pytest.mark.asyncio


async def _opened(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})


async def answer(origin: str | None, *, host: str = "127.0.0.1:8000", scheme: str = "ws", **headers: str) -> str:
    sent = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    if origin is not None:
        sent["origin"] = origin
    scope = {
        "type": "websocket",
        "scheme": scheme,
        "path": "/live/",
        "headers": [(name.encode(), value.encode("latin1")) for name, value in sent.items()],
        "subprotocols": [],
    }
    peer = ApplicationCommunicator(SameOrigin(_opened), scope)
    await peer.send_input({"type": "websocket.connect"})
    said: str = (await peer.receive_output(timeout=5))["type"]
    return said.removeprefix("websocket.")


@pytest.fixture(autouse=True)
def addresses(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "tagora.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://tagora.example", "https://*.partner.example"]
    settings.SECURE_PROXY_SSL_HEADER = None


@pytest.mark.parametrize(
    "origin",
    [
        "http://127.0.0.1:8000",
        "https://tagora.example",
        "https://tagora.example:443",
        "https://label.partner.example",
    ],
)
async def test_pages_of_this_server_are_let_in(origin: str) -> None:
    assert await answer(origin) == "accept"


@pytest.mark.parametrize(
    "origin",
    [
        "http://127.0.0.1:8001",
        "http://127.0.0.1",
        "https://127.0.0.1:8000",
        "http://tagora.example",
        "https://tagora.example:8443",
        "https://tagora.example.evil.test",
        "http://evil.test",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        "http://[",
        "null",
        "",
        None,
    ],
)
async def test_pages_of_others_are_turned_away_also_on_another_port(origin: str | None) -> None:
    assert await answer(origin) == "close"


async def test_a_host_that_is_not_ours_does_not_vouch_for_its_pages() -> None:
    assert await answer("http://evil.test:8000", host="evil.test:8000") == "close"


async def test_the_connections_own_scheme_counts_also_behind_a_proxy(settings: Any) -> None:
    assert await answer("https://127.0.0.1:8000", scheme="wss") == "accept"
    assert await answer("https://127.0.0.1:8000", x_forwarded_proto="https") == "close"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert await answer("https://127.0.0.1:8000", x_forwarded_proto="https") == "accept"
    assert await answer("http://127.0.0.1:8000", x_forwarded_proto="https") == "close"
