"""Child processes that decode pictures: started when needed, watched, killed when they hang, replaced when they die."""

from __future__ import annotations

import json
import os
import queue
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

from apps.core.errors import Invalid, TagoraError
from apps.core.texts import text as _

_PROGRAM = Path(__file__).with_name("picture_worker.py")
_CHUNK_BYTES = 256 * 1024
_LONGEST_HEAD_BYTES = 4096
_LONGEST_BODY_BYTES = 16 * 1024 * 1024
_WAIT_SECONDS = 120


class ChildGone(Exception):
    """The child ended before it answered."""


class ChildLate(Exception):
    """The child did not answer in time; it has been killed."""


class PicturePool:
    """At most `size` children, shared by all threads of a process. Idle children end by themselves."""

    def __init__(self, size: int, seconds: float = 20) -> None:
        self._seconds = seconds
        # Last in, first out: under a light load one child stays warm and the others end.
        self._slots: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _slot in range(max(1, size)):
            self._slots.put(None)

    def ask(self, request: dict[str, Any], content: BinaryIO, size: int) -> tuple[dict[str, Any], bytes]:
        """Send a request and the next `size` bytes of `content` to a child; its answer and the bytes with it.

        Raises Invalid when a child hung, or died twice, over these bytes.
        """
        try:
            child = self._slots.get(timeout=_WAIT_SECONDS)
        except queue.Empty:
            raise TagoraError(_("Too many pictures wait to be read. Try again later.")) from None
        try:
            start = content.tell()
            for _attempt in range(2):
                # A child that ended when it was idle, or over the picture before, is no fault of this picture.
                if child is None or not child.is_alive():
                    child = _Child()
                content.seek(start)
                try:
                    return child.ask(request, content, size, time.monotonic() + self._seconds)
                except ChildGone:
                    child.kill()
            raise Invalid(_("The picture cannot be read: decoding it fails."))
        except ChildLate:
            raise Invalid(_("The picture cannot be read: decoding it takes too long.")) from None
        except BaseException:
            # The child may be in the middle of a request, so what it says next would answer the wrong one.
            if child is not None:
                child.kill()
            raise
        finally:
            self._slots.put(child if child is not None and child.is_alive() else None)

    def close(self) -> None:
        """End the children that are idle now; others are started when they are needed again."""
        for _slot in range(self._slots.qsize()):
            child = self._slots.get_nowait()
            if child is not None:
                child.kill()
            self._slots.put(None)


class _Child:
    """One process of `picture_worker.py` and the pipes to it."""

    def __init__(self) -> None:
        # Of the environment only the way to the libraries: the child is the last who should hold the server's keys.
        kept = {name: os.environ[name] for name in ("PYTHONPATH", "LD_LIBRARY_PATH") if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-s", "-P", str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=kept,
            bufsize=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input = self._process.stdin.fileno()
        self._output = self._process.stdout.fileno()
        os.set_blocking(self._input, False)
        self._read = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def ask(
        self, request: dict[str, Any], content: BinaryIO, size: int, deadline: float
    ) -> tuple[dict[str, Any], bytes]:
        try:
            self._send(json.dumps({**request, "bytes": size}).encode() + b"\n", deadline)
            while size:
                chunk = content.read(min(size, _CHUNK_BYTES))
                if not chunk:
                    raise Invalid(_("The file became shorter while it was read. Try again."))
                self._send(chunk, deadline)
                size -= len(chunk)
            head = _checked_head(self._receive_line(deadline))
            return head, self._receive(head["bytes"], deadline)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ChildGone from error

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._input, select.POLLOUT, deadline)
            view = view[os.write(self._input, view) :]

    def _receive_line(self, deadline: float) -> bytes:
        while b"\n" not in self._read and len(self._read) < _LONGEST_HEAD_BYTES:
            self._fill(deadline)
        line, _newline, self._read = self._read.partition(b"\n")
        return line

    def _receive(self, size: int, deadline: float) -> bytes:
        while len(self._read) < size:
            self._fill(deadline)
        data, self._read = self._read[:size], self._read[size:]
        return data

    def _fill(self, deadline: float) -> None:
        self._wait(self._output, select.POLLIN, deadline)
        data = os.read(self._output, _CHUNK_BYTES)
        if not data:
            raise ChildGone
        self._read += data

    def _wait(self, pipe: int, event: int, deadline: float) -> None:
        """Wait until a pipe is ready; unlike `select`, `poll` works with any number of open files."""
        poll = select.poll()
        poll.register(pipe, event)
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            self.kill()
            raise ChildLate


def _checked_head(line: bytes) -> dict[str, Any]:
    """The line of an answer, not trusted: a picture may have taken the child over."""
    try:
        head: Any = json.loads(line)
    except ValueError:
        raise ChildGone from None
    numbers = [head.get(name, 0) for name in ("bytes", "width", "height", "depth")] if isinstance(head, dict) else [-1]
    if any(type(number) is not int or not 0 <= number < 2**31 for number in numbers):
        raise ChildGone
    checked: dict[str, Any] = {"bytes": 0, **head}
    if checked["bytes"] > _LONGEST_BODY_BYTES or checked.get("format") not in (None, "JPEG", "PNG", "BMP"):
        raise ChildGone
    return checked
