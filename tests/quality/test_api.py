"""The operations of the wire contract on acceptance: shapes, codes, and who may call them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from apps.quality.models import Acceptance
from apps.quality.states import Scope
from tests.factories import Customer, run_jobs, signed_in
from tests.quality.rounds import (
    LABELERS,
    MANAGER,
    Work,
    answered_task,
    complete,
    drawn_rows,
    fails,
    fresh,
    judge,
    open_round,
    passes,
)


def at(work: Work, path: str = "") -> str:
    project = work.customer.project.public_id
    task = f"datasets/{work.dataset.public_id}/workforce-tasks/{work.task.public_id}"
    return f"/v2/{project}/{task}/acceptance{path}"


def send(client: Client, method: str, url: str, body: Any = None) -> Any:
    return client.generic(method, url, json.dumps(body), content_type="application/json")


def test_a_round_runs_through_the_operations_of_the_contract(acme: Customer) -> None:
    work, api = answered_task(acme, pictures=4), acme.api()
    started = send(api, "POST", at(work), {"sampling_rate": 0.5})
    assert started.status_code == 200
    round_id = started.json()["task_id"]
    run_jobs()

    listed = api.get(at(work, "/samples?sample_state=__WORKFORCE_SAMPLED_UNCHECK__")).json()
    assert (listed["sample_count"], len(listed["samples"]), listed["next_marker"]) == (2, 2, None)
    first, second = listed["samples"]
    assert first["labels"][0]["name"] == "cat"
    assert first["sample_status"] == "__WORKFORCE_SAMPLED_UNCHECK__"
    comments = [
        {"sample_id": first["sample_id"], "worker_id": first["worker_id"], "accept": True, "score": "B"},
        {"sample_id": second["sample_id"], "worker_id": second["worker_id"], "accept": False, "comment": "blurred"},
    ]
    judged = send(api, "POST", at(work, "/batch-comment"), {"comments": comments})
    assert (judged.status_code, judged.json()["success"]) == (200, True)

    report = api.get(at(work, f"/report?checking_task_id={round_id}")).json()
    stats = report["checking_stats"]
    assert stats["task_id"] == round_id
    assert (stats["total_sample_count"], stats["sampled_sample_count"], stats["sampling_rate"]) == (4, 2, 0.5)
    assert (stats["accepted_sample_count"], stats["rejected_sample_count"], stats["pass_rate"]) == (1, 1, 0.5)
    assert (stats["total_score"], stats["score"]) == (3, "3.00")
    assert report["total_stats"]["checked_sample_count"] == 0

    done = send(api, "PUT", at(work, "/status?locale=en-us"), {"action": 5, "overwrite_last_result": False})
    assert done.status_code == 200
    run_jobs()
    assert sorted(work.states()) == ["accepted", "rejected", "rejected", "rejected"]
    report = api.get(at(work, "/report")).json()
    assert report["checking_stats"]["task_id"] == round_id
    assert report["total_stats"]["checked_sample_count"] == 2
    judged = api.get(at(work, "/samples?sample_state=__WORKFORCE_SAMPLED_REJECTED__")).json()["samples"]
    assert [(row["check_accept"], row["check_comment"]) for row in judged] == [(False, "blurred")]


def test_drawn_samples_are_paged_by_marker_and_by_offset(acme: Customer) -> None:
    work, api = answered_task(acme, pictures=5), acme.api()
    open_round(work)
    by_marker: list[str] = []
    marker = ""
    while marker is not None:
        page = api.get(at(work, f"/samples?limit=2&marker={marker}")).json()
        by_marker += [row["sample_id"] for row in page["samples"]]
        marker = page["next_marker"]
    by_offset = [
        row["sample_id"]
        for number in range(3)
        for row in api.get(at(work, f"/samples?limit=2&offset={number}")).json()["samples"]
    ]
    assert by_marker == by_offset
    rest = api.get(at(work, f"/samples?limit=2&marker={by_marker[2]}")).json()["samples"]
    assert [row["sample_id"] for row in rest] == by_marker[3:]
    assert api.get(at(work, f"/samples/{by_marker[1]}")).json()["sample_id"] == by_marker[1]
    assert len(set(by_marker)) == 5


def test_the_operations_on_the_task_show_its_acceptance(acme: Customer) -> None:
    work, api = answered_task(acme, pictures=4), acme.api()
    task = at(work).removesuffix("/acceptance")
    assert "checking_task_desc" not in api.get(task).json()
    acceptance = open_round(work, number=3)
    rows = drawn_rows(acceptance)
    judge(work, acceptance, passes(rows[0], "A"), fails(rows[1]))
    for state, count in (("", 3), ("_UNCHECK", 1), ("_CHECKED", 2), ("_ACCEPTED", 1), ("_REJECTED", 1)):
        listed = api.get(f"{task}/data-annotations/samples?sample_state=__WORKFORCE_SAMPLED{state}__").json()
        assert (listed["sample_count"], len(listed["samples"])) == (count, count), state
    described = api.get(task).json()["checking_task_desc"]
    assert described["checking_task_id"] == acceptance.public_id
    assert described["checking_stats"]["checked_sample_count"] == 2
    complete(work, acceptance, Scope.PASSED)
    shown = api.get(task).json()
    assert (shown["checking_task_desc"]["action"], shown["pass_rate"], shown["score"]) == (5, 0.5, 4.0)


def test_listing_conflicts_leaves_the_round_open_and_cancelling_ends_it(acme: Customer) -> None:
    work, api = answered_task(acme, pictures=2), acme.api()
    acceptance = open_round(work)
    listed = send(api, "PUT", at(work, "/status?locale=en-us"), {"action": 3})
    assert (listed.status_code, listed.json()) == (200, {"sample_count": 0, "samples": []})
    assert fresh(acceptance).state == "open"
    assert send(api, "PUT", at(work, "/status?locale=en-us"), {"action": 2}).status_code == 200
    assert fresh(acceptance).state == "cancelled"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "", {}, 400, "ModelArts.0104"),
        ("POST", "", {"sampling_num": 1, "sampling_rate": 0.5}, 400, "ModelArts.0104"),
        ("POST", "", {"sampling_rate": 1.5}, 400, "ModelArts.0104"),
        ("POST", "", {"sampling_num": "many"}, 400, "ModelArts.0104"),
        ("POST", "", {"sampling_num": 1, "state": "open"}, 400, "ModelArts.0104"),
        ("POST", "", {"sampling_num": 1}, 400, "ModelArts.4623"),
        ("POST", "/batch-comment", {"comments": []}, 400, "ModelArts.0104"),
        ("POST", "/batch-comment", {"comments": [{"sample_id": "zz", "accept": True}]}, 400, "ModelArts.0104"),
        ("PUT", "/status?locale=en-us", {"action": 7}, 400, "ModelArts.0104"),
        ("PUT", "/status?locale=en-us", {}, 400, "ModelArts.0104"),
        ("GET", "/report?checking_task_id=nothing", None, 404, "ModelArts.4612"),
        ("GET", "/samples?marker=x", None, 400, "ModelArts.0104"),
        ("GET", "/samples?sample_state=__ALL__", None, 400, "ModelArts.0104"),
    ],
)
def test_what_is_not_well_formed_is_refused_with_a_code(
    acme: Customer, method: str, path: str, body: Any, status: int, code: str
) -> None:
    work = answered_task(acme, pictures=1)
    open_round(work)
    answer = send(acme.api(), method, at(work, path), body)
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)
    assert Acceptance.objects.count() == 1


def test_operations_on_a_task_without_a_round_say_so(acme: Customer) -> None:
    work, api = answered_task(acme, pictures=1), acme.api()
    answer = send(api, "PUT", at(work, "/status?locale=en-us"), {"action": 0})
    assert (answer.status_code, answer.json()["error_code"]) == (404, "ModelArts.4612")
    assert api.get(at(work, "/report")).status_code == 404
    assert api.get(at(work, "/samples")).json() == {"sample_count": 0, "samples": [], "next_marker": None}


def test_the_team_manager_judges_with_a_session_and_a_labeler_may_not_look(acme: Customer) -> None:
    work = answered_task(acme, pictures=2)
    row = drawn_rows(open_round(work))[0]
    manager, labeler = (signed_in(work.seat_of(address).actor.person) for address in (MANAGER, LABELERS[0]))
    assert labeler.get(at(work, "/samples")).status_code == 403
    assert manager.get(at(work, "/samples")).json()["sample_count"] == 2
    comments = [{"sample_id": row.assignment.sample_id.hex, "accept": True, "score": "A"}]
    assert send(labeler, "POST", at(work, "/batch-comment"), {"comments": comments}).status_code == 403
    assert send(manager, "POST", at(work, "/batch-comment"), {"comments": comments}).json()["success"]


def test_another_tenant_finds_nothing(acme: Customer, rival: Customer) -> None:
    work = answered_task(acme, pictures=1)
    acceptance = open_round(work)
    stranger = rival.api()
    for project in (acme.project.public_id, rival.project.public_id):
        base = at(work).replace(acme.project.public_id, project)
        answers = [
            send(stranger, "POST", base, {"sampling_num": 1}),
            send(stranger, "PUT", f"{base}/status?locale=en", {"action": 0}),
            stranger.get(f"{base}/report?checking_task_id={acceptance.public_id}"),
            stranger.get(f"{base}/samples"),
        ]
        assert {answer.status_code for answer in answers} == {404}
    assert fresh(acceptance).state == "open"
