"""Takes one protection away after the other: the sweep must notice, or its passing would prove nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.access import services as access
from apps.access.services import Ruling
from apps.agencies.pages import operators
from apps.agencies.services import tenants
from apps.datasets.selectors import datasets
from apps.iam.selectors import people
from apps.jobs import selectors as jobs
from apps.teams import selectors as teams
from tests.tenancy.asking import Asker, leaks, shut
from tests.tenancy.operations import operations
from tests.tenancy.principals import LimitedUser
from tests.tenancy.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.sweep]


def _anything(_actor: Any, queryset: Any) -> Any:
    return queryset


def _nothing(*_given: Any, **_named: Any) -> None:
    return None


def _allowed(*_given: Any, **_named: Any) -> Ruling:
    return Ruling(True, "mutant")


MUTANTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "data sets are not filtered": lambda patch: patch.setattr(datasets, "visible_to", _anything),
    "jobs are not filtered": lambda patch: patch.setattr(jobs, "visible_to", _anything),
    "teams are not filtered": lambda patch: patch.setattr(teams, "visible_to", _anything),
    "no policy is asked": lambda patch: patch.setattr(access, "explain", _allowed),
    "the list of users asks nobody": lambda patch: patch.setattr(people, "authorize", _nothing),
    "everybody is an operator": lambda patch: (
        patch.setattr(operators, "authorize_operator", _nothing),
        patch.setattr(tenants, "authorize_operator", _nothing),
    )[0],
}


def noticed(world: World) -> bool:
    """Whether a user without rights is let in, sees a word, or changes a row, anywhere where that is not due."""
    asker = Asker(LimitedUser(world.customer).person)
    for operation in operations():
        if operation.refused == "-":
            continue
        answer = asker.ask(operation, world)
        if leaks(answer, operation) or answer.changed or (operation.refused == "404" and not shut(answer, operation)):
            return True
    return False


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_missing_protection_is_noticed(mutant: str, acme_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[mutant](monkeypatch)
    assert noticed(acme_world)
