"""Sending an operation of the table as somebody, and seeing what came of it; nothing of it stays."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.test import Client

from apps.accounts.models import Person
from tests.tenancy import addresses as known
from tests.tenancy.operations import Operation
from tests.tenancy.world import SENTINEL, World, browser_of, rows_of

QUERIES = {"storage-object": "?key={key}"}
READING = {"GET", "HEAD"}
# How a refusal names what is missing.
MISSING = re.compile(r"\(\w+:\w+:\w+\)")
# What would be deleted is not there: who may not is told so before that is found out, or never finds out.
NOTHING_TO_DELETE = {
    ("POST", "storage/<str:bucket>/delete"),
    ("DELETE", "v3/projects/<str:project_id>/groups/<str:group_id>/roles/<str:role_id>"),
}


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str
    said: str
    changed: bool

    @property
    def sent_to_sign_in(self) -> bool:
        return self.status == 302 and self.location.startswith("/sign-in/")

    @property
    def shut_out(self) -> bool:
        """Nothing there, not allowed, or not even known who asks."""
        return self.status in {401, 403, 404} or self.sent_to_sign_in


def refused(answer: Answer, operation: Operation) -> bool:
    """Whether a right was missing; that something does not go just now (400, 409) is no refusal."""
    if answer.status in {401, 404} or answer.sent_to_sign_in:
        return (operation.method, operation.address.route) not in NOTHING_TO_DELETE
    if answer.status == 403:
        return bool(MISSING.search(answer.said + answer.text))
    return any(f"({action})" in answer.said + answer.text for need in operation.needs for action in need)


def shut(answer: Answer, operation: Operation) -> bool:
    """Not let in, for whatever reason."""
    return answer.shut_out or refused(answer, operation)


def leaks(answer: Answer, operation: Operation) -> bool:
    """Whether a word of the tenant was shown; a file's path comes back to who named it."""
    return SENTINEL in answer.text + answer.said and not operation.address.name.startswith("storage-")


class Asker:
    def __init__(self, person: Person | None, headers: Mapping[str, str] | None = None) -> None:
        self._cookies = browser_of(person).cookies
        self._headers = dict(headers or {})
        self._rows: dict[int, dict[str, Any]] = {}

    def ask(
        self,
        operation: Operation,
        world: World,
        *,
        more: Mapping[str, Any] | None = None,
        query: str = "",
        values: dict[str, str] | None = None,
    ) -> Answer:
        """The least valid request for the world's own things, with fields and a query on top; undone afterwards."""
        values = values or values_of(operation, world)
        path = operation.address.path(values) + QUERIES.get(operation.address.name, "").format(key=values["key"])
        client = Client(raise_request_exception=False, headers=self._headers)
        client.cookies = self._cookies.copy()
        fields = with_more(operation.fields(values), more or {})
        with transaction.atomic():
            before = None if operation.method in READING else self._rows_before(world)
            if operation.method in READING:
                response = client.generic(operation.method, path + query)
            elif operation.in_api:
                response = client.generic(operation.method, path + query, json.dumps(fields), "application/json")
            else:
                response = client.post(path + query, fields)
            body = b"".join(response) if response.streaming else response.content
            said = " ".join(str(message) for message in get_messages(response.wsgi_request))
            changed = before is not None and not connection.needs_rollback and rows_of(world) != before
            transaction.set_rollback(True)
        text = body.decode("utf-8", "replace")
        return Answer(response.status_code, text, response.headers.get("Location", ""), said, changed)

    def _rows_before(self, world: World) -> dict[str, Any]:
        """Every request is undone, so between two of them nothing changes but the rights, and with them the stamp."""
        stamp = world.customer.tenant.rights_stamp
        if stamp not in self._rows:
            self._rows = {stamp: rows_of(world)}
        return self._rows[stamp]


def with_more(fields: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Fields on top: inside of the one object that the identity API wraps all in, where there is one."""
    inner = list(fields.values())
    if len(inner) == 1 and isinstance(inner[0], dict):
        return {next(iter(fields)): {**inner[0], **more}}
    return {**fields, **more}


def values_of(operation: Operation, world: World) -> dict[str, str]:
    """What stands in the address and in braces in the body."""
    return {
        "team_id": world.team.public_id,
        "member_id": world.members[0].public_id,
        "group_id": world.group.public_id,
        "policy_id": world.policy.public_id,
        "user_id": world.user.public_id,
        "bucket": world.customer.bucket.name,
        "sample": world.sample.pk.hex,
        "sample_id": world.sample.pk.hex,
        "dataset_name": world.dataset.name,
        "email": world.members[0].email,
        "key": world.sample.source.split("/", 1)[1],
        **known.real_values(operation.address, world),
    }
