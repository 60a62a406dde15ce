"""The socket of an open page: it names the topics it shows and hears when one changes."""

from __future__ import annotations

import asyncio
import re
from typing import Any, cast

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from apps.accounts.models import Person
from apps.core.errors import TagoraError
from apps.live.publisher import group_of, publisher
from apps.live.topics import may_watch
from apps.tenants.actors import Actor
from apps.tenants.selectors import actor_of_person

MOST_TOPICS = 200
_TOPIC = re.compile(r"[a-z]{1,16}(:[a-z0-9]{1,40})?")


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """Receives `{"watch": [topic, ...]}`, answers `{"watching": [...]}`, then sends `{"topic": ...}` for a change."""

    actor: Actor

    async def connect(self) -> None:
        person = self.scope.get("user")
        self.topics: set[str] = set()
        if person is None or not person.is_authenticated:
            await self.close(code=4401)
            return
        publisher.serve_from(asyncio.get_running_loop())
        self.actor = await database_sync_to_async(actor_of_person)(cast(Person, person), via="page")
        await self.accept()

    async def disconnect(self, code: int) -> None:
        for topic in self.topics:
            await self.channel_layer.group_discard(group_of(topic), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """A frame without text is one we do not understand, and no fault of ours."""
        await self.receive_json(await self.decode_json(text_data or ""))

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        asked = content.get("watch") if isinstance(content, dict) else None
        if not isinstance(asked, list) or len(asked) > MOST_TOPICS:
            await self.close(code=4400)
            return
        for topic in asked:
            if not isinstance(topic, str) or not _TOPIC.fullmatch(topic) or topic in self.topics:
                continue
            if len(self.topics) < MOST_TOPICS and await self._may(topic):
                self.topics.add(topic)
                await self.channel_layer.group_add(group_of(topic), self.channel_name)
        await self.send_json({"watching": sorted(self.topics)})

    @database_sync_to_async
    def _may(self, topic: str) -> bool:
        try:
            return may_watch(self.actor, topic)
        except TagoraError:
            return False

    async def news(self, event: dict[str, Any]) -> None:
        await self.send_json({"topic": event["topic"]})

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        try:
            return await super().decode_json(text_data[:65536])
        except (ValueError, RecursionError):
            return None
