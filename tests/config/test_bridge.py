"""The way of a request from the event loop to a thread and back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from config.bridge import SMALL_BODY, WSGIThreads

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def scope_of(method: str = "GET", path: str = "/", *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "query_string": b"a=1&b=%20",
        "headers": [(b"host", b"example.org:8000"), *headers],
        "server": ("10.0.0.1", 8000),
        "client": ("10.0.0.2", 4321),
    }


def asked(application: Application, scope: dict[str, Any], threads: int = 1) -> ApplicationCommunicator:
    return ApplicationCommunicator(WSGIThreads(application, threads=threads), scope)


async def answer_of(peer: ApplicationCommunicator) -> tuple[dict[str, Any], bytes]:
    head = await peer.receive_output(timeout=5)
    assert head["type"] == "http.response.start"
    parts = []
    while True:
        part = await peer.receive_output(timeout=5)
        parts.append(part["body"])
        if not part.get("more_body"):
            return head, b"".join(parts)


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_request_becomes_the_environment_of_wsgi_and_its_answer_goes_back_whole() -> None:
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        start_response("201 Created", [("Content-Type", "text/plain"), ("X-Name", "ä")])
        return [b"one ", b"two"]

    headers = ((b"x-auth-token", b"t"), (b"cookie", b"a=1"), (b"accept", b"x"), (b"accept", b"y"))
    peer = asked(application, scope_of("GET", "/中/", *headers))
    await peer.send_input(part(b""))
    head, body = await answer_of(peer)
    assert (head["status"], body) == (201, b"one two")
    assert head["headers"] == [(b"content-type", b"text/plain"), (b"x-name", b"\xe4")]
    assert seen["PATH_INFO"] == "/中/".encode().decode("latin-1")
    expected = {
        "REQUEST_METHOD": "GET",
        "QUERY_STRING": "a=1&b=%20",
        "SERVER_NAME": "10.0.0.1",
        "SERVER_PORT": "8000",
        "REMOTE_ADDR": "10.0.0.2",
        "HTTP_HOST": "example.org:8000",
        "HTTP_X_AUTH_TOKEN": "t",
        "HTTP_COOKIE": "a=1",
        "HTTP_ACCEPT": "x,y",
        "wsgi.url_scheme": "http",
    }
    assert {name: seen[name] for name in expected} == expected
    assert seen["wsgi.input"].read() == b""


async def test_a_header_that_could_pass_for_another_is_left_out() -> None:
    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [environ.get("HTTP_X_FORWARDED_FOR", "none").encode()]

    peer = asked(application, scope_of("GET", "/", (b"x_forwarded_for", b"1.2.3.4")))
    assert (await answer_of(peer))[1] == b"none"


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))]


async def test_no_thread_waits_for_a_small_body_that_comes_slowly() -> None:
    called = threading.Event()

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        called.set()
        return echo(environ, start_response)

    peer = asked(application, scope_of("POST", "/", (b"content-length", b"6")))
    await peer.send_input(part(b"abc", more=True))
    assert await peer.receive_nothing(timeout=0.1)
    assert not called.is_set()
    await peer.send_input(part(b"def"))
    assert (await answer_of(peer))[1] == b"abcdef"


async def test_a_large_body_reaches_the_view_piece_by_piece() -> None:
    size = SMALL_BODY + 10
    peer = asked(echo, scope_of("POST", "/", (b"content-length", str(size).encode())))
    await peer.send_input(part(b"x" * 10, more=True))
    await peer.send_input(part(b"", more=True))
    await peer.send_input(part(b"y" * SMALL_BODY))
    assert (await answer_of(peer))[1] == b"x" * 10 + b"y" * SMALL_BODY


async def test_half_a_body_is_never_answered() -> None:
    called = threading.Event()

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        called.set()
        return echo(environ, start_response)

    peer = asked(application, scope_of("POST", "/", (b"content-length", b"6")))
    await peer.send_input(part(b"abc", more=True))
    await peer.send_input({"type": "http.disconnect"})
    await peer.wait(timeout=5)
    assert not called.is_set()


async def test_half_a_large_body_is_an_error_of_reading() -> None:
    caught: list[Exception] = []

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        try:
            environ["wsgi.input"].read(SMALL_BODY + 1)
        except OSError as error:
            caught.append(error)
        start_response("400 Bad Request", [])
        return []

    peer = asked(application, scope_of("POST", "/", (b"content-length", str(SMALL_BODY + 1).encode())))
    await peer.send_input(part(b"abc", more=True))
    await peer.send_input({"type": "http.disconnect"})
    await answer_of(peer)
    assert caught


class Streamed:
    """A streaming answer as Django makes them; `step` releases the next piece."""

    streaming = True

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.made = 0
        self.step = threading.Semaphore(0)
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        for number in range(self.pieces):
            self.step.acquire(timeout=5)
            self.made += 1
            yield str(number).encode()

    def close(self) -> None:
        self.closed.set()


def streaming(answer: Streamed) -> Application:
    def application(environ: dict[str, Any], start_response: Any) -> Streamed:
        start_response("200 OK", [])
        return answer

    return application


async def test_a_streamed_answer_is_sent_as_it_is_made() -> None:
    answer = Streamed(2)
    peer = asked(streaming(answer), scope_of())
    assert (await peer.receive_output(timeout=5))["status"] == 200
    assert await peer.receive_nothing(timeout=0.05)
    answer.step.release()
    assert (await peer.receive_output(timeout=5))["body"] == b"0"
    assert answer.made == 1
    answer.step.release()
    assert (await peer.receive_output(timeout=5))["body"] == b"1"
    assert not (await peer.receive_output(timeout=5)).get("more_body")
    await asyncio.to_thread(answer.closed.wait, 5)
    assert answer.closed.is_set()


async def test_a_stream_that_nobody_reads_any_more_ends() -> None:
    answer = Streamed(1000)
    peer = asked(streaming(answer), scope_of())
    await peer.receive_output(timeout=5)
    answer.step.release()
    await peer.receive_output(timeout=5)
    await peer.send_input({"type": "http.disconnect"})
    await asyncio.sleep(0.05)
    answer.step.release()
    await peer.wait(timeout=5)
    assert answer.closed.is_set()
    assert answer.made == 2


async def test_an_error_of_the_application_reaches_the_server_and_the_thread_goes_on() -> None:
    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/broken":
            raise ValueError("no answer")
        start_response("200 OK", [])
        return [b"well"]

    threads = WSGIThreads(application, threads=1)
    with pytest.raises(ValueError, match="no answer"):
        await ApplicationCommunicator(threads, scope_of("GET", "/broken")).wait(timeout=5)
    assert (await answer_of(ApplicationCommunicator(threads, scope_of())))[1] == b"well"


async def test_threads_live_on_and_what_one_request_sets_the_next_one_does_not_see() -> None:
    language: ContextVar[str] = ContextVar("language", default="none")

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        before = language.get()
        language.set("set")
        start_response("200 OK", [])
        return [f"{threading.get_ident()} {before}".encode()]

    threads = WSGIThreads(application, threads=1)
    answers = {(await answer_of(ApplicationCommunicator(threads, scope_of())))[1] for _ in range(3)}
    assert len(answers) == 1
    assert answers.pop().endswith(b" none")


async def test_no_more_requests_are_at_work_than_there_are_threads() -> None:
    lock, release = threading.Lock(), threading.Event()
    busy = most = 0

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        release.wait(5)
        with lock:
            busy -= 1
        start_response("200 OK", [])
        return []

    threads = WSGIThreads(application, threads=2)
    peers = [ApplicationCommunicator(threads, scope_of()) for _ in range(5)]
    waiting = [asyncio.ensure_future(answer_of(peer)) for peer in peers]
    await asyncio.sleep(0.1)
    release.set()
    await asyncio.gather(*waiting)
    assert most == 2


async def test_django_answers_through_it_with_every_protection() -> None:
    from config.asgi import application

    peer = ApplicationCommunicator(application, scope_of("GET", "/v2/none/datasets"))
    await peer.send_input(part(b""))
    head, body = await answer_of(peer)
    names = {name for name, _value in head["headers"]}
    assert head["status"] == 401
    assert b"ModelArts.0201" in body
    assert names >= {b"content-security-policy", b"x-content-type-options", b"x-frame-options", b"x-request-id"}
