"""Carries news from any thread of any process to the channel layer, at most once a topic and tick."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

log = logging.getLogger(__name__)
# News of one topic within a tick is one message: a hundred submissions a second are twenty messages a second.
TICK_SECONDS = 0.05


def group_of(topic: str) -> str:
    """The channel group of a topic; topics are made by the server out of letters, digits and one colon."""
    return "live." + topic.replace(":", ".")


class Publisher:
    """`publish` only notes the topic and returns; one daemon thread sends.

    The in-memory layer's queues belong to the event loop that serves the sockets, so news must be handed to that loop;
    a shared layer (Redis) is spoken to from the thread's own loop.
    """

    def __init__(self) -> None:
        self._dirty: set[str] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._serving: asyncio.AbstractEventLoop | None = None

    def serve_from(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by the first socket: its loop is the one that serves."""
        self._serving = loop

    def publish(self, topic: str) -> None:
        with self._changed:
            self._dirty.add(topic)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="live-publisher", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _take(self) -> set[str]:
        with self._changed:
            while not self._dirty:
                self._changed.wait()
            topics, self._dirty = self._dirty, set()
            return topics

    def _run(self) -> None:
        own = asyncio.new_event_loop()
        while True:
            topics = self._take()
            layer = get_channel_layer()
            try:
                if isinstance(layer, InMemoryChannelLayer):
                    # A loop that is gone had no open sockets left.
                    if self._serving is not None and self._serving.is_running():
                        asyncio.run_coroutine_threadsafe(_send(layer, topics), self._serving)
                else:
                    own.run_until_complete(_send(layer, topics))
            except (OSError, RuntimeError) as error:
                # Pages catch up when they reconnect; the work that made the news must not suffer.
                log.warning("live news not sent: %s", error)
            time.sleep(TICK_SECONDS)


async def _send(layer: Any, topics: set[str]) -> None:
    for topic in topics:
        await layer.group_send(group_of(topic), {"type": "news", "topic": topic})


publisher = Publisher()
