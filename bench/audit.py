"""How fast the audit log is written, read, sealed and verified, on PostgreSQL.

    python -m bench.audit [--postgres postgresql://postgres@127.0.0.1:5432] [--events 10000000] [--verify 1000000]

Fills a log with events of 400 days (half of them of one tenant) and asks the operation ListTraces inside one process:
sign-in, permission, query, JSON. Prints the 95th percentile in milliseconds of the first page, deep pages, each filter
and random pairs of filters over 7, 30 and 400 days, and how much more a page costs there than in a small log; then how
many events are recorded in a second with the chain and without, sealed, and verified.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

from bench import audit_log

GOAL_MS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default="postgresql://postgres@127.0.0.1:5432", help="server, without a database")
    parser.add_argument("--database", default="tagora_bench_audit", help="made anew, and dropped at the end")
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--verify", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--parts", default="pages,writing,chain", help="what to measure")
    parser.add_argument("--keep", action="store_true", help="do not drop the database, and use it again if it is there")
    options = parser.parse_args()

    import psycopg

    with psycopg.connect(f"{options.postgres}/postgres", autocommit=True) as admin:
        there = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [options.database]).fetchone()
        if there and not options.keep:
            admin.execute(f'DROP DATABASE "{options.database}" WITH (FORCE)')
        if not there or not options.keep:
            admin.execute(f'CREATE DATABASE "{options.database}"')
        try:
            with tempfile.TemporaryDirectory(prefix="tagora-bench-") as home:
                os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
                os.environ |= {
                    "TAGORA_HOME": home,
                    "TAGORA_DATABASE_URL": f"{options.postgres}/{options.database}",
                    "TAGORA_SECRET_KEY": "only-for-a-benchmark-0123456789-abcdefghij",
                    "TAGORA_AUDIT_KEY": "0b" * 32,
                    "TAGORA_LOG_LEVEL": "ERROR",
                    "TAGORA_HOSTS": "testserver",
                }
                run(options, filled=bool(there) and options.keep)
        finally:
            if not options.keep:
                admin.execute(f'DROP DATABASE IF EXISTS "{options.database}" WITH (FORCE)')


def run(options: argparse.Namespace, *, filled: bool) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    if not filled:
        begun = time.perf_counter()
        audit_log.fill(options.events)
        print(f"filled with {options.events:,} events in {time.perf_counter() - begun:.0f} s", flush=True)
    parts = options.parts.split(",")
    if "pages" in parts:
        report_pages(options.rounds)
    if "writing" in parts:
        report_writing()
    if "chain" in parts:
        report_chain(options.verify)


def report_pages(rounds: int) -> None:
    print(f"\nA page of 50, p95 in ms, median in brackets; the goal is {GOAL_MS} ms")
    small, big = Reader("small", rounds), Reader("big", rounds)
    worst = 0.0
    for what, queries in cases().items():
        first = small.measure(queries)
        p95 = big.measure(queries)
        worst = max(worst, p95[0])
        print(
            f"{what:32} {p95[0]:8.1f} ({p95[1]:6.1f})   {p95[0] / first[0]:5.2f} x of a log of {small.events:,}",
            flush=True,
        )
    print(f"{'worst':32} {worst:8.1f}   {'kept' if worst <= GOAL_MS else 'MISSED'}")
    print("\nplans:", audit_log.plans())


Query = Callable[[random.Random, "Reader"], dict[str, Any]]
DAYS = 24 * 3600 * 1000


def _since(days: int) -> dict[str, Any]:
    return {"from": int(time.time() * 1000) - days * DAYS}


def cases() -> dict[str, Query]:
    def one(name: str, days: int) -> Query:
        return lambda draw, reader: {name: reader.value(draw, name), **_since(days)}

    def pair(days: tuple[int, ...]) -> Query:
        def choose(draw: random.Random, reader: Reader) -> dict[str, Any]:
            names = draw.sample(sorted(audit_log.FILTERS), 2)
            return {**{name: reader.value(draw, name) for name in names}, **_since(draw.choice(days))}

        return choose

    found: dict[str, Query] = {
        "first page": lambda draw, reader: {},
        "deep page": lambda draw, reader: {"next": reader.deep(draw), **_since(401)},
        "a day long ago": lambda draw, reader: _long_ago(draw),
    }
    for name in audit_log.FILTERS:
        found[name] = one(name, 401)
    found["random pairs, 7 days"] = pair((7,))
    found["random pairs, 30 days"] = pair((30,))
    found["random pairs, all 400 days"] = pair((401,))
    found["pairs of one event, 400 days"] = lambda draw, reader: {**reader.of_one_event(draw), **_since(401)}
    return found


def _long_ago(draw: random.Random) -> dict[str, Any]:
    start = int(time.time() * 1000) - draw.randrange(30, 399) * DAYS
    return {"from": start, "to": start + DAYS}


class Reader:
    """A program of one tenant that asks for pages of its log."""

    def __init__(self, tenant: str, rounds: int) -> None:
        self.rounds = rounds
        self.sample, self.events = audit_log.some_events(tenant)
        self.client, self.path = audit_log.program(tenant)

    def value(self, draw: random.Random, name: str) -> str:
        return str(draw.choice(self.sample)[name])

    def deep(self, draw: random.Random) -> str:
        return str(draw.choice(self.sample)["id"])

    def of_one_event(self, draw: random.Random) -> dict[str, str]:
        event = draw.choice(self.sample)
        return {name: str(event[name]) for name in draw.sample(sorted(audit_log.FILTERS), 2)}

    def measure(self, query: Query) -> tuple[float, float]:
        draw = random.Random(7)
        times = []
        for turn in range(self.rounds + 3):
            asked = {"limit": 50, **query(draw, self)}
            begun = time.perf_counter()
            answer = self.client.get(self.path, {name: value for name, value in asked.items() if value != ""})
            spent = (time.perf_counter() - begun) * 1000
            assert answer.status_code == 200, answer.content
            if turn >= 3:
                times.append(spent)
        return statistics.quantiles(times, n=20)[-1], statistics.median(times)


def report_writing() -> None:
    with_chain, without = audit_log.recording(chained=True), audit_log.recording(chained=False)
    print("\nRecording, events a second in one process")
    print(f"{'with the chain':32} {with_chain:8.0f}")
    print(f"{'without (no note of what waits)':32} {without:8.0f}   chain costs {without / with_chain:.2f} x")


def report_chain(count: int) -> None:
    sealing, digests, seconds, events = audit_log.chain(count)
    print(f"\nA chain of {events:,} events")
    print(f"{'sealed, events a second':32} {sealing:8.0f}")
    print(f"{'digests':32} {digests:8d}")
    print(f"{'verified, seconds':32} {seconds:8.1f}   {seconds / events * 1e6:.1f} s for a million, the goal is 60 s")


if __name__ == "__main__":
    main()
