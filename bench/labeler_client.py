"""The virtual labelers of bench/labelers.py: a process of its own, so that it shares no lock with the server.

    python -m bench.labeler_client PLAN.json

The plan names port, paths, sessions and seconds; the answer on standard output is a JSON object of all timings.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

LABELS = ("cat", "dog", "bird")


class Connection:
    """One kept-alive HTTP/1.1 connection, with as little work of its own as possible."""

    def __init__(self, port: int, cookie: str, token: str) -> None:
        self.port = port
        self.head = (
            f"Host: 127.0.0.1:{port}\r\nCookie: tagora_session={cookie}; csrftoken={token}\r\nX-CSRFToken: {token}\r\n"
        )

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes, float]:
        """Status, body and seconds of one exchange."""
        start = time.perf_counter()
        head = f"{method} {path} HTTP/1.1\r\n{self.head}"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self.writer.write(head.encode() + b"\r\n" + body)
        raw = await self.reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in raw.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line[15:])
        answer = await self.reader.readexactly(length)
        return int(raw[9:12]), answer, time.perf_counter() - start


async def labeler(plan: dict[str, Any], session: str, until: float, log: dict[str, Any]) -> None:
    connection = Connection(plan["port"], session, plan["token"])
    await connection.open()
    handed: list[str] = []
    log["handed"].append(handed)
    while time.perf_counter() < until:
        status, body, seconds = await connection.ask("GET", plan["next"])
        if status != 200:
            log["errors"][str(status)] += 1
            continue
        samples = json.loads(body)["samples"]
        if not samples:
            return
        log["list"].append(seconds)
        sample = samples[0]
        handed.append(sample["sample_id"])
        entry = {
            "sample_id": sample["sample_id"],
            "labels": [{"name": LABELS[len(handed) % len(LABELS)], "type": 0}],
            "revision": sample["revision"],
            "submission_id": str(uuid.uuid4()),
        }
        data = json.dumps({"samples": [entry]}).encode()
        status, body, seconds = await connection.ask("PUT", plan["submit"], data)
        if status == 200 and json.loads(body)["success"]:
            log["submit"].append(seconds)
            log["acknowledged"].append(sample["sample_id"])
        else:
            log["errors"][f"submit {status} {body[:120]!r}"] += 1


async def asker(plan: dict[str, Any], until: float, log: dict[str, Any]) -> None:
    connection = Connection(plan["port"], plan.get("session", ""), plan["token"])
    await connection.open()
    while time.perf_counter() < until:
        status, _body, seconds = await connection.ask("GET", plan["bare"])
        if status == 200:
            log["list"].append(seconds)
        else:
            log["errors"][str(status)] += 1


async def _client(plan: dict[str, Any]) -> dict[str, Any]:
    log: dict[str, Any] = {"list": [], "submit": [], "handed": [], "acknowledged": [], "errors": Counter()}
    start = time.perf_counter()
    until = start + plan["seconds"]
    if plan.get("bare"):
        await asyncio.gather(*(asker(plan, until, log) for _ in range(plan["connections"])))
    else:
        await asyncio.gather(*(labeler(plan, session, until, log) for session in plan["sessions"]))
    log["seconds"] = time.perf_counter() - start
    return log


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_client(json.loads(Path(sys.argv[1]).read_text())))))
