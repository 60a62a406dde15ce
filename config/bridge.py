"""The way of an HTTP request from the event loop to a thread and back: one hop there, one hop back.

Django's synchronous side runs in threads that live on, so that each keeps its database connection. A request's body
is read by the loop when it is small, so that no thread waits for a slow client; the answer goes back in one piece.
Only large bodies and streamed answers pass between thread and loop piece by piece.
"""

from __future__ import annotations

import asyncio
import contextvars
import io
import queue
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import Future
from functools import lru_cache
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# Up to here a body waits in memory until it is whole; a longer one is read by the view, as it comes.
SMALL_BODY = 64 * 1024


class Disconnected(Exception):
    """The client has gone; nobody reads what is still to be said."""


class WSGIThreads:
    """An ASGI application that has `application` (WSGI) answer in one of `threads` threads."""

    def __init__(self, application: Application, threads: int) -> None:
        self._application = application
        self._threads = threads
        self._waiting: queue.SimpleQueue[tuple[_Exchange, asyncio.Future[None]]] = queue.SimpleQueue()
        self._started = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._started:
            self._start()
        loop = asyncio.get_running_loop()
        try:
            body = await _small_body(scope, receive)
        except Disconnected:
            return
        exchange = _Exchange(loop, scope, receive, send, body)
        done: asyncio.Future[None] = loop.create_future()
        self._waiting.put((exchange, done))
        try:
            await done
        except BaseException:
            exchange.gone = True
            raise
        if not exchange.streaming and exchange.head is not None:
            await send(exchange.head)
            await send({"type": "http.response.body", "body": exchange.content})

    def _start(self) -> None:
        """At the first request, in the process that serves: threads do not survive a fork."""
        self._started = True
        for number in range(self._threads):
            # Nothing is lost with a thread that is cut off at the end: its transaction rolls back.
            threading.Thread(target=self._work, name=f"request-{number}", daemon=True).start()

    def _work(self) -> None:
        while True:
            exchange, done = self._waiting.get()
            error: BaseException | None = None
            try:
                # A context of its own: what one request sets is not seen by the next one on the thread.
                exchange.context.run(exchange.answer, self._application)
            except Disconnected:
                pass
            except BaseException as caught:  # the loop reports it and closes the connection
                error = caught
            try:
                exchange.loop.call_soon_threadsafe(_finish, done, error)
            except RuntimeError:  # the loop has ended with the server
                return
            del exchange, done, error


def _finish(done: asyncio.Future[None], error: BaseException | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)


async def _small_body(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body if it announces itself as small, None if the view has to fetch it.

    Disconnected for a client who left before the end: half a form must not be taken for a whole one.
    """
    length = 0
    for name, value in scope["headers"]:
        if name == b"content-length":
            length = int(value) if value.isdigit() else SMALL_BODY + 1
        elif name == b"transfer-encoding":
            length = SMALL_BODY + 1
    if length > SMALL_BODY:
        return None
    parts = []
    while length > 0:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        parts.append(message.get("body", b""))
        length = length - len(parts[-1]) if message.get("more_body") else 0
    return b"".join(parts)


class _Exchange:
    """One request and its answer. `answer` runs in a thread, everything else in the loop."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, scope: Scope, receive: Receive, send: Send, body: bytes | None
    ) -> None:
        self.loop = loop
        self.context = contextvars.copy_context()
        self.head: MutableMapping[str, Any] | None = None
        self.content = b""
        self.streaming = False
        self.gone = False
        self._scope = scope
        self._receive = receive
        self._send = send
        self._body = body

    def answer(self, application: Application) -> None:
        body: Any = io.BytesIO(self._body) if self._body is not None else io.BufferedReader(_Incoming(self.fetch))
        chunks = application(environ_of(self._scope, body), self._start_response)
        try:
            if getattr(chunks, "streaming", False):
                self._stream(chunks)
            else:
                self.content = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()

    def fetch(self) -> MutableMapping[str, Any]:
        """The next piece of the body, waited for in the thread."""
        waiting: Future[MutableMapping[str, Any]] = asyncio.run_coroutine_threadsafe(
            _awaited(self._receive()), self.loop
        )
        return waiting.result()

    def _start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.head = {
            "type": "http.response.start",
            "status": int(status[:3]),
            "headers": [(name.encode("latin-1").lower(), value.encode("latin-1")) for name, value in headers],
        }

    def _stream(self, chunks: Iterable[bytes]) -> None:
        self.streaming = True
        self._say(self.head or {})
        watch = asyncio.run_coroutine_threadsafe(self._notice_departure(), self.loop)
        try:
            for chunk in chunks:
                self._say({"type": "http.response.body", "body": chunk, "more_body": True})
            self._say({"type": "http.response.body", "body": b""})
        finally:
            watch.cancel()

    async def _notice_departure(self) -> None:
        """Ends with the connection, or cancelled with the answer."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.gone = True

    def _say(self, message: MutableMapping[str, Any]) -> None:
        """Send and wait until it is on its way, so that a slow reader slows the view down, too."""
        if self.gone:
            raise Disconnected
        asyncio.run_coroutine_threadsafe(_awaited(self._send(message)), self.loop).result()


async def _awaited(something: Awaitable[Any]) -> Any:
    return await something


class _Incoming(io.RawIOBase):
    """A large body as a file: each read waits for what the client sends."""

    def __init__(self, fetch: Callable[[], MutableMapping[str, Any]]) -> None:
        self._fetch = fetch
        self._rest = b""
        self._more = True

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        while not self._rest and self._more:
            message = self._fetch()
            if message["type"] == "http.disconnect":
                raise ConnectionResetError("The client left before the end of the body.")
            self._more = bool(message.get("more_body"))
            self._rest = message.get("body", b"")
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


@lru_cache(maxsize=512)
def _variable(name: bytes) -> str | None:
    """The name of a header in the environment; None for one that could pass for another."""
    # `X_Auth_Token` would become the same variable as `X-Auth-Token`, past a proxy that only knows the latter.
    if b"_" in name:
        return None
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def environ_of(scope: Scope, body: Any) -> dict[str, Any]:
    """The environment of WSGI (PEP 3333) for a request of ASGI."""
    root = scope.get("root_path", "").encode().decode("latin-1")
    path = scope["path"].encode().decode("latin-1")
    host, port = scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root,
        "PATH_INFO": path.removeprefix(root),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    client = scope.get("client")
    if client:
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = client[0], str(client[1])
    for name, value in scope["headers"]:
        key = _variable(name)
        if key is None:
            continue
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    return environ
