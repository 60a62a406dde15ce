"""A move that the table does not know, or that somebody else made first, is a Conflict."""

from __future__ import annotations

import pytest

from apps.core.errors import Conflict
from apps.core.states import StateMachine
from apps.tenants.models import Tenant

SWITCH = StateMachine(table={("active", "suspend"): "suspended", ("suspended", "resume"): "active"})


def test_the_table_answers_what_is_possible() -> None:
    assert SWITCH.next_state("active", "suspend") == "suspended"
    assert SWITCH.allows("active", "suspend")
    assert not SWITCH.allows("active", "resume")
    assert SWITCH.sources("resume") == ["suspended"]
    assert SWITCH.states() == {"active", "suspended"}


@pytest.mark.django_db
def test_of_two_who_saw_the_same_state_only_one_moves_it() -> None:
    Tenant.objects.create(name="acme")
    first, second = Tenant.objects.get(), Tenant.objects.get()
    SWITCH.apply(first, "suspend")
    with pytest.raises(Conflict):
        SWITCH.apply(second, "suspend")
    assert Tenant.objects.get().state == "suspended"


@pytest.mark.django_db
def test_a_move_the_table_does_not_know_changes_nothing() -> None:
    tenant = Tenant.objects.create(name="acme")
    with pytest.raises(Conflict):
        SWITCH.apply(tenant, "resume")
    assert Tenant.objects.get().state == "active"
