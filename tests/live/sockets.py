"""A WebSocket client of the consumer, without a server."""

from __future__ import annotations

import json
from typing import Any

from asgiref.testing import ApplicationCommunicator

from apps.live.consumers import LiveConsumer


class Socket:
    """One connection of `person`; `connect` answers whether it was accepted, or the code it was closed with."""

    def __init__(self, person: Any) -> None:
        scope = {"type": "websocket", "path": "/live/", "headers": [], "subprotocols": [], "user": person}
        self._peer = ApplicationCommunicator(LiveConsumer.as_asgi(), scope)

    async def connect(self) -> bool | int:
        await self._peer.send_input({"type": "websocket.connect"})
        answer = await self._peer.receive_output(timeout=5)
        return True if answer["type"] == "websocket.accept" else int(answer["code"])

    async def send(self, message: Any) -> None:
        await self.send_frame(text=json.dumps(message))

    async def send_frame(self, **frame: Any) -> None:
        """A frame as it is: `text` or `bytes`."""
        await self._peer.send_input({"type": "websocket.receive", **frame})

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
