"""A server killed with `kill -9` in the middle of work and started again ends like one that was left alone."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import httpx
import pytest

from tests.e2e import pictures
from tests.e2e.pages.worker import WORKERS_PASSWORD, link_in, mail_to
from tests.e2e.program import Program
from tests.e2e.server import Account, Server

pytestmark = pytest.mark.fault
COUNT = 400
LABELERS = 3
KILLS = 3
SEED = 20261122


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture
def account(server: Server) -> Account:
    return server.create_tenant("acme")


def files() -> dict[str, bytes]:
    """Small pictures with a label beside each second one, and some that cannot be used."""
    found: dict[str, bytes] = {}
    for number in range(COUNT):
        found[f"{number:04}.jpg"] = pictures.picture(number, width=64, height=48)
        if number % 2:
            found[f"{number:04}.txt"] = b"red\n"
    for number in range(5):
        found[f"broken-{number}.jpg"] = b"no picture"
    return found


def kill_and_start(server: Server, chance: random.Random, *, at_most: float) -> None:
    """Kills at some moment within `at_most` seconds, which the seed decides."""
    time.sleep(chance.uniform(0, at_most))
    server.restart()


def test_an_import_that_was_killed_takes_in_every_file_once(server: Server, account: Account) -> None:
    program, chance = Program(server, account), random.Random(SEED)
    dataset = program.dataset("cells", files(), wait=False)
    for _ in range(KILLS):
        kill_and_start(server, chance, at_most=1.5)
    done = program.idle(dataset)
    samples = program.samples(dataset)
    assert done["total_sample_count"] == COUNT
    assert Counter(str(sample["sample_name"]) for sample in samples) == Counter(f"{n:04}.jpg" for n in range(COUNT))
    assert done["annotated_sample_count"] == COUNT // 2
    labelled = [sample for sample in samples if sample["labels"]]
    assert [label["name"] for sample in labelled for label in sample["labels"]] == ["red"] * (COUNT // 2)


def test_a_distribution_that_was_killed_hands_out_every_sample_once(server: Server, account: Account) -> None:
    program, chance = Program(server, account), random.Random(SEED + 1)
    dataset = program.dataset("cells", files())
    addresses = [f"labeler-{number}@acme.example" for number in range(LABELERS)]
    team = program.team("crew", dict.fromkeys(addresses, "labeler"))
    task = program.task(dataset, team, wait=False)
    kill_and_start(server, chance, at_most=0.2)
    path = f"datasets/{dataset}/workforce-tasks/{task}"
    program.until(lambda: program.call("GET", path)["status"] == 1, "the end of the distribution")
    handed: Counter[str] = Counter()
    people: Counter[str] = Counter()
    page = 0
    while part := program.call("GET", f"{path}/data-annotations/samples", params={"limit": 100, "offset": page})[
        "samples"
    ]:
        handed.update(str(sample["sample_id"]) for sample in part)
        people.update(str(sample["worker_id"]) for sample in part)
        page += 1
    unlabelled = COUNT // 2
    assert len(handed) == unlabelled
    assert set(handed.values()) == {1}
    assert len(people) == LABELERS
    assert max(people.values()) - min(people.values()) <= 1
    # Everybody gets the mail, and nobody gets it twice.
    for address in addresses:
        mail_to(server, address)
    assert Counter(str(mail["To"]) for mail in server.mails()) == Counter(addresses)


def test_a_version_whose_publishing_was_killed_is_whole(server: Server, account: Account) -> None:
    program, chance = Program(server, account), random.Random(SEED + 2)
    dataset = program.dataset("cells", files())
    for name in ("undisturbed", "killed"):
        program.call("POST", f"datasets/{dataset}/versions", json={"version_name": name})
        if name == "killed":
            kill_and_start(server, chance, at_most=0.3)
        program.idle(dataset)
    manifests = {
        name: server.get(
            account.bucket,
            next(key for key in server.keys(account.bucket, "cells/out/") if key.endswith(f"{name}.manifest")),
        )
        for name in ("undisturbed", "killed")
    }
    assert len(manifests["killed"].splitlines()) == COUNT
    assert manifests["killed"] == manifests["undisturbed"]
    listed = program.call("GET", f"datasets/{dataset}/versions", params={"limit": 10})["versions"]
    assert {version["version_name"]: version["status"] for version in listed} == {"undisturbed": 1, "killed": 1}


def labeler(server: Server, address: str) -> httpx.Client:
    """A signed-in labeler who has just come by the link of their mail, ready to call the API."""
    http = httpx.Client(base_url=server.url, timeout=30, trust_env=False)
    link = urlsplit(link_in(mail_to(server, address))).path
    http.get(link)
    token = http.cookies["csrftoken"]
    answer = http.post(
        link, data={"csrfmiddlewaretoken": token, "password": WORKERS_PASSWORD, "again": WORKERS_PASSWORD}
    )
    assert answer.status_code == 302, answer.text
    http.headers["X-CSRFToken"] = http.cookies["csrftoken"]
    return http


def test_an_acceptance_that_was_killed_takes_every_answer_over_once(server: Server, account: Account) -> None:
    program, chance = Program(server, account), random.Random(SEED + 3)
    dataset = program.dataset("cells", files())
    team = program.team("crew", {"labeler@acme.example": "labeler"})
    task = program.task(dataset, team)
    path = f"datasets/{dataset}/workforce-tasks/{task}"
    waiting = COUNT // 2
    with closing(labeler(server, "labeler@acme.example")) as http:
        own = f"/v2/{account.project_id}/{path}/data-annotations/samples"
        mine = []
        for page in range(waiting // 100 + 1):
            mine += http.get(own, params={"limit": 100, "offset": page}).json()["samples"]
        assert len(mine) == waiting
        for start in range(0, waiting, 50):
            answers = [
                {"sample_id": sample["sample_id"], "labels": [{"name": "white"}]} for sample in mine[start : start + 50]
            ]
            answer = http.put(own, json={"samples": answers})
            assert answer.json()["success"], answer.text
    program.call("POST", f"{path}/acceptance", json={"sampling_num": 5})
    kill_and_start(server, chance, at_most=0.1)
    program.until(lambda: program.call("GET", path)["status"] == 2, "the end of the drawing")
    program.call("PUT", f"{path}/acceptance/status", json={"action": 0})
    for _ in range(KILLS):
        kill_and_start(server, chance, at_most=0.2)
    program.until(lambda: program.call("GET", path)["status"] == 3, "the end of the acceptance")
    done = program.idle(dataset)
    assert done["annotated_sample_count"] == done["total_sample_count"] == COUNT
    names = Counter(label["name"] for sample in program.samples(dataset) for label in sample["labels"])
    assert names == {"red": COUNT // 2, "white": waiting}
    assert {state: count for state, count in task_counts(program, path).items() if count} == {"accepted": waiting}


def task_counts(program: Program, path: str) -> Counter[str]:
    """How many answers of a task are in each state."""
    counts: Counter[str] = Counter()
    for state, name in (("__ACCEPTED__", "accepted"), ("__NONE__", "unlabelled"), ("__UNCHECK__", "undecided")):
        query = {"limit": 1, "sample_state": state}
        counts[name] = program.call("GET", f"{path}/data-annotations/samples", params=query)["sample_count"]
    return counts
