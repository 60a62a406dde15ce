"""The socket of an open page: it names the topics it shows and hears when one changes.

What somebody may hear is not decided once: when their rights change, and every minute in any case, the socket looks at
its session again, closes if nobody is signed in there any more, and drops what they may not see any more.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import replace
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import Error as DatabaseError

from apps.core.errors import TagoraError
from apps.live.publisher import group_of, publisher
from apps.live.topics import may_watch
from apps.tenants import walls
from apps.tenants.actors import VISITOR, Actor
from apps.tenants.selectors import actor_of_session

MOST_TOPICS = 200
NOBODY_SIGNED_IN = 4401
NOT_ALLOWED = 4403
NOT_UNDERSTOOD = 4400
# News of changed rights may be lost with a broker; what is not allowed any more ends after this long even so.
LOOK_AGAIN_SECONDS = 60.0
RIGHTS = "rights:"
_TOPIC = re.compile(r"[a-z]{1,16}(:[a-z0-9]{1,40})?")


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """Receives `{"watch": [topic, ...]}`, answers `{"watching": [...]}`, then sends `{"topic": ...}` for a change.

    A topic that may not be watched any more is taken off without being asked: `{"watching": [...]}` says what is left.
    """

    actor: Actor = VISITOR

    async def connect(self) -> None:
        self.topics: set[str] = set()
        self.rights: set[str] = set()
        self.looking_again: asyncio.Task[None] | None = None
        # One question about rights at a time: an older answer must not overtake a newer one.
        self.order = asyncio.Lock()
        publisher.serve_from(asyncio.get_running_loop())
        signed_in = await self._know()
        # A browser learns with what code a socket was closed only if it was open: then it need not come back.
        await self.accept()
        if not signed_in:
            await self.close(code=NOBODY_SIGNED_IN)
            return
        self.looking_again = asyncio.create_task(self._look_again_and_again())

    async def disconnect(self, code: int) -> None:
        if self.looking_again is not None:
            self.looking_again.cancel()
        for topic in (*self.topics, *self.rights):
            await self.channel_layer.group_discard(group_of(topic), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """A frame without text is one we do not understand, and no fault of ours."""
        await self.receive_json(await self.decode_json(text_data or ""))

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        asked = content.get("watch") if isinstance(content, dict) else None
        if not isinstance(asked, list) or len(asked) > MOST_TOPICS:
            await self.close(code=NOT_UNDERSTOOD)
            return
        async with self.order:
            for topic in asked:
                if not isinstance(topic, str) or not _TOPIC.fullmatch(topic) or topic in self.topics:
                    continue
                if len(self.topics) >= MOST_TOPICS:
                    break
                # Heard from before it is asked whether it may be: news in between is not lost.
                await self.channel_layer.group_add(group_of(topic), self.channel_name)
                if await self._may(topic):
                    self.topics.add(topic)
                else:
                    await self.channel_layer.group_discard(group_of(topic), self.channel_name)
            await self.send_json({"watching": sorted(self.topics)})

    async def news(self, event: dict[str, Any]) -> None:
        topic: str = event["topic"]
        if topic in self.rights:
            await self._look_again()
        elif topic in self.topics:
            await self.send_json({"topic": topic})

    async def _look_again(self) -> None:
        """What was allowed is asked again: who is signed in, and whether they may still hear what they hear."""
        async with self.order:
            if not await self._know():
                await self.close(code=NOBODY_SIGNED_IN)
                return
            lost = {topic for topic in sorted(self.topics) if not await self._may(topic)}
            for topic in lost:
                self.topics.discard(topic)
                await self.channel_layer.group_discard(group_of(topic), self.channel_name)
            if lost and not self.topics:
                await self.close(code=NOT_ALLOWED)
            elif lost:
                await self.send_json({"watching": sorted(self.topics)})

    async def _look_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            # A database that is away now is asked again in a minute; until then nothing is heard of it either.
            with suppress(DatabaseError):
                await self._look_again()

    async def _know(self) -> bool:
        """Learns who is signed in in this socket's session now, and listens for changes of their rights."""
        actor = await self._actor()
        listens = _topics_of_rights(actor)
        while not listens <= self.rights:
            for topic in listens - self.rights:
                await self.channel_layer.group_add(group_of(topic), self.channel_name)
            self.rights |= listens
            # What changed before somebody listened is in the rows by now.
            actor = await self._actor()
            listens = _topics_of_rights(actor)
        self.actor = actor
        return actor.person is not None

    @database_sync_to_async
    def _actor(self) -> Actor:
        session = self.scope.get("session")
        key = getattr(session, "session_key", None)
        if not key:
            return VISITOR
        client = self.scope.get("client") or ("",)
        return replace(actor_of_session(key), source_ip=str(client[0]))

    @database_sync_to_async
    def _may(self, topic: str) -> bool:
        tenant = self.actor.tenant
        try:
            with walls.behind(tenant.pk if tenant else None):
                return may_watch(self.actor, topic)
        except TagoraError:
            return False

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        try:
            return await super().decode_json(text_data[:65536])
        except (ValueError, RecursionError):
            return None


def _topics_of_rights(actor: Actor) -> set[str]:
    people = [actor.person, actor.tenant]
    return {f"{RIGHTS}{one.public_id}" for one in people if one is not None}
