"""Policies at the door: what is attached decides at once, for single things and for lists alike."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Group as Holder

from apps.access.actions import Action
from apps.access.catalogue import CATALOGUE
from apps.access.models import Attachment, Policy
from apps.access.selectors import visible_to
from apps.access.services import Refused, authorize, explain, refusal
from apps.accounts.models import Person
from apps.accounts.services import create_person
from apps.core.errors import Denied
from apps.datasets import services as datasets
from apps.datasets.models import Dataset, Version
from apps.labeling.models import TeamTask
from apps.labeling.selectors.seats import tasks
from apps.labeltypes import label_types
from apps.policies.documents import parse
from apps.policies.evaluation import PolicySet
from apps.policies.system import FULL_ACCESS, OBS_ADMINISTRATOR, TENANT_GUEST
from apps.teams.models import Team
from apps.tenants.actors import Actor
from apps.tenants.models import Group, Project, TenantUser
from apps.tenants.rights import rights_changed
from tests.factories import Customer, a_customer

pytestmark = pytest.mark.django_db


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "1.1", "Statement": list(statements)})


def allow(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), **more}


def deny(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": list(actions), **more}


@pytest.fixture
def acme() -> Customer:
    return a_customer("acme")


@pytest.fixture
def bob(acme: Customer) -> Actor:
    """A user of acme to whom nothing is attached."""
    person = create_person(login="acme/bob", kind=Person.Kind.USER, password="long enough words")
    TenantUser.objects.create(tenant=acme.tenant, person=person)
    return Actor(person=person, tenant=acme.tenant, project=acme.project)


def attach(actor: Actor, text: str, name: str = "own", **to: Any) -> Attachment:
    assert actor.tenant is not None
    policy = Policy.objects.create(tenant=actor.tenant, name=name, document=text, scope="project")
    row = Attachment.objects.create(tenant=actor.tenant, policy=policy, **(to or {"person": actor.person}))
    rights_changed(actor.tenant)
    return row


def attach_system(actor: Actor, *names: str) -> None:
    for name in names:
        Attachment.objects.create(tenant=actor.tenant, system=name, person=actor.person)
    assert actor.tenant is not None
    rights_changed(actor.tenant)


def new_dataset(customer: Customer, name: str, kind: str = "image_classification", **fields: Any) -> Dataset:
    made = datasets.create_dataset(
        actor=customer.actor,
        name=name,
        label_type=label_types.get(kind),
        input_location=customer.location(f"{name}/in/"),
        output_location=customer.location(f"{name}/out/"),
    )
    Dataset.objects.filter(pk=made.dataset.pk).update(**fields)
    made.dataset.refresh_from_db()
    return made.dataset


def names(actor: Actor) -> set[str]:
    return set(visible_to(actor, Dataset.objects.all()).values_list("name", flat=True))


def test_nothing_is_allowed_until_a_policy_allows_it(acme: Customer, bob: Actor) -> None:
    dataset = new_dataset(acme, "one")
    with pytest.raises(Denied):
        authorize(bob, Action.DATASET_UPDATE, dataset)
    attach(bob, document(allow("modelarts:dataset:update")))
    authorize(bob, Action.DATASET_UPDATE, dataset)
    with pytest.raises(Denied):
        authorize(bob, Action.DATASET_DELETE, dataset)


def test_a_policy_that_is_taken_away_ends_with_the_next_question(acme: Customer, bob: Actor) -> None:
    row = attach(bob, document(allow("modelarts:dataset:*")))
    authorize(bob, Action.DATASET_CREATE)
    row.delete()
    rights_changed(acme.tenant)
    again = replace(bob, tenant=type(acme.tenant).objects.get(pk=acme.tenant.pk))
    with pytest.raises(Denied):
        authorize(again, Action.DATASET_CREATE)


def test_a_change_that_is_rolled_back_leaves_no_trace(acme: Customer, bob: Actor) -> None:
    from django.db import transaction

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        attach(bob, document(allow("modelarts:dataset:*")))
        authorize(bob, Action.DATASET_CREATE)
        raise ZeroDivisionError
    fresh = replace(bob, tenant=type(acme.tenant).objects.get(pk=acme.tenant.pk))
    with pytest.raises(Denied):
        authorize(fresh, Action.DATASET_CREATE)


def test_a_denial_outvotes_every_allowance_and_names_its_statement(acme: Customer, bob: Actor) -> None:
    attach_system(bob, FULL_ACCESS)
    attach(bob, document(allow("modelarts:label:create"), deny("modelarts:dataset:create")), "no new ones")
    with pytest.raises(Refused, match="'no new ones' \\(statement 2\\)") as refused:
        authorize(bob, Action.DATASET_CREATE)
    assert (refused.value.ruling.policy, refused.value.ruling.statement) == ("no new ones", 2)
    authorize(bob, Action.TEAM_CREATE)


def test_a_denial_binds_admins_but_never_locks_them_out_of_iam(acme: Customer) -> None:
    attach(acme.actor, document(deny("modelarts:dataset:create")), person=acme.admin)
    attach(acme.actor, document(deny("iam:*:*")), "locked", person=acme.admin)
    assert refusal(acme.actor, Action.DATASET_CREATE)
    iam = next(action for action in Action if action.value.startswith("iam:"))
    assert refusal(acme.actor, iam) is None


def test_a_group_hands_its_policies_to_its_members(acme: Customer, bob: Actor) -> None:
    holder = Holder.objects.create(name="holder")
    group = Group.objects.create(tenant=acme.tenant, name="makers", holder=holder)
    attach(bob, document(allow("modelarts:dataset:create")), group=group)
    assert refusal(bob, Action.DATASET_CREATE)
    assert bob.person is not None
    bob.person.groups.add(holder)
    rights_changed(acme.tenant)
    assert refusal(bob, Action.DATASET_CREATE) is None


def test_a_policy_for_one_project_says_nothing_in_another(acme: Customer, bob: Actor) -> None:
    other = Project.objects.create(tenant=acme.tenant, name="other")
    attach(bob, document(allow("modelarts:dataset:create")), person=bob.person, project=acme.project)
    assert refusal(bob, Action.DATASET_CREATE) is None
    assert refusal(replace(bob, project=other), Action.DATASET_CREATE)


def test_the_policies_of_one_tenant_are_nothing_in_another(acme: Customer, bob: Actor) -> None:
    rival = a_customer("rival")
    attach_system(bob, FULL_ACCESS)
    theirs = new_dataset(rival, "theirs")
    assert names(bob) == set()
    assert refusal(bob, Action.DATASET_UPDATE, theirs) == "There is no such thing."
    assert refusal(replace(bob, tenant=rival.tenant, project=rival.project), Action.DATASET_CREATE)


def test_lists_show_what_single_questions_allow(acme: Customer, bob: Actor) -> None:
    cats = new_dataset(acme, "cats")
    boxes = new_dataset(acme, "boxes", "object_detection")
    mine = new_dataset(acme, "mine", created_by=bob.person)
    tagged = new_dataset(acme, "tagged", tags={"stage": "secret"})
    every = {cats, boxes, mine, tagged}
    view = "modelarts:dataset:get"
    cases: list[tuple[list[dict[str, Any]], set[Dataset]]] = [
        ([allow(view)], every),
        ([allow(view), deny(view)], set()),
        ([allow(view, Resource=[f"modelarts:*:*:dataset:{cats.public_id}"])], {cats}),
        ([allow(view, Resource=[f"modelarts:*:*:dataset:{cats.public_id[:6]}*"])], {cats}),
        ([allow(view), deny(view, Resource=[f"modelarts:*:*:dataset:{cats.public_id}"])], every - {cats}),
        ([allow(view, Condition={"StringEquals": {"modelarts:DatasetType": ["object_detection"]}})], {boxes}),
        ([allow(view, Condition={"Bool": {"modelarts:OwnWork": ["true"]}})], {mine}),
        ([allow(view), deny(view, Condition={"StringEquals": {"g:ResourceTag/stage": ["secret"]}})], every - {tagged}),
        ([allow(view, Condition={"IpAddress": {"g:SourceIp": ["10.0.0.0/8"]}})], set()),
    ]
    for number, (statements, expected) in enumerate(cases):
        row = attach(bob, document(*statements), f"case {number}")
        assert names(bob) == {dataset.name for dataset in expected}, statements
        for dataset in every:
            assert (refusal(bob, Action.DATASET_VIEW, dataset) is None) == (dataset in expected), statements
        row.delete()
        rights_changed(acme.tenant)


def test_a_list_in_which_nothing_hangs_on_the_row_is_one_query(
    acme: Customer, bob: Actor, django_assert_num_queries: Any
) -> None:
    new_dataset(acme, "one")
    attach(bob, document(allow("modelarts:dataset:get")))
    names(bob)
    with django_assert_num_queries(1):
        names(bob)


def test_parts_of_a_data_set_follow_it(acme: Customer, bob: Actor) -> None:
    cats, dogs = new_dataset(acme, "cats"), new_dataset(acme, "dogs")
    for dataset in (cats, dogs):
        Version.objects.create(tenant=acme.tenant, dataset=dataset, name="V001", number=1, seed="0" * 32)
    attach(bob, document(allow("modelarts:dataset:get", Resource=[f"modelarts:*:*:dataset:{cats.public_id}"])))
    assert [version.dataset for version in visible_to(bob, Version.objects.all())] == [cats]


def test_a_denied_task_is_not_seen_by_way_of_its_data_set(acme: Customer, bob: Actor) -> None:
    dataset = new_dataset(acme, "cats")
    made = [TeamTask.objects.create(tenant=acme.tenant, dataset=dataset, name=name) for name in ("open", "secret")]
    attach(bob, document(allow("modelarts:dataset:get")))
    assert set(tasks(bob)) == set(made)
    secret = f"modelarts:*:*:workforceTask:{made[1].public_id}"
    attach(bob, document(deny("modelarts:workforceTask:get", Resource=[secret])), "not this one")
    assert set(tasks(bob)) == {made[0]}


def test_a_read_only_user_sees_all_and_changes_nothing(acme: Customer, bob: Actor) -> None:
    dataset = new_dataset(acme, "one")
    team = Team.objects.create(tenant=acme.tenant, project=acme.project, name="crew")
    attach_system(bob, TENANT_GUEST)
    assert names(bob) == {"one"}
    assert list(visible_to(bob, Team.objects.all())) == [team]
    writes = [action for action in Action if _row(action).access in ("write", "permission")]
    assert len(writes) > 20
    for action in writes:
        assert refusal(bob, action, dataset), action


def _row(action: Action) -> Any:
    return next(row for row in CATALOGUE if row.name == action.value)


def test_every_action_of_the_server_is_in_the_catalogue() -> None:
    assert {action.value for action in Action} <= {row.name for row in CATALOGUE}


def test_an_action_on_a_data_set_says_which_storage_permission_is_missing(acme: Customer, bob: Actor) -> None:
    attach_system(bob, FULL_ACCESS)
    arguments: dict[str, Any] = {
        "name": "new",
        "label_type": label_types.get("image_classification"),
        "input_location": acme.location("new/in/"),
        "output_location": acme.location("new/out/"),
    }
    with pytest.raises(Denied, match="modelarts:dataset:create also needs obs:bucket:ListBucket on obs://"):
        datasets.create_dataset(actor=bob, **arguments)
    bucket = f"obs:*:*:bucket:{acme.bucket.name}"
    within = f"obs:*:*:object:{acme.bucket.name}/new/in/*"
    attach(bob, document(allow("obs:bucket:ListBucket", Resource=[bucket])), "list")
    attach(bob, document(allow("obs:object:GetObject", Resource=[within])), "read")
    with pytest.raises(Denied, match=r"obs:object:PutObject on obs://.*/new/out/"):
        datasets.create_dataset(actor=bob, **arguments)
    assert not Dataset.objects.exists()
    attach_system(bob, OBS_ADMINISTRATOR)
    assert datasets.create_dataset(actor=bob, **arguments).dataset.pk


def test_bounds_take_away_and_never_add(acme: Customer, bob: Actor) -> None:
    dataset, other = new_dataset(acme, "one"), new_dataset(acme, "two")
    text = document(allow("modelarts:dataset:*", Resource=[f"modelarts:*:*:dataset:{dataset.public_id}"]))
    bounds = PolicySet([("scope", parse(text, CATALOGUE))])
    bounded_admin = replace(acme.actor, bounds=bounds, credential="personal token")
    assert names(bounded_admin) == {"one"}
    assert refusal(bounded_admin, Action.DATASET_UPDATE, dataset) is None
    assert "personal token" in str(refusal(bounded_admin, Action.DATASET_UPDATE, other))
    assert refusal(bounded_admin, Action.LABEL_CREATE, dataset)
    bounded_bob = replace(bob, bounds=bounds)
    assert names(bounded_bob) == set()
    assert refusal(bounded_bob, Action.DATASET_UPDATE, dataset)


def test_under_an_agency_only_the_agency_counts(acme: Customer) -> None:
    rival = a_customer("rival")
    dataset, other = new_dataset(acme, "one"), new_dataset(acme, "two")
    text = document(allow("modelarts:dataset:get", Resource=[f"modelarts:*:*:dataset:{dataset.public_id}"]))
    actor = Actor(
        person=rival.admin,
        tenant=acme.tenant,
        project=acme.project,
        agency="helpers",
        home=rival.tenant,
        bounds=PolicySet([("helpers", parse(text, CATALOGUE))]),
    )
    assert names(actor) == {"one"}
    assert explain(actor, Action.DATASET_VIEW, dataset).allowed
    assert not explain(actor, Action.DATASET_VIEW, other).allowed
    assert not explain(actor, Action.DATASET_UPDATE, dataset).allowed


def test_new_tenants_let_new_users_do_everything_in_modelarts(acme: Customer, bob: Actor) -> None:
    group = Group.objects.get(tenant=acme.tenant, is_default=True)
    assert bob.person is not None
    bob.person.groups.add(group.holder)
    rights_changed(acme.tenant)
    for action in Action:
        if action.value.startswith(("modelarts:dataset", "modelarts:workforce:", "obs:object")):
            assert explain(bob, action).allowed or explain(bob, action).by == "rule", action
        if action.value.startswith("iam:"):
            assert not explain(bob, action).allowed, action
