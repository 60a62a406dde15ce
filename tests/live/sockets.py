"""A WebSocket client of the consumer, without a server."""

from __future__ import annotations

import json
from typing import Any

from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from django.test import Client

from apps.accounts.models import Person
from apps.live.consumers import LiveConsumer
from apps.tenants.sessions import SessionStore


def signed_in_session(person: Person) -> SessionStore:
    """The session of a browser in which the person has just signed in."""
    client = Client()
    client.force_login(person, backend="apps.tenants.backends.PersonBackend")
    return SessionStore(client.session.session_key)


class Socket:
    """One connection of `person`; `connect` answers whether it was accepted, or the code it was closed with."""

    def __init__(self, person: Any, session: SessionStore | None = None) -> None:
        self._person = person
        self.session = session

    async def connect(self) -> bool | int:
        if self.session is None and isinstance(self._person, Person):
            self.session = await database_sync_to_async(signed_in_session)(self._person)
        scope = {"type": "websocket", "path": "/live/", "headers": [], "subprotocols": [], "session": self.session}
        self._peer = ApplicationCommunicator(LiveConsumer.as_asgi(), scope)
        await self._peer.send_input({"type": "websocket.connect"})
        answer = await self._peer.receive_output(timeout=5)
        assert answer["type"] == "websocket.accept", answer
        if await self._peer.receive_nothing(timeout=0.05):
            return True
        return await self.closed_with()

    async def send(self, message: Any) -> None:
        await self.send_frame(text=json.dumps(message))

    async def send_frame(self, **frame: Any) -> None:
        """A frame as it is: `text` or `bytes`."""
        await self._peer.send_input({"type": "websocket.receive", **frame})

    async def next(self) -> dict[str, Any]:
        """Whatever the server does next."""
        answer: dict[str, Any] = await self._peer.receive_output(timeout=5)
        return answer

    async def receive(self) -> Any:
        answer = await self._peer.receive_output(timeout=5)
        assert answer["type"] == "websocket.send", answer
        return json.loads(answer["text"])

    async def closed_with(self) -> int:
        answer = await self._peer.receive_output(timeout=5)
        assert answer["type"] == "websocket.close", answer
        return int(answer["code"])

    async def hears_nothing(self, seconds: float = 0.25) -> bool:
        quiet: bool = await self._peer.receive_nothing(timeout=seconds)
        return quiet

    async def leave(self) -> None:
        await self._peer.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._peer.wait(timeout=5)
