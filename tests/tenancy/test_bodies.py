"""Naming another tenant's thing inside a body is like naming one that does not exist."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.tenancy.world import ABSENT_HEX, ABSENT_ID, SENTINEL, World, a_world, rows_of

pytestmark = pytest.mark.django_db
Request = tuple[str, str, dict[str, Any]]


@pytest.fixture
def victim(db: None) -> World:
    return a_world("acme", SENTINEL)


@pytest.fixture
def other(db: None) -> World:
    return a_world("rival", "ordinary")


def foreign(victim: World) -> dict[str, str]:
    return {
        "bucket": victim.customer.bucket.name,
        "manifest": f"/{victim.customer.bucket.name}/{victim.dataset.output_key}",
        "sample": victim.sample.pk.hex,
        "version": victim.version.public_id,
        "team": victim.team.public_id,
        "member": victim.members[0].public_id,
    }


ABSENT = {
    "bucket": "no-such-bucket",
    "manifest": "/no-such-bucket/out/",
    "sample": ABSENT_HEX,
    "version": ABSENT_ID,
    "team": ABSENT_ID,
    "member": ABSENT_HEX,
}


def requests(own: World, named: dict[str, str]) -> list[Request]:
    """Operations of the other tenant on its own things, with somebody's ids in their bodies."""
    dataset = f"datasets/{own.dataset.public_id}"
    answers = f"{dataset}/workforce-tasks/{own.task.public_id}"
    source = [{"data_type": 0, "data_path": f"/{named['bucket']}/in/"}]
    inside = f"/{own.customer.bucket.name}"
    config = {"workforces": [{"workforce_id": named["team"]}]}
    mixed = {"workforces": [{"workforce_id": own.team.public_id, "workers": [{"worker_id": named["member"]}]}]}
    label = {"sample_id": named["sample"], "labels": [{"name": "cat"}]}
    verdict = {"sample_id": named["sample"], "accept": True, "score": "A", "comment": ""}
    return [
        ("POST", "datasets", {"dataset_name": "x", "data_sources": source, "work_path": f"{inside}/x/"}),
        (
            "POST",
            "datasets",
            {
                "dataset_name": "x",
                "data_sources": [{"data_type": 0, "data_path": f"{inside}/in/"}],
                "work_path": f"/{named['bucket']}/x/",
            },
        ),
        ("PUT", dataset, {"current_version_id": named["version"]}),
        ("POST", f"{dataset}/import-tasks", {"import_path": f"/{named['bucket']}/in/", "import_type": "dir"}),
        ("POST", f"{dataset}/import-tasks", {"import_path": named["manifest"], "import_type": "manifest"}),
        ("PUT", f"{dataset}/data-annotations/samples", {"samples": [label]}),
        ("POST", f"{dataset}/data-annotations/samples/delete", {"samples": [named["sample"]]}),
        ("POST", f"{dataset}/workforce-tasks", {"task_name": "x", "workforces_config": config}),
        ("POST", f"{dataset}/workforce-tasks", {"task_name": "y", "workforces_config": mixed}),
        ("PUT", answers, {"workforces_config": config}),
        ("PUT", f"{answers}/data-annotations/samples", {"samples": [label]}),
        ("POST", f"{answers}/data-annotations/review", {"comments": [verdict]}),
        ("POST", f"{answers}/acceptance/batch-comment", {"comments": [verdict]}),
        ("POST", f"workforces/{own.team.public_id}/workers/batch-delete", {"workers": [named["member"]]}),
    ]


def send(
    client: Client, own: World, request: tuple[str, str, dict[str, Any]], named: dict[str, str]
) -> tuple[int, str]:
    method, path, body = request
    address = f"/v2/{own.customer.project.public_id}/{path}"
    response = client.generic(method, address, data=json.dumps(body), content_type="application/json")
    text = response.content.decode()
    for value in sorted(named.values(), key=len, reverse=True):
        text = text.replace(value, "NAMED")
    return response.status_code, text


def test_a_foreign_thing_in_a_body_is_like_none(victim: World, other: World) -> None:
    client = other.customer.api()
    before = rows_of(victim)
    theirs = foreign(victim)
    different = []
    pairs = zip(requests(other, theirs), requests(other, ABSENT), strict=True)
    for real, absent in pairs:
        first, second = send(client, other, real, theirs), send(client, other, absent, ABSENT)
        assert SENTINEL not in first[1]
        assert first[0] not in {404, 405} or second[0] == first[0]
        if first != second:
            different.append(f"{real[0]} {real[1]}: {first} against {second}")
    assert not different, "\n".join(different)
    assert rows_of(victim) == before


def test_the_requests_are_ones_that_the_api_knows(other: World) -> None:
    """With one's own ids none of them is refused for its shape, or the test above would compare nothing."""
    client = other.customer.api()
    own = foreign(other)
    for request in requests(other, own):
        status, text = send(client, other, request, {})
        assert status != 405, request
        assert "There is no such field" not in text, f"{request}: {text}"
