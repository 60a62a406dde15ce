"""Policies about what does not exist yet, and policies that hold in one project only."""

from __future__ import annotations

import pytest

from apps.access.actions import Action
from apps.access.models import Attachment
from apps.access.services import explain, refusal
from apps.policies.system import TENANT_ADMINISTRATOR, TENANT_ADMINISTRATOR_GLOBAL
from apps.tenants.actors import Actor
from apps.tenants.rights import rights_changed
from tests.access.test_policies import acme, allow, attach, attach_system, bob, deny, document
from tests.factories import Customer

__all__ = ["acme", "bob"]
pytestmark = pytest.mark.django_db
DATASETS = "modelarts:*:*:dataset:*"


def test_whoever_may_make_any_data_set_may_make_one(bob: Actor) -> None:
    attach(bob, document(allow("modelarts:dataset:*", Resource=[DATASETS])))
    assert refusal(bob, Action.DATASET_CREATE) is None
    assert refusal(bob, Action.TEAM_CREATE) is not None


def test_whoever_may_do_all_with_one_data_set_may_not_make_another(bob: Actor) -> None:
    attach(bob, document(allow("modelarts:dataset:*", Resource=["modelarts:*:*:dataset:abc"])))
    assert refusal(bob, Action.DATASET_CREATE) is not None


def test_a_denial_of_all_data_sets_is_one_of_making_them(bob: Actor) -> None:
    attach(bob, document(allow("modelarts:*:*")))
    attach(bob, document(deny("modelarts:dataset:create", Resource=[DATASETS])), "no more data sets")
    assert explain(bob, Action.DATASET_CREATE).policy == "no more data sets"
    assert refusal(bob, Action.TEAM_CREATE) is None


def test_a_policy_given_for_one_project_gives_nothing_of_the_global_services(acme: Customer, bob: Actor) -> None:
    Attachment.objects.create(tenant=acme.tenant, system=TENANT_ADMINISTRATOR, person=bob.person, project=acme.project)
    rights_changed(acme.tenant)
    assert refusal(bob, Action.DATASET_CREATE) is None
    assert refusal(bob, Action.STORAGE_DELETE) is not None


def test_the_guides_flow_gives_storage_and_no_resource_pools(bob: Actor) -> None:
    """6.1: CommonOperations, and Tenant Administrator for the global services."""
    attach_system(bob, "ModelArts CommonOperations", TENANT_ADMINISTRATOR_GLOBAL)
    rights_changed(bob.tenant)
    assert explain(bob, "obs:object:PutObject").allowed
    assert explain(bob, Action.DATASET_CREATE).allowed
    assert explain(bob, "modelarts:pool:get").allowed
    assert not explain(bob, "modelarts:pool:create").allowed
    assert not explain(bob, "iam:users:create").allowed
