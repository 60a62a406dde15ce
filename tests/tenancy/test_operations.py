"""The table of operations is what the server does: complete, and right in both directions."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.utils import timezone

from apps.access.actions import Action
from apps.live.topics import _LOOK_UPS
from apps.programs.models import AccessToken
from apps.programs.services import issue_token
from apps.tenants.models import TenantOwned
from tests.tenancy import operations as table
from tests.tenancy.asking import Answer, Asker, leaks, refused, shut
from tests.tenancy.operations import Operation, operations
from tests.tenancy.principals import COMMON, READ_ONLY, LimitedUser
from tests.tenancy.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.sweep]

FULL = os.environ.get("TAGORA_SWEEP") == "full"
# What follows by itself from the work that the world has seen, in tenants that worked for longer.
NOT_IN_THE_WORLD: set[str] = set()


def with_policies() -> Iterator[Operation]:
    return (operation for operation in operations() if operation.needs)


def told(operation: Operation, answer: Answer) -> str:
    return f"{operation} ({operation.action}): {answer.status} {answer.said} {answer.text[:200]!r}"


def test_every_operation_of_the_server_has_its_row(acme_world: World) -> None:
    """A new address comes with its row, in which a reviewer sees what it needs; a row that is left over goes."""
    served = table.served(acme_world)
    listed = [(row["method"], row["route"]) for row in table.rows() if row["method"] != table.WATCH]
    assert len(listed) == len(set(listed))
    assert sorted(served - set(listed)) == []
    assert sorted(set(listed) - served) == []
    assert set(table.topics()) == {*_LOOK_UPS, "mail"}


def test_the_rows_say_what_they_may_say() -> None:
    actions = {action.value for action in Action}
    for row in table.rows():
        assert list(row) == table.COLUMNS
        assert row["refused"] in table.REFUSALS, row
        assert row["writes"] in {"yes", "no"}, row
        needed = {one for need in row["action"].split() for one in need.split("|")}
        assert needed, row
        assert needed <= actions or (len(needed) == 1 and needed <= table.WHO), row
        assert (row["refused"] == "-") == (row["action"] in {"everybody", "person", "user"}), row


def test_every_model_of_a_tenant_has_a_row_in_the_world(acme_world: World, rival_world: World) -> None:
    """What is not there cannot be leaked, changed or deleted by mistake, so its sweep would prove nothing."""
    for world in (acme_world, rival_world):
        owned = [model for model in apps.get_models() if issubclass(model, TenantOwned)]
        without = [m._meta.label for m in owned if not m._default_manager.filter(tenant=world.customer.tenant).exists()]
        assert set(without) == NOT_IN_THE_WORLD


def test_without_rights_nothing_is_shown_and_nothing_changes(acme_world: World) -> None:
    user = LimitedUser(acme_world.customer)
    asker, wrong = Asker(user.person), []
    for operation in operations():
        if operation.refused == "-":
            continue
        answer = asker.ask(operation, acme_world)
        shown = {"empty": answer.status < 300, "said": refused(answer, operation)}
        as_listed = shown.get(operation.refused, str(answer.status) == operation.refused)
        if not as_listed or leaks(answer, operation) or answer.changed:
            wrong.append(told(operation, answer))
    assert not wrong, "\n".join(wrong)


def test_exactly_what_is_needed_is_enough(acme_world: World) -> None:
    """Or the table would ask for too little, and every refusal that it promises could have another reason."""
    user = LimitedUser(acme_world.customer)
    asker, wrong = Asker(user.person), []
    for operation in sorted(with_policies(), key=lambda operation: operation.action):
        user.holds(operation.actions)
        answer = asker.ask(operation, acme_world)
        if refused(answer, operation) or answer.status >= 500:
            wrong.append(told(operation, answer))
    assert not wrong, "\n".join(wrong)


def test_everything_but_what_is_needed_is_not(acme_world: World) -> None:
    """For the last of the needed actions, the operation's own; for each of them in the full run."""
    user = LimitedUser(acme_world.customer)
    asker, wrong = Asker(user.person), []
    for operation in sorted(with_policies(), key=lambda operation: operation.action):
        for need in operation.needs if FULL else operation.needs[-1:]:
            user.holds_all_but(need)
            answer = asker.ask(operation, acme_world)
            empty = operation.refused == "empty" and not leaks(answer, operation)
            if not (shut(answer, operation) or empty) or answer.changed:
                wrong.append(f"all but {need}: {told(operation, answer)}")
    assert not wrong, "\n".join(wrong)


def test_an_admin_is_let_in_everywhere(acme_world: World) -> None:
    asker, wrong = Asker(acme_world.customer.admin), []
    for operation in operations():
        if operation.action in {"operator", "trusted", "participant", "everybody", "person"}:
            continue
        answer = asker.ask(operation, acme_world)
        if refused(answer, operation) or answer.status >= 500:
            wrong.append(told(operation, answer))
    assert not wrong, "\n".join(wrong)


def test_who_only_reads_changes_nothing(acme_world: World) -> None:
    user = LimitedUser(acme_world.customer)
    user.holds(system=READ_ONLY)
    asker, wrong = Asker(user.person), []
    for operation in operations():
        if operation.action in table.WHO:
            continue
        answer = asker.ask(operation, acme_world)
        reads = all(any(_reading(action) for action in need) for need in operation.needs)
        if operation.refused != "empty" and (refused if reads else _let_in)(answer, operation):
            wrong.append(told(operation, answer))
        if answer.changed:
            wrong.append(f"changed: {told(operation, answer)}")
    assert not wrong, "\n".join(wrong)


def _let_in(answer: Answer, operation: Operation) -> bool:
    return not shut(answer, operation)


def _reading(action: str) -> bool:
    service, _kind, verb = action.split(":")
    return (service == "modelarts" and verb == "get") or (service == "obs" and verb in {"ListBucket", "GetObject"})


def test_common_operations_work_with_data_and_not_with_people(acme_world: World) -> None:
    user = LimitedUser(acme_world.customer)
    user.holds(system=COMMON)
    asker, wrong = Asker(user.person), []
    for operation in with_policies():
        answer = asker.ask(operation, acme_world)
        due = all(any(one.startswith(("modelarts:", "obs:")) for one in need) for need in operation.needs)
        if operation.refused != "empty" and (refused if due else _let_in)(answer, operation):
            wrong.append(told(operation, answer))
        if not due and answer.changed:
            wrong.append(f"changed: {told(operation, answer)}")
    assert not wrong, "\n".join(wrong)


def test_an_operator_manages_tenants_and_sees_nothing_of_them(acme_world: World) -> None:
    """Their visit has not been agreed to."""
    asker, wrong = Asker(acme_world.operator), []
    for operation in operations():
        answer = asker.ask(operation, acme_world)
        if operation.action == "operator":
            # The visit waits, so it cannot be started.
            bad = answer.shut_out and operation.address.name != "operator-visit-start"
        else:
            bad = operation.action not in {"everybody", "person"} and (leaks(answer, operation) or answer.changed)
        if bad or answer.status >= 500:
            wrong.append(told(operation, answer))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", ["worthless token", "expired token", "disabled user"])
def test_who_is_not_let_in_any_more_is_nobody(kind: str, acme_world: World) -> None:
    person = acme_world.customer.admin
    token = issue_token(person=person, project_id=acme_world.customer.project.public_id).secret
    if kind == "expired token":
        AccessToken.objects.filter(person=person).update(expires_at=timezone.now())
    asker = Asker(None, {"X-Auth-Token": "x" * 60 if kind == "worthless token" else token})
    if kind == "disabled user":
        asker = Asker(person)
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    wrong = []
    for operation in operations():
        if operation.action == "everybody":
            continue
        answer = asker.ask(operation, acme_world)
        if not answer.shut_out or answer.changed or leaks(answer, operation):
            wrong.append(told(operation, answer))
    assert not wrong, "\n".join(wrong)
