"""The wire contract of imports and synchronisation."""

from __future__ import annotations

import json
from typing import Any

from apps.datasets.models import Sample
from tests.datasets.test_api import Api
from tests.factories import Customer, a_dataset, a_picture, run_jobs


def manifest(customer: Customer) -> bytes:
    return json.dumps({"source": f"obs://{customer.bucket.name}/x/1.jpg"}).encode() + b"\nbroken\n"


def test_an_import_is_started_described_and_listed(acme: Customer) -> None:
    api = Api(acme)
    dataset = a_dataset(acme, files={})
    path = f"/{dataset.public_id}/import-tasks"
    acme.put("in.manifest", manifest(acme))
    wanted: dict[str, Any] = {"import_path": f"/{acme.bucket.name}/in.manifest", "import_type": "manifest"}
    status, started = api("POST", path, wanted)
    assert status == 200
    shown = api("GET", f"{path}/{started['task_id']}")[1]
    assert (shown["status"], shown["import_type"]) == ("QUEUING", 1)
    run_jobs()
    shown = api("GET", f"{path}/{started['task_id']}")[1]
    assert (shown["status"], shown["imported_sample_count"], shown["annotated_sample_count"]) == ("COMPLETED", 1, 0)
    assert api("GET", path)[1]["total_count"] == 2
    assert api("GET", f"{path}/{'a' * 20}")[1]["error_code"] == "ModelArts.4700"


def test_a_bad_import_is_refused(acme: Customer, rival: Customer) -> None:
    api = Api(acme)
    path = f"/{a_dataset(acme, files={}).public_id}/import-tasks"
    for wanted, code in (
        ({}, "ModelArts.0104"),
        ({"import_path": "https://example.org/x.manifest"}, "ModelArts.0104"),
        ({"import_path": f"/{rival.bucket.name}/in/"}, "ModelArts.4311"),
        ({"import_path": f"/{acme.bucket.name}/none.manifest", "import_type": "manifest"}, "ModelArts.4312"),
        ({"import_path": f"/{acme.bucket.name}/in/", "import_origin": "dws"}, "ModelArts.0104"),
        ({"import_path": f"/{acme.bucket.name}/in/", "included_labels": [{"name": "!"}]}, "ModelArts.4413"),
    ):
        status, answer = api("POST", path, wanted)
        assert (status, answer["error_code"]) == (400, code)
    assert run_jobs() == []


def test_synchronising_has_a_state(acme: Customer) -> None:
    api = Api(acme)
    dataset = a_dataset(acme, pictures=1)
    path = f"/{dataset.public_id}/sync-data"
    assert api("GET", f"{path}/status")[1]["status"] == "NOT_EXIST"
    acme.put("shapes/in/new.jpg", a_picture(seed=8))
    assert api("POST", path)[0] == 200
    status, answer = api("POST", path)
    assert (status, answer["error_code"]) == (400, "ModelArts.4355")
    run_jobs()
    shown = api("GET", f"{path}/status")[1]
    assert (shown["status"], shown["add_sample_count"], shown["total_sample_count"]) == ("COMPLETED", 1, 2)
    assert Sample.objects.filter(dataset=dataset).count() == 2
