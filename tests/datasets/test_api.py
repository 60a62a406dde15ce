"""The wire contract of data sets, labels, samples and versions."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from apps.datasets.models import Dataset, Label, Sample, Version
from apps.datasets.states import DELETING
from tests.datasets.recount import assert_counted_right
from tests.factories import Customer, a_dataset, a_picture, run_jobs


class Api:
    """A program that speaks the contract for one customer."""

    def __init__(self, customer: Customer) -> None:
        self.client = customer.api()
        self.root = f"/v2/{customer.project.public_id}/datasets"

    def __call__(self, method: str, path: str = "", body: Any = None, **query: Any) -> tuple[int, Any]:
        answer = self.client.generic(
            method,
            self.root + path,
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            query_params=query,
        )
        return answer.status_code, json.loads(answer.content) if answer.content else None


@pytest.fixture
def api(acme: Customer) -> Api:
    return Api(acme)


@pytest.fixture
def cats(acme: Customer) -> Dataset:
    return a_dataset(acme, pictures=3)


def body(customer: Customer, **changes: Any) -> dict[str, Any]:
    return {
        "dataset_name": "cats",
        "dataset_type": 0,
        "data_sources": [{"data_type": 0, "data_path": f"/{customer.bucket.name}/in/"}],
        "work_path": f"/{customer.bucket.name}/out/",
        "work_path_type": 0,
        "labels": [{"name": "cat", "type": 0, "property": {"@modelarts:color": "#ff0000"}}],
        **changes,
    }


def test_a_data_set_is_created_described_listed_changed_and_deleted(acme: Customer, api: Api) -> None:
    acme.put("in/1.jpg", a_picture())
    status, created = api("POST", "", body(acme))
    assert status == 201
    run_jobs()
    path = f"/{created['dataset_id']}"
    status, shown = api("GET", path)
    assert status == 200
    assert (shown["dataset_name"], shown["status"], shown["total_sample_count"]) == ("cats", 1, 1)
    assert [label["name"] for label in shown["labels"]] == ["cat"]
    assert shown["data_sources"][0]["data_path"] == f"/{acme.bucket.name}/in/"
    status, listed = api("GET")
    assert (status, listed["total_number"]) == (200, 1)
    status, _changed = api(
        "PUT",
        path,
        {"dataset_name": "dogs", "add_labels": [{"name": "dog"}], "delete_labels": [{"name": "cat"}]},
    )
    assert status == 200
    shown = api("GET", path)[1]
    assert (shown["dataset_name"], [label["name"] for label in shown["labels"]]) == ("dogs", ["dog"])
    assert api("DELETE", path) == (204, None)
    assert Dataset.objects.get().state == DELETING
    run_jobs()
    assert api("GET", path)[0] == 404


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"dataset_name": "a b"}, "ModelArts.0104"),
        ({"owner": 1}, "ModelArts.0104"),
        ({"state": "normal"}, "ModelArts.0104"),
        ({"dataset_type": 77}, "ModelArts.0104"),
        ({"work_path": "/no-such-bucket/out/"}, "ModelArts.4311"),
        ({"work_path": "relative"}, "ModelArts.0104"),
        ({"labels": [{"name": "bad name!"}]}, "ModelArts.4413"),
        ({"labels": [{"name": "a"}, {"name": "a"}]}, "ModelArts.4411"),
        ({"data_sources": []}, "ModelArts.0104"),
        ({"data_sources": [{"data_path": "/b/", "source_info": {"ip": "10.0.0.1"}}]}, "ModelArts.0104"),
    ],
)
def test_a_bad_body_is_refused_with_a_code_and_creates_nothing(
    acme: Customer, api: Api, changes: dict[str, Any], code: str
) -> None:
    status, answer = api("POST", "", body(acme, **changes))
    assert (status // 100, answer["error_code"]) == (4, code)
    assert answer["error_msg"]
    assert not Dataset.objects.exists()


def test_pages_are_counted_and_a_marker_beside_them_is_ignored(acme: Customer, api: Api, cats: Dataset) -> None:
    """The public command line pages so: the number of the page counts, the last id of the one before comes along."""
    other = a_dataset(acme, "other", pictures=1)
    pages = [api("GET", limit=1, offset=page, marker=other.public_id)[1]["datasets"] for page in (0, 1)]
    assert [[row["dataset_id"] for row in rows] for rows in pages] == [[other.public_id], [cats.public_id]]


def test_a_taken_name_has_its_own_code(acme: Customer, api: Api) -> None:
    api("POST", "", body(acme))
    status, answer = api("POST", "", body(acme))
    assert (status, answer["error_code"]) == (400, "ModelArts.4351")


def test_labels_are_created_changed_and_deleted_each_for_itself(api: Api, cats: Dataset) -> None:
    path = f"/{cats.public_id}/data-annotations/labels"
    status, answer = api("POST", path, {"labels": [{"name": "bird"}, {"name": "cat"}, {"name": "!"}]})
    assert status == 200
    assert [result.get("error_code") for result in answer["results"]] == [None, "ModelArts.4411", "ModelArts.4413"]
    assert not answer["success"]
    changes = {"name": "bird", "property": {"@modelarts:rename_to": "owl", "@modelarts:shortcut": "o"}}
    assert api("PUT", path, {"labels": [changes]})[1] == {"success": True, "results": [{"success": True}]}
    assert api("PUT", f"{path}/owl", {"@modelarts:color": "#00ff00"}) == (204, None)
    listed = api("GET", path)[1]
    assert listed["total_number"] == 3
    assert listed["labels"][-1] == {
        "name": "owl",
        "type": 0,
        "property": {"@modelarts:color": "#00ff00", "@modelarts:shortcut": "o"},
        "attributes": [],
    }
    assert api("POST", f"{path}/delete", {"labels": [{"name": "owl"}]})[1]["success"]
    assert api("DELETE", f"{path}/dog") == (204, None)
    assert list(Label.objects.values_list("name", flat=True)) == ["cat"]


def test_samples_are_listed_labelled_and_deleted(api: Api, cats: Dataset) -> None:
    path = f"/{cats.public_id}/data-annotations/samples"
    status, listed = api("GET", path, limit=2, order="asc")
    assert (status, listed["sample_count"], len(listed["samples"])) == (200, 3, 2)
    second = api("GET", path, limit=2, order="asc", marker=listed["next_marker"])[1]
    assert (len(second["samples"]), second["next_marker"]) == (1, None)
    assert api("GET", path, limit=2, order="asc", offset=1)[1]["samples"] == second["samples"]
    sample = listed["samples"][0]
    assert sample["metadata"]["@modelarts:size"] == [64, 48, 3]
    submission = {
        "sample_id": sample["sample_id"],
        "labels": [{"name": "cat", "type": 0}],
        "metadata": {**sample["metadata"], "@modelarts:hard": 1},
        "revision": sample["revision"],
        "submission_id": str(uuid.uuid4()),
    }
    for _time in range(2):
        status, answer = api("PUT", path, {"samples": [submission]})
        assert (status, answer["success"], answer["results"][0]["revision"]) == (200, True, 1)
    shown = api("GET", f"{path}/{sample['sample_id']}")[1]
    assert (shown["sample_status"], shown["labels"][0]["name"]) == ("__ALL__", "cat")
    assert api("GET", path, sample_state="__ALL__")[1]["sample_count"] == 1
    search = json.dumps([{"label_list": {"labels": [{"name": "cat", "type": 0}], "op": "OR"}, "hard": "1"}])
    assert [each["sample_id"] for each in api("GET", path, search_conditions=search)[1]["samples"]] == [
        sample["sample_id"]
    ]
    stats = api("GET", f"/{cats.public_id}/data-annotations/stats")[1]
    assert stats["sample_stats"]["manual_annotation"] == 1
    assert {each["name"]: each["sample_count"] for each in stats["label_stats"]} == {"cat": 1, "dog": 0}
    deleted = api("POST", f"{path}/delete", {"samples": [sample["sample_id"], "0" * 32]})[1]
    assert [result["success"] for result in deleted["results"]] == [True, False]
    assert_counted_right(cats)


def test_nothing_here_labels_a_sample_without_any_mark(api: Api, cats: Dataset) -> None:
    path = f"/{cats.public_id}/data-annotations/samples"
    sample = Sample.objects.order_by("pk")[0].pk.hex
    for said in ({"labels": [], "nothing_here": True}, {"nothing_here": True}):
        answer = api("PUT", path, {"samples": [{"sample_id": sample, **said}]})[1]
        assert (answer["success"], answer["results"][0]["sample_status"]) == (True, "__ALL__")
    shown = api("GET", f"{path}/{sample}")[1]
    assert (shown["labels"], shown["nothing_here"]) == ([], True)
    stale = api("PUT", path, {"samples": [{"sample_id": sample, "labels": [], "revision": 0}]})[1]["results"][0]
    assert (stale["success"], stale["conflict"]["nothing_here"]) == (False, True)
    both = {"sample_id": sample, "labels": [{"name": "cat"}], "nothing_here": True}
    refused = api("PUT", path, {"samples": [both]})[1]["results"][0]
    assert (refused["success"], refused["error_msg"].partition(":")[0]) == (False, "nothing_here")
    assert_counted_right(cats)
    cleared = api("PUT", path, {"samples": [{"sample_id": sample, "labels": []}]})[1]["results"][0]
    assert cleared["sample_status"] == "__NONE__"
    assert_counted_right(cats)


def test_a_conflict_shows_both_sides(api: Api, cats: Dataset) -> None:
    path = f"/{cats.public_id}/data-annotations/samples"
    sample = Sample.objects.order_by("pk")[0].pk.hex
    api("PUT", path, {"samples": [{"sample_id": sample, "labels": [{"name": "cat"}], "revision": 0}]})
    answer = api("PUT", path, {"samples": [{"sample_id": sample, "labels": [{"name": "dog"}], "revision": 0}]})[1]
    conflict = answer["results"][0]["conflict"]
    assert (conflict["revision"], conflict["labels"][0]["name"]) == (1, "cat")


@pytest.mark.parametrize(
    "query",
    [
        {"sample_state": "labelled"},
        {"order": "sideways"},
        {"dataset__name": "x"},
        {"ordering": "labelled_by__password"},
        {"limit": "0"},
        {"limit": "101"},
        {"offset": "-1"},
        {"search_conditions": "{"},
        {"search_conditions": "{}"},
        {"search_conditions": '[{"labelled_by__password__startswith": "a"}]'},
        {"search_conditions": '[{"metadata": {"op": "OR"}}]'},
        {"search_conditions": '[{"sample_dir": "no-slash"}]'},
        {"search_conditions": '[{"sample_time": "yesterday"}]'},
        {"search_conditions": '[{"sample_time": "20260230-20260301"}]'},
        {"search_conditions": '[{"hard": "maybe"}]'},
        {"search_conditions": '[{"sample_name": "a\\u0000"}]'},
        {"search_conditions": '[{"label_list": {"labels": [{"name": "cat", "property": {"a": ["b"]}}]}}]'},
    ],
)
def test_what_is_not_on_the_list_of_filters_is_refused(api: Api, cats: Dataset, query: dict[str, str]) -> None:
    status, answer = api("GET", f"/{cats.public_id}/data-annotations/samples", **query)
    assert status == 400
    assert answer["error_code"].startswith("ModelArts.")


def test_a_marker_that_names_nothing_is_not_found(api: Api, cats: Dataset) -> None:
    path = f"/{cats.public_id}/data-annotations/samples"
    assert api("GET", path, marker="nonsense")[0] == 404
    assert api("GET", f"{path}/nonsense")[1]["error_code"] == "ModelArts.4420"


@pytest.mark.parametrize("name", ["tenant", "state", "labelled_by", "created_by", "source_bucket", "id"])
def test_fields_that_are_not_for_clients_are_refused(api: Api, cats: Dataset, name: str) -> None:
    sample = Sample.objects.order_by("pk")[0]
    path = f"/{cats.public_id}/data-annotations/samples"
    assert api("PUT", path, {"samples": [{"sample_id": sample.pk.hex, "labels": [], name: 1}]})[0] == 400
    assert api("PUT", f"/{cats.public_id}", {name: 1})[0] == 400
    sample.refresh_from_db()
    assert sample.revision == 0


def test_versions_are_published_listed_and_deleted(api: Api, cats: Dataset) -> None:
    path = f"/{cats.public_id}/versions"
    status, created = api("POST", path, {"train_evaluate_sample_ratio": "0.8", "description": "first"})
    assert status == 201
    run_jobs()
    shown = api("GET", f"{path}/{created['version_id']}")[1]
    assert (shown["version_name"], shown["status"], shown["is_current"]) == ("V001", 1, True)
    assert shown["manifest_path"].endswith("/annotation/V001/V001.manifest")
    assert api("GET", path)[1]["total_number"] == 1
    assert api("GET", path, status=4)[1]["total_number"] == 0
    assert api("GET", f"/{cats.public_id}")[1]["current_version_name"] == "V001"
    assert api("DELETE", f"{path}/{created['version_id']}") == (204, None)
    assert not Version.objects.exists()
    assert api("GET", f"{path}/{created['version_id']}")[1]["error_code"] == "ModelArts.4353"


def test_a_stranger_gets_the_same_answer_as_for_nothing(acme: Customer, rival: Customer, cats: Dataset) -> None:
    stranger = Api(rival)
    sample = Sample.objects.order_by("pk")[0].pk.hex
    for method, path, given in (
        ("GET", "", None),
        ("PUT", "", {"description": "x"}),
        ("DELETE", "", None),
        ("GET", "/versions", None),
        ("POST", "/versions", {}),
        ("GET", "/data-annotations/samples", None),
        ("GET", f"/data-annotations/samples/{sample}", None),
        ("PUT", "/data-annotations/samples", {"samples": [{"sample_id": sample, "labels": []}]}),
        ("POST", "/data-annotations/samples/delete", {"samples": [sample]}),
        ("GET", "/data-annotations/stats", None),
        ("GET", "/data-annotations/search-condition", None),
        ("GET", "/data-annotations/labels", None),
        ("POST", "/data-annotations/labels", {"labels": [{"name": "x"}]}),
        ("POST", "/import-tasks", {"import_path": f"/{acme.bucket.name}/in/"}),
        ("GET", "/import-tasks", None),
        ("POST", "/sync-data", {}),
        ("GET", "/sync-data/status", None),
    ):
        foreign = stranger(method, f"/{cats.public_id}{path}", given)
        absent = stranger(method, f"/{'a' * 20}{path}", given)
        assert foreign == absent, (method, path)
        assert foreign[0] == 404
        assert foreign[1]["error_code"] == "ModelArts.4352"
    assert Client().get(f"/v2/{acme.project.public_id}/datasets/{cats.public_id}").status_code == 401
    assert_counted_right(cats)
    assert Sample.objects.filter(dataset=cats).count() == 3


def test_a_picture_is_shown_to_those_who_may_see_the_sample_only(
    acme: Customer, rival: Customer, cats: Dataset
) -> None:
    sample = Sample.objects.order_by("pk")[0]
    path = f"/media/{cats.public_id}/{sample.pk.hex}"
    answer = acme.client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(answer.streaming_content) == a_picture(seed=0)
    assert acme.client().get(f"{path}/thumbnail?size=256").status_code == 200
    assert acme.client().get(f"{path}/thumbnail?size=257").status_code == 400
    for end in ("", "/thumbnail"):
        assert rival.client().get(path + end).status_code == 404
        assert Client().get(path + end).status_code in (302, 401, 404)
    assert acme.client().get(f"/media/{cats.public_id}/{'0' * 32}").status_code == 404
    assert acme.client().get(f"/media/{'a' * 20}/{sample.pk.hex}").status_code == 404
