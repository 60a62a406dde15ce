"""The operations of the wire contract, as a program or a labelling tool calls them."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.labeling.models import Assignment, TeamTask
from apps.teams.models import Member
from tests.factories import Customer, a_dataset, a_task, a_team, run_jobs, signed_in
from tests.labeling.work import LABELERS, MANAGER, REVIEWER, Work, at_work, counted, counters

ONE, TWO, THREE = LABELERS
CAT = [{"name": "cat", "type": 0}]


def call(client: Client, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
    """Status and decoded answer of one operation."""
    if method == "GET":
        answer = client.get(path, query)
    else:
        data = None if body is None else json.dumps(body)
        answer = getattr(client, method.lower())(path, data, content_type="application/json", query_params=query)
    return answer.status_code, json.loads(answer.content) if answer.content else None


def task_path(work: Work, rest: str = "") -> str:
    dataset = work.dataset
    return f"/v2/{dataset.project.public_id}/datasets/{dataset.public_id}/workforce-tasks/{work.task.public_id}{rest}"


def statements(captured: CaptureQueriesContext) -> list[str]:
    """What was asked of the database, without the words around transactions."""
    words = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(words)]


def test_a_team_and_its_members_through_the_api(acme: Customer) -> None:
    api, base = acme.api(), f"/v2/{acme.project.public_id}/workforces"
    status, made = call(api, "POST", base, {"workforce_name": "crew", "description": "first"})
    assert status == 201
    team = f"{base}/{made['workforce_id']}"
    assert call(api, "POST", f"{team}/workers", {"emails": "a@example.org,b@example.org", "role": 0})[0] == 201
    assert call(api, "POST", f"{team}/workers", {"emails": "m@example.org", "role": 2})[0] == 201
    _, described = call(api, "GET", team)
    assert (described["workforce_name"], described["worker_count"]) == ("crew", 3)
    _, listed = call(api, "GET", f"{team}/workers", sort_by="email", order="asc", limit=2)
    assert listed["total_number"] == 3
    assert [worker["email"] for worker in listed["workers"]] == ["a@example.org", "b@example.org"]
    one = f"{team}/workers/{listed['workers'][0]['worker_id']}"
    assert call(api, "PUT", one, {"role": 1, "description": "kind"})[0] == 200
    _, worker = call(api, "GET", one)
    assert (worker["role"], worker["status"], worker["description"]) == (1, 0, "kind")
    assert [len(call(api, "GET", f"{base}/workers", role=role)[1]["workers"]) for role in (0, 1, 2)] == [1, 1, 1]
    assert call(api, "PUT", team, {"workforce_name": "crew2"})[0] == 200
    assert call(api, "GET", base, search_content="CREW2")[1]["total_number"] == 1
    status, batch = call(api, "POST", f"{team}/workers/batch-delete", {"workers": [worker["worker_id"], "f" * 32]})
    assert (status, [result["success"] for result in batch["results"]]) == (200, [True, False])
    assert batch["results"][1]["error_code"] == "ModelArts.4604"
    assert call(api, "DELETE", team)[0] == 204
    status, refusal = call(api, "GET", team)
    assert (status, refusal["error_code"]) == (404, "ModelArts.4601")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"workforce_name": "a b"}, "ModelArts.0104"),
        ({"workforce_name": "crew", "tenant": 1}, "ModelArts.0104"),
        ({"workforce_name": "crew", "description": "<b>"}, "ModelArts.0104"),
        ({}, "ModelArts.0104"),
        ([], "ModelArts.0104"),
    ],
)
def test_a_malformed_team_is_refused_with_a_code_and_a_sentence(acme: Customer, body: Any, code: str) -> None:
    status, refusal = call(acme.api(), "POST", f"/v2/{acme.project.public_id}/workforces", body)
    assert (status, refusal["error_code"]) == (400, code)
    assert refusal["error_msg"]


def test_a_task_through_the_api_from_creation_to_deletion(acme: Customer) -> None:
    work = at_work(acme, reviewed=True)
    api = acme.api()
    tasks = task_path(work).rpartition("/")[0]
    members = [{"worker_id": member.public_id} for member in Member.objects.all()]
    config = {"workforces": [{"workforce_id": work.team.public_id, "workers": members}]}
    status, made = call(
        api, "POST", tasks, {"task_name": "second", "workforces_config": config, "synchronize_data": True}
    )
    assert status == 200
    run_jobs()
    _, described = call(
        api, "GET", f"{tasks}/{made['task_id']}", sample_stats="true", workforce_stats="true", label_stats="true"
    )
    assert (described["status"], described["task_name"], described["synchronize_data"]) == (1, "second", True)
    assert described["workforce_stats"] == {"workforce_count": 1, "labeler_count": 3, "reviewer_count": 1}
    assert [label["name"] for label in described["label_stats"]] == ["cat", "dog"]
    assert len(described["workforces_config"]["workforces"][0]["workers"]) == 4
    assert call(api, "PUT", f"{tasks}/{made['task_id']}", {"task_name": "third", "description": "x"})[0] == 200
    _, listed = call(api, "GET", tasks)
    assert (listed["count"], [task["task_name"] for task in listed["tasks"]]) == (2, ["third", "first"])
    assert listed["tasks"][1]["sample_stats"]["unannotated_sample_count"] == 6
    assert call(api, "DELETE", f"{tasks}/{made['task_id']}")[0] == 204
    status, refusal = call(api, "GET", f"{tasks}/{made['task_id']}")
    assert (status, refusal["error_code"]) == (404, "ModelArts.4619")


def test_a_task_for_a_whole_team_and_one_for_a_manager(acme: Customer) -> None:
    work = at_work(acme, managed=True)
    api, tasks = acme.api(), task_path(work).rpartition("/")[0]
    whole = {"workforces": [{"workforce_id": work.team.public_id}]}
    assert call(api, "POST", tasks, {"task_name": "whole", "workforces_config": whole})[0] == 200
    assert TeamTask.objects.get(name="whole").participants.count() == 4
    assert call(api, "POST", tasks, {"task_name": "led", "workforces_config": {"agency": MANAGER}})[0] == 200
    led = TeamTask.objects.get(name="led")
    assert led.state == "created"
    client = signed_in(work.people[MANAGER])
    assert call(client, "POST", f"{tasks}/{led.public_id}", {"workforces_config": whole})[0] == 200
    run_jobs()
    led.refresh_from_db()
    assert led.state == "running"


def test_a_labeler_lists_answers_and_submits(acme: Customer) -> None:
    work = at_work(acme)
    client, samples = signed_in(work.people[ONE]), task_path(work, "/data-annotations/samples")
    status, listed = call(client, "GET", samples, sample_state="__NONE__", limit=1)
    assert (status, listed["sample_count"], len(listed["samples"])) == (200, 2, 1)
    first = listed["samples"][0]
    assert first["sample_data"] == [f"/media/{work.dataset.public_id}/{first['sample_id']}"]
    assert first["metadata"] == {"@modelarts:size": [64, 48, first["metadata"]["@modelarts:size"][2]]}
    assert "worker_id" not in first
    _, rest = call(client, "GET", samples, sample_state="__NONE__", marker=listed["next_marker"])
    assert (len(rest["samples"]), rest["next_marker"]) == (1, None)
    entry = {"sample_id": first["sample_id"], "labels": CAT, "revision": 0, "submission_id": str(uuid4())}
    status, answer = call(client, "PUT", samples, {"samples": [entry]})
    assert (status, answer["success"]) == (200, True)
    assert answer["results"][0]["revision"] == 1
    _, listed = call(client, "GET", samples, sample_state="__UNCHECK__")
    assert [label["name"] for label in listed["samples"][0]["labels"]] == ["cat"]
    entry |= {"submission_id": str(uuid4()), "labels": [{"name": "dog", "type": 0}]}
    _, answer = call(client, "PUT", samples, {"samples": [entry]})
    result = answer["results"][0]
    assert (result["success"], result["conflict"]["revision"]) == (False, 1)
    assert [label["name"] for label in result["conflict"]["labels"]] == ["cat"]


@pytest.mark.parametrize(
    "entry",
    [
        {"labels": CAT},
        {"sample_id": "zz", "labels": CAT},
        {"sample_id": 5, "labels": CAT},
        {"sample_id": "0" * 32, "labels": CAT, "revision": "1"},
        {"sample_id": "0" * 32, "labels": CAT, "submission_id": "x"},
        {"sample_id": "0" * 32, "labels": CAT, "state": "accepted"},
        {"sample_id": "0" * 32, "labels": [], "nothing_here": "yes"},
        "text",
    ],
)
def test_a_malformed_submission_is_refused_as_a_whole(acme: Customer, entry: Any) -> None:
    work = at_work(acme)
    client = signed_in(work.people[ONE])
    status, refusal = call(client, "PUT", task_path(work, "/data-annotations/samples"), {"samples": [entry]})
    assert (status, refusal["error_code"]) == (400, "ModelArts.0104")


def test_a_bad_label_is_refused_for_its_sample_and_says_where(acme: Customer) -> None:
    work = at_work(acme)
    client, held = signed_in(work.people[ONE]), work.held(ONE)
    entries = [
        {"sample_id": held[0].sample_id.hex, "labels": [{"name": "cow", "type": 0}]},
        {"sample_id": held[1].sample_id.hex, "labels": CAT},
    ]
    status, answer = call(client, "PUT", task_path(work, "/data-annotations/samples"), {"samples": entries})
    assert (status, [result["success"] for result in answer["results"]]) == (200, [False, True])
    assert answer["results"][0]["error_msg"].startswith("[0].name")


def test_nothing_here_is_handed_in_and_shown_as_such(acme: Customer) -> None:
    work = at_work(acme)
    client, samples = signed_in(work.people[ONE]), task_path(work, "/data-annotations/samples")
    first, second = (row.sample_id.hex for row in work.held(ONE))
    entries = [{"sample_id": first, "labels": [], "nothing_here": True}, {"sample_id": second, "nothing_here": True}]
    _, answer = call(client, "PUT", samples, {"samples": entries})
    assert [result["sample_status"] for result in answer["results"]] == ["__UNCHECK__", "__UNCHECK__"]
    _, shown = call(client, "GET", f"{samples}/{first}")
    assert (shown["labels"], shown["nothing_here"]) == ([], True)
    _, answer = call(client, "PUT", samples, {"samples": [{"sample_id": first, "labels": CAT, "revision": 0}]})
    assert answer["results"][0]["conflict"] == {"labels": [], "nothing_here": True, "revision": 1}
    _, answer = call(client, "PUT", samples, {"samples": [{"sample_id": second, "labels": []}]})
    assert answer["results"][0]["sample_status"] == "__NONE__"
    assert call(client, "GET", f"{samples}/{second}")[1]["nothing_here"] is False


def test_answers_are_not_given_under_another_name(acme: Customer) -> None:
    work = at_work(acme)
    client, samples = signed_in(work.people[ONE]), task_path(work, "/data-annotations/samples")
    entry = {"sample_id": work.held(ONE)[0].sample_id.hex, "labels": CAT}
    assert call(client, "PUT", samples, {"email": TWO, "samples": [entry]})[0] == 400
    foreign = {**entry, "worker_id": work.part(TWO).member.public_id}
    assert call(client, "PUT", samples, {"samples": [foreign]})[1]["success"] is False
    own = {**entry, "worker_id": work.part(ONE).member.public_id}
    assert call(client, "PUT", samples, {"email": ONE, "samples": [own]})[1]["success"] is True


def test_reviewers_and_owners_review_through_the_api(acme: Customer) -> None:
    work = at_work(acme, reviewed=True)
    first, second = work.held(ONE)
    work.answer(ONE, first)
    work.answer(ONE, second)
    samples, review = task_path(work, "/data-annotations/samples"), task_path(work, "/data-annotations/review")
    reviewer = signed_in(work.people[REVIEWER])
    _, listed = call(reviewer, "GET", samples, sample_state="__UNREVIEWED__")
    assert listed["sample_count"] == 2
    assert {sample["labelers"][0]["email"] for sample in listed["samples"]} == {ONE}
    comments = [
        {"sample_id": first.sample_id.hex, "accept": True, "score": "A", "comment": ""},
        {"sample_id": second.sample_id.hex, "accept": False, "comment": "a dog"},
    ]
    status, answer = call(reviewer, "POST", review, {"comments": comments})
    assert (status, answer["success"]) == (200, True)
    _, answer = call(acme.api(), "POST", review, {"comments": comments})
    assert [result["error_code"] for result in answer["results"]] == ["ModelArts.4606"] * 2
    assert call(signed_in(work.people[ONE]), "POST", review, {"comments": comments})[0] == 403
    _, metrics = call(acme.api(), "GET", task_path(work, "/metrics"))
    assert metrics["sample_stats"][ONE]["rejected"] == 1
    _, own = call(signed_in(work.people[ONE]), "GET", task_path(work, "/metrics"))
    assert list(own["sample_stats"]) == [ONE]
    _, stats = call(acme.api(), "GET", task_path(work, "/data-annotations/stats"))
    assert stats["sample_stats"]["uncheck"] == 1
    assert [label["sample_count"] for label in stats["label_stats"]] == [1, 0]


def test_the_owner_finds_samples_by_labeler_and_name(acme: Customer) -> None:
    work = at_work(acme)
    api, samples = acme.api(), task_path(work, "/data-annotations/samples")
    _, listed = call(api, "GET", samples, search_conditions=json.dumps([{"labeler": ONE}]))
    assert listed["sample_count"] == 2
    assert {sample["worker_id"] for sample in listed["samples"]} == {work.part(ONE).member.public_id}
    _, listed = call(api, "GET", samples, search_conditions=json.dumps([{"sample_name": "000000.jpg"}]))
    assert listed["sample_count"] == 1
    for conditions in ('[{"tenant__name": "acme"}]', "{", '[{"labeler": 5}]', "[{}, {}]"):
        assert call(api, "GET", samples, search_conditions=conditions)[0] == 400


def test_a_worker_lists_their_own_tasks(acme: Customer) -> None:
    work = at_work(acme)
    path = f"/v2/{acme.project.public_id}/workforces/worker-tasks"
    _, listed = call(signed_in(work.people[ONE]), "GET", path)
    task = listed["worker_tasks"][0]
    assert (listed["count"], task["task_id"], task["email_status"]) == (1, work.task.public_id, 3)
    assert task["sample_stats"]["unannotated_sample_count"] == 2


def test_a_stranger_reaches_nothing_of_a_task(acme: Customer, rival: Customer) -> None:
    work = at_work(acme)
    sample = work.held(ONE)[0].sample_id.hex
    before = list(Assignment.objects.order_by("pk").values_list("pk", "state", "revision"))
    operations: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("PUT", "", {"task_name": "mine"}),
        ("POST", "", {"workforces_config": {"workforces": []}}),
        ("DELETE", "", None),
        ("POST", "/notify", {"emails": [ONE]}),
        ("GET", "/metrics", None),
        ("GET", "/data-annotations/stats", None),
        ("GET", "/data-annotations/samples", None),
        ("PUT", "/data-annotations/samples", {"samples": [{"sample_id": sample, "labels": CAT}]}),
        ("GET", f"/data-annotations/samples/{sample}", None),
        ("POST", "/data-annotations/review", {"comments": [{"sample_id": sample, "accept": True}]}),
    ]
    own_project = task_path(work).replace(acme.project.public_id, rival.project.public_id)
    for method, rest, body in operations:
        for client, base in ((rival.api(), task_path(work)), (rival.api(), own_project), (Client(), task_path(work))):
            status, answer = call(client, method, base + rest, body)
            assert status in (401, 403, 404), (method, rest)
            assert work.task.name not in json.dumps(answer)
    assert list(Assignment.objects.order_by("pk").values_list("pk", "state", "revision")) == before


def test_next_sample_and_submit_together_cost_eight_statements_however_many_there_are(acme: Customer) -> None:
    work = at_work(acme, samples=90)
    client, samples = signed_in(work.people[ONE]), task_path(work, "/data-annotations/samples")
    call(client, "GET", samples)
    for count in (1, 20):
        with CaptureQueriesContext(connection) as listing:
            _, listed = call(client, "GET", samples, sample_state="__NONE__", limit=count)
        entries = [
            {"sample_id": row["sample_id"], "labels": CAT, "revision": 0, "submission_id": str(uuid4())}
            for row in listed["samples"]
        ]
        with CaptureQueriesContext(connection) as submitting:
            _, answer = call(client, "PUT", samples, {"samples": entries})
        assert answer["success"]
        assert len(statements(listing)) + len(statements(submitting)) <= 8
    assert counters(work.task) == counted(work.task)


def test_a_list_costs_the_same_statements_for_one_and_for_many_samples(acme: Customer) -> None:
    work = at_work(acme, samples=30, reviewed=True)
    api, samples = acme.api(), task_path(work, "/data-annotations/samples")
    call(api, "GET", samples)
    counts = []
    for limit in (1, 30):
        with CaptureQueriesContext(connection) as captured:
            call(api, "GET", samples, limit=limit)
        counts.append(len(statements(captured)))
    assert counts[0] == counts[1]


def test_detection_answers_travel_in_the_shape_of_the_contract(acme: Customer) -> None:
    dataset = a_dataset(acme, "boxes", kind="object_detection", pictures=1)
    team = a_team(acme, members=[(ONE, "labeler")])
    task = a_task(acme, dataset, team)
    person = task.participants.get().person
    assert person is not None
    work = Work(acme, dataset, team, task, {ONE: person})
    client, samples = signed_in(person), task_path(work, "/data-annotations/samples")
    box = {"@modelarts:shape": "bndbox", "@modelarts:feature": [[30, 20], [10, 5]]}
    outside = {"@modelarts:shape": "bndbox", "@modelarts:feature": [[30, 20], [1000, 50]]}
    sample = work.held(ONE)[0].sample_id.hex

    def submit(shape: dict[str, Any]) -> dict[str, Any]:
        entry = {"sample_id": sample, "labels": [{"name": "cat", "type": 1, "property": shape}]}
        result: dict[str, Any] = call(client, "PUT", samples, {"samples": [entry]})[1]["results"][0]
        return result

    assert submit(outside)["success"] is False
    assert submit(box)["success"] is True
    _, described = call(client, "GET", f"{samples}/{sample}")
    assert described["labels"][0]["property"]["@modelarts:feature"] == [[10, 5], [30, 20]]
