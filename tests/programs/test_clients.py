"""Public clients of the wire contract, unmodified, against a running server: the command line and the signing SDK.

They live in an environment of their own (`make clients`); without it these tests say so and are skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from apps.datasets import services as datasets
from apps.labeltypes import label_types
from apps.programs import examples, services
from apps.programs.models import AccessKey, PersonalToken
from tests.factories import PASSWORD, Customer, labels

CLIENTS = Path(os.environ.get("TAGORA_CLIENTS", Path(sys.prefix) / "clients")) / "bin"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not (CLIENTS / "openstack").exists(), reason="the public clients are not installed: make clients"
    ),
]
SIGNS = """
import json, sys
import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.algorithm import SigningAlgorithm

access_key, secret, host, project, algorithm, cases = json.load(sys.stdin)
keys = BasicCredentials(access_key, secret, project)
for method, path, query, body, headers in cases:
    request = SdkRequest(
        method, "http", host, path, query_params=[tuple(pair) for pair in query], body=body,
        header_params={"Content-Type": "application/json", "User-Agent": "huaweicloud-usdk-python/3.0", **headers},
        signing_algorithm=SigningAlgorithm[algorithm],
    )
    request = keys.sign_request(request)
    answer = requests.request(
        method, "http://" + host + request.uri, headers=request.header_params, data=request.body, timeout=30
    )
    print(json.dumps([answer.status_code, answer.text]))
"""
ASKS_IAM = """
import logging, sys
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exception_handler import DefaultExceptionHandler
from huaweicloudsdkcore.http.http_client import HttpClient
from huaweicloudsdkcore.http.http_config import HttpConfig

access_key, secret, url = sys.argv[1:]
client = HttpClient(HttpConfig.get_default_config(), None, DefaultExceptionHandler(), logging.getLogger())
for kind in (BasicCredentials, GlobalCredentials):
    keys = kind(access_key, secret).with_iam_endpoint(url)
    done = keys.process_auth_params(client, "tagora")
    print(getattr(done, "project_id", None) or done.domain_id)
"""
LISTS = """
import openstack
from otcextensions import sdk
cloud = openstack.connect(cloud="tagora")
sdk.register_otc_extensions(cloud)
for name in sorted(dataset.name for dataset in cloud.modelartsv2.datasets()):
    print(name)
"""


@pytest.fixture
def url(live_server: LiveServer, settings: Settings) -> str:
    settings.TAGORA_URL = live_server.url
    return str(live_server.url)


def run(tmp_path: Path, *command: str, text: str = "", **environment: str) -> str:
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith("OS_") and "PROXY" not in name.upper()
    }
    done = subprocess.run(
        [CLIENTS / command[0], *command[1:]],
        cwd=tmp_path,
        env={**clean, "HOME": str(tmp_path), "PYTHONPATH": "", **environment},
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def some_datasets(customer: Customer, count: int) -> list[str]:
    names = [f"set-{number:02}" for number in range(count)]
    for name in names:
        datasets.create_dataset(
            actor=customer.actor,
            name=name,
            label_type=label_types.get("image_classification"),
            input_location=customer.location(f"{name}/in/"),
            output_location=customer.location(f"{name}/out/"),
            labels=labels("cat"),
        )
    return names


def listed(tmp_path: Path, *options: str, cloud: str = "tagora", **environment: str) -> list[str]:
    chosen = ("--os-cloud", cloud) if cloud else ()
    text = run(tmp_path, "openstack", *chosen, "ma", "dataset", "list", "-f", "json", *options, **environment)
    return sorted(row["Dataset Name"] for row in json.loads(text))


# ---------------------------------------------------------------- the command line
def test_the_command_line_signs_in_with_a_password_and_lists_data_sets(
    acme: Customer, url: str, tmp_path: Path
) -> None:
    """More than a page of them, so that its way of asking for the next one is tried too."""
    names = some_datasets(acme, 12)
    lines = examples.clouds_with_password(acme.actor).replace("YOUR-PASSWORD", PASSWORD)
    (tmp_path / "clouds.yaml").write_text(lines)
    assert listed(tmp_path) == names
    assert listed(tmp_path, "--limit", "5") == names[-5:]
    # The plug-in that asks for the version of the identity service first.
    (tmp_path / "clouds.yaml").write_text(lines.replace("v3password", "password"))
    assert listed(tmp_path) == names
    assert run(tmp_path, "python", "-c", LISTS).split() == names


def test_the_command_line_signs_in_by_its_environment(acme: Customer, url: str, tmp_path: Path) -> None:
    names = some_datasets(acme, 1)
    environment = {
        "OS_AUTH_URL": f"{url}/v3",
        "OS_USERNAME": "ann",
        "OS_PASSWORD": PASSWORD,
        "OS_USER_DOMAIN_NAME": "acme",
        "OS_PROJECT_NAME": "default",
        "OS_PROJECT_DOMAIN_NAME": "acme",
    }
    assert listed(tmp_path, cloud="", **environment) == names


def test_the_command_line_signs_in_with_a_personal_token(acme: Customer, url: str, tmp_path: Path) -> None:
    names = some_datasets(acme, 1)
    made = services.create_personal_token(actor=acme.actor, name="cli")
    (tmp_path / "clouds.yaml").write_text(examples.clouds_with_token(acme.actor, made.secret))
    assert listed(tmp_path) == names
    issued = run(tmp_path, "openstack", "--os-cloud", "tagora", "token", "issue", "-f", "json")
    assert json.loads(issued)["project_id"] == acme.project.public_id
    PersonalToken.objects.all().delete()
    with pytest.raises(AssertionError, match="401"):
        listed(tmp_path)


# ---------------------------------------------------------------- the signing SDK
Case = tuple[str, str, list[list[Any]], str, dict[str, str]]


def sent(
    tmp_path: Path, url: str, customer: Customer, cases: list[Case], algorithm: str = "HMAC_SHA256"
) -> list[tuple[int, str]]:
    key = services.create_access_key(actor=customer.actor)
    host = url.partition("://")[2]
    told = [key.row.access_key, key.secret, host, customer.project.public_id, algorithm, cases]
    text = run(tmp_path, "python", "-c", SIGNS, text=json.dumps(told))
    return [tuple(json.loads(line)) for line in text.splitlines()]


def test_the_sdk_signs_what_the_server_takes(acme: Customer, url: str, tmp_path: Path) -> None:
    some_datasets(acme, 2)
    base = f"/v2/{acme.project.public_id}"
    team = json.dumps({"workforce_name": "crew", "description": "标注 ünï"}, ensure_ascii=False)
    plain: dict[str, str] = {}
    cases: list[Case] = [
        ("GET", f"{base}/datasets", [], "", plain),
        ("GET", f"{base}/datasets", [["limit", 5], ["with_labels", True]], "", plain),
        ("GET", f"{base}/datasets", [["search_content", "a b/c?d=e&f+g~h*(é)中"]], "", plain),
        ("GET", f"{base}/datasets", [["search_content", ""]], "", plain),
        ("GET", f"{base}/datasets", [["order", "asc"], ["limit", "1"], ["limit", "2"]], "", plain),
        ("GET", f"{base}/datasets", [["limit", [10, 2]]], "", plain),
        ("GET", f"{base}/datasets", [], "", {"X-Note": "  ünï 标注 "}),
        ("GET", f"{base}/datasets/no%20such%2Fthing~", [], "", plain),
        ("POST", f"{base}/workforces", [], team, plain),
        ("DELETE", f"{base}/datasets/abcdefghij0123456789", [], "", plain),
        ("DELETE", f"{base}/datasets/abcdefghij012345678x", [["a", ""]], "{}", plain),
        ("POST", f"{base}/workforces", [], "{}", plain),
    ]
    answers = sent(tmp_path, url, acme, cases)
    assert [status for status, _text in answers] == [200, 200, 200, 200, 200, 200, 200, 404, 201, 404, 404, 400], (
        answers
    )
    assert [json.loads(text)["total_number"] for _status, text in answers[:2]] == [2, 2]
    assert AccessKey.objects.get().last_used_at is not None


def test_the_sdks_other_algorithms_are_refused_with_a_reason(acme: Customer, url: str, tmp_path: Path) -> None:
    cases: list[Case] = [("GET", f"/v2/{acme.project.public_id}/datasets", [], "", {})]
    [(status, text)] = sent(tmp_path, url, acme, cases, "HMAC_SM3")
    assert status == 401
    assert "SDK-HMAC-SHA256" in text


def test_the_sdk_finds_its_project_and_its_tenant(acme: Customer, url: str, tmp_path: Path) -> None:
    key = services.create_access_key(actor=acme.actor)
    found = run(tmp_path, "python", "-c", ASKS_IAM, key.row.access_key, key.secret, url).split()
    assert found == [acme.project.public_id, acme.tenant.public_id]


def test_the_lines_on_the_page_work_as_they_stand(acme: Customer, url: str, tmp_path: Path) -> None:
    some_datasets(acme, 1)
    key = services.create_access_key(actor=acme.actor)
    lines = examples.signed_request(acme.actor, key.row.access_key)
    assert "'total_number': 1" in run(tmp_path, "python", "-c", lines, TAGORA_SECRET_KEY=key.secret)
