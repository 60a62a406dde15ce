"""Sharing opens one thing to one user or group, no more than the sharer may do, and ends at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth.models import Group as Holder
from django.test import Client

from apps.access.actions import Action
from apps.access.grants import Grant
from apps.access.models import Attachment
from apps.access.selectors import visible_to
from apps.access.services import authorize, refusal
from apps.accounts.models import Person
from apps.accounts.services import create_person
from apps.audit.models import AuditEvent
from apps.core.errors import Denied, NotFound
from apps.datasets.models import Dataset
from apps.sharing import selectors
from apps.sharing.services import share_object
from apps.tenants.actors import Actor
from apps.tenants.models import Group, Tenant, TenantUser
from apps.tenants.rights import rights_changed
from tests.factories import Customer, a_customer, a_dataset, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> Customer:
    return a_customer("acme")


def a_user(customer: Customer, name: str) -> TenantUser:
    person = create_person(login=f"{customer.tenant.name}/{name}", kind=Person.Kind.USER, password="long enough words")
    return TenantUser.objects.create(tenant=customer.tenant, person=person)


def acting(user: TenantUser, customer: Customer) -> Actor:
    """As the next request would find them: with the rights of now."""
    return Actor(
        person=Person.objects.get(pk=user.person_id),
        tenant=Tenant.objects.get(pk=user.tenant_id),
        project=customer.project,
    )


@pytest.fixture
def bob(acme: Customer) -> TenantUser:
    return a_user(acme, "bob")


@pytest.fixture
def dataset(acme: Customer) -> Dataset:
    return a_dataset(acme, pictures=1)


def test_what_is_shared_is_open_as_far_as_it_was_shared(acme: Customer, bob: TenantUser, dataset: Dataset) -> None:
    other = a_dataset(acme, "other", pictures=1)
    share_object(actor=acme.actor, obj=dataset, holder=bob, grants=[Grant.LABEL])
    actor = acting(bob, acme)
    assert list(visible_to(actor, Dataset.objects.all())) == [dataset]
    authorize(actor, Action.SAMPLE_LABEL, dataset)
    with pytest.raises(Denied):
        authorize(actor, Action.DATASET_UPDATE, dataset)
    with pytest.raises(Denied):
        authorize(actor, Action.SAMPLE_LABEL, other)


def test_a_group_hands_it_to_its_members_and_takes_it_back(acme: Customer, bob: TenantUser, dataset: Dataset) -> None:
    group = Group.objects.create(tenant=acme.tenant, name="crew", holder=Holder.objects.create(name="crew"))
    share_object(actor=acme.actor, obj=dataset, holder=group, grants=[Grant.MANAGE])
    assert refusal(acting(bob, acme), Action.DATASET_UPDATE, dataset)
    bob.person.groups.add(group.holder)
    assert refusal(acting(bob, acme), Action.DATASET_UPDATE, dataset) is None
    share_object(actor=acme.actor, obj=dataset, holder=group, grants=[])
    assert refusal(acting(bob, acme), Action.DATASET_UPDATE, dataset)
    assert not visible_to(acting(bob, acme), Dataset.objects.all()).exists()
    assert selectors.shares_of(acme.actor, dataset) == []


def test_nobody_gives_what_they_may_not_do(acme: Customer, bob: TenantUser, dataset: Dataset) -> None:
    carol = a_user(acme, "carol")
    share_object(actor=acme.actor, obj=dataset, holder=bob, grants=[Grant.MANAGE])
    with pytest.raises(Denied):
        share_object(actor=acting(bob, acme), obj=dataset, holder=carol, grants=[Grant.VIEW])
    from tests.access.test_policies import allow, attach, document

    attach(acting(bob, acme), document(allow("modelarts:dataset:share")), person=bob.person)
    share_object(actor=acting(bob, acme), obj=dataset, holder=carol, grants=[Grant.VIEW])
    with pytest.raises(Denied, match="modelarts:dataset:delete"):
        share_object(actor=acting(bob, acme), obj=dataset, holder=carol, grants=[Grant.DELETE])
    assert selectors.shares_of(acme.actor, dataset)[1].grants == {Grant.VIEW}


def test_a_denial_binds_those_with_whom_it_was_shared(acme: Customer, bob: TenantUser, dataset: Dataset) -> None:
    from tests.access.test_policies import attach, deny, document

    share_object(actor=acme.actor, obj=dataset, holder=bob, grants=[Grant.MANAGE])
    attach(acting(bob, acme), document(deny("modelarts:dataset:*")), person=bob.person)
    assert not visible_to(acting(bob, acme), Dataset.objects.all()).exists()
    assert refusal(acting(bob, acme), Action.DATASET_UPDATE, dataset)


def test_sharing_is_recorded_with_what_was_before(acme: Customer, bob: TenantUser, dataset: Dataset) -> None:
    share_object(actor=acme.actor, obj=dataset, holder=bob, grants=[Grant.MANAGE])
    share_object(actor=acme.actor, obj=dataset, holder=bob, grants=[])
    last = AuditEvent.objects.filter(name="shareResource").latest("pk")
    assert last.request["before"] == ["manage", "view"]
    assert last.request["grants"] == []
    assert last.resource_id == dataset.public_id


def test_the_page_shares_and_stops(acme: Customer, bob: TenantUser, dataset: Dataset) -> None:
    client = acme.client()
    address = f"/share/dataset/{dataset.public_id}/"
    assert b"Not shared with anybody" in client.get(address).content
    holder = f"user:{bob.person.public_id}"
    client.post(address, {"holder": holder, "grant": ["view", "review"]})
    assert selectors.shares_of(acme.actor, dataset)[0].grants == {Grant.VIEW, Grant.REVIEW}
    shown = signed_in(bob.person).get(f"/datasets/{dataset.public_id}/")
    assert shown.status_code == 200
    client.post(address, {"holder": holder})
    assert signed_in(bob.person).get(f"/datasets/{dataset.public_id}/").status_code == 404


def test_another_tenant_is_neither_sharer_nor_holder(acme: Customer, dataset: Dataset) -> None:
    rival = a_customer("rival")
    theirs = TenantUser.objects.get(tenant=rival.tenant)
    assert rival.client().get(f"/share/dataset/{dataset.public_id}/").status_code == 404
    with pytest.raises(NotFound):
        selectors.holder_named(acme.actor, f"user:{theirs.person.public_id}")
    acme.client().post(
        f"/share/dataset/{dataset.public_id}/", {"holder": f"user:{theirs.person.public_id}", "grant": "manage"}
    )
    assert selectors.shares_of(acme.actor, dataset) == []


@pytest.mark.parametrize("kind", ["dataset", "workforce", "workforceTask", "job", "bucket", "nothing"])
def test_what_does_not_exist_is_not_shared(acme: Customer, kind: str) -> None:
    assert acme.client().get(f"/share/{kind}/abcdefghij0123456789/").status_code == 404


def test_a_reader_learns_nothing_about_the_tenants_people(acme: Customer, bob: TenantUser, dataset: Dataset) -> None:
    a_user(acme, "zanzibar")
    share_object(actor=acme.actor, obj=dataset, holder=bob, grants=[Grant.VIEW])
    page = signed_in(bob.person).get(f"/share/dataset/{dataset.public_id}/")
    assert page.status_code == 200
    assert b"zanzibar" not in page.content


def test_lists_of_shared_things_cost_the_same_for_one_and_for_many(
    acme: Customer, bob: TenantUser, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in range(2):
        for more in range(1 + 4 * number):
            shared = a_dataset(acme, f"set{number}{more}", pictures=1)
            share_object(actor=acme.actor, obj=shared, holder=bob, grants=[Grant.VIEW])
        client: Client = signed_in(bob.person)
        client.get("/datasets/")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get("/datasets/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_denied_admin_still_shares_with_a_policy_in_place(acme: Customer, bob: TenantUser, dataset: Dataset) -> None:
    Attachment.objects.create(tenant=acme.tenant, system="Tenant Guest", person=bob.person)
    rights_changed(acme.tenant)
    assert refusal(acting(bob, acme), Action.DATASET_SHARE, dataset)
    assert refusal(replace(acme.actor), Action.DATASET_SHARE, dataset) is None
