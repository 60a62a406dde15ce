"""Fields nobody offered: sent along with a write they change nothing; filters through relations tell nothing."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from tests.tenancy.asking import Asker, values_of
from tests.tenancy.operations import Operation, operations
from tests.tenancy.world import World, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.sweep]

FOREIGN: dict[str, Any] = {
    "id": 987_654_321,
    "pk": 987_654_321,
    "public_id": "abcdefghij0123456789",
    "tenant": 1,
    "tenant_id": 1,
    "project": 1,
    "project_id": "0" * 32,
    "owner": "mallory",
    "person": 1,
    "person_id": 1,
    "created_by": 1,
    "created_at": "2001-01-01T00:00:00Z",
    "updated_at": "2001-01-01T00:00:00Z",
    "is_admin": True,
    "is_staff": True,
    "is_superuser": True,
    "is_active": False,
    "kind": "operator",
    "roles": ["Tenant Administrator"],
    "policies": ["Tenant Administrator"],
    "permissions": ["*:*:*"],
    "state": "deleted",
    "approved": True,
    "price": 0,
    "rights_stamp": 1,
}
# One of each sort; all of them in the full run.
FIRST = ("id", "tenant_id", "is_admin", "policies", "state")
SENT = tuple(FOREIGN) if os.environ.get("TAGORA_SWEEP") == "full" else FIRST
CHAINS = (
    "tenant__name",
    "created_by__password__startswith",
    "owner__password",
    "dataset__tenant__name__startswith",
    "person__password__regex",
    "pk__in",
)


def writes() -> list[Operation]:
    return [operation for operation in operations() if operation.writes and operation.in_api and operation.body]


def test_there_are_25_names() -> None:
    assert len(FOREIGN) == 25


@pytest.mark.parametrize("name", SENT)
def test_a_field_that_is_not_offered_is_refused(name: str, acme_world: World) -> None:
    """400 that names it, and no row is touched: not even by what else was asked for."""
    asker, wrong = Asker(acme_world.customer.admin), []
    for operation in writes():
        # What a file or a label carries along is the sender's own.
        if operation.method == "PUT" and operation.address.route.endswith("labels/<str:label_name>"):
            continue
        answer = asker.ask(operation, acme_world, more={name: FOREIGN[name]})
        if name in operation.fields(values_of(operation, acme_world)):
            continue
        if answer.status not in {400, 404} or answer.changed:
            wrong.append(f"{operation}: {answer.status} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


def test_chains_through_relations_filter_nothing(acme_world: World) -> None:
    """What the answer says must not depend on what is guessed: refused, or as if it had not been sent."""
    asker, wrong = Asker(acme_world.customer.admin), []
    before = rows_of(acme_world)
    lists = [one for one in operations() if one.method == "GET" and one.in_api and not one.address.route.endswith(">")]
    for operation in lists:
        plain = asker.ask(operation, acme_world)
        for chain in CHAINS:
            for query in (f"?{chain}=a", f"?sort_by={chain}", f"?ordering={chain}"):
                answer = asker.ask(operation, acme_world, query=query)
                if answer.status != 400 and _steady(answer.text) != _steady(plain.text):
                    wrong.append(f"{operation}{query}: {answer.status} {answer.text[:160]}")
    assert not wrong, "\n".join(wrong)
    assert rows_of(acme_world) == before


def _steady(text: str) -> str:
    """Without what is of each request."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return json.dumps(found, sort_keys=True)
