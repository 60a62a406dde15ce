"""A program that uses the API with a token: brings a tenant quickly to where a journey begins."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from tests.e2e.server import Account, Server

ROLES = {"labeler": 0, "reviewer": 1, "team_manager": 2}
KINDS = {"image_classification": 0, "object_detection": 1}
PATIENCE_SECONDS = 90
logging.getLogger("httpx").setLevel(logging.WARNING)


class Program:
    """Operations of the wire contract, as a tenant's admin; every refusal is an error of the test."""

    def __init__(self, server: Server, account: Account) -> None:
        self.server = server
        self.account = account
        self.http = httpx.Client(base_url=server.url, timeout=30, trust_env=False)
        tenant, user = account.sign_in.split("/")
        identity = {"methods": ["password"], "password": {"user": {"name": user, "password": account.password}}}
        identity["password"]["user"]["domain"] = {"name": tenant}  # type: ignore[index]
        answer = self.http.post("/v3/auth/tokens", json={"auth": {"identity": identity}})
        assert answer.status_code == 201, answer.text
        self.http.headers["X-Auth-Token"] = answer.headers["X-Subject-Token"]

    def call(self, method: str, path: str, **options: Any) -> Any:
        answer = self.http.request(method, f"/v2/{self.account.project_id}/{path}", **options)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def until(self, is_so: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := is_so()):
            assert time.monotonic() < deadline, f"{what} did not happen:\n{self.server.log()}"
            time.sleep(0.1)
        return found

    def dataset(
        self,
        name: str,
        files: Mapping[str, bytes],
        *,
        kind: str = "image_classification",
        labels: Sequence[str] = ("red", "white"),
        wait: bool = True,
    ) -> str:
        """A data set of these files; returns its id, when they have been taken in unless `wait` is off."""
        bucket = self.account.bucket
        for path, data in files.items():
            self.server.put(bucket, f"{name}/in/{path}", data)
        made = self.call(
            "POST",
            "datasets",
            json={
                "dataset_name": name,
                "dataset_type": KINDS[kind],
                "data_sources": [{"data_type": 0, "data_path": f"/{bucket}/{name}/in/"}],
                "work_path": f"/{bucket}/{name}/out/",
                "labels": [{"name": label} for label in labels],
            },
        )
        dataset: str = made["dataset_id"]
        if wait:
            self.idle(dataset)
        return dataset

    def described(self, dataset: str) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", f"datasets/{dataset}", params={"check_running_task": "true"})
        return found

    def idle(self, dataset: str) -> dict[str, Any]:
        """The data set once no job works on it."""

        def quiet() -> dict[str, Any] | None:
            found = self.described(dataset)
            return found if found["status"] == 1 and not found["exist_running_task"] else None

        done: dict[str, Any] = self.until(quiet, "the end of the work")
        return done

    def team(self, name: str, members: Mapping[str, str]) -> str:
        team: str = self.call("POST", "workforces", json={"workforce_name": name})["workforce_id"]
        for address, role in members.items():
            self.call("POST", f"workforces/{team}/workers", json={"emails": address, "role": ROLES[role]})
        return team

    def task(self, dataset: str, team: str, name: str = "round", *, repetition: int = 1, wait: bool = True) -> str:
        """A team task of the whole team, when its samples are handed out."""
        body = {
            "task_name": name,
            "workforces_config": {"workforces": [{"workforce_id": team}]},
            "repetition": repetition,
        }
        task: str = self.call("POST", f"datasets/{dataset}/workforce-tasks", json=body)["task_id"]
        if wait:
            path = f"datasets/{dataset}/workforce-tasks/{task}"
            self.until(lambda: self.call("GET", path)["status"] == 1, "the task's start")
        return task

    def samples(self, dataset: str) -> list[dict[str, Any]]:
        """All samples of a data set, in the order of their names."""
        found: list[dict[str, Any]] = []
        page = 0
        while True:
            path = f"datasets/{dataset}/data-annotations/samples"
            part = self.call("GET", path, params={"limit": 100, "offset": page})["samples"]
            found += part
            page += 1
            if len(part) < 100:
                return sorted(found, key=lambda sample: str(sample["sample_name"]))
