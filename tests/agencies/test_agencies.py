"""Agencies: users of another tenant do named things for this one, seen by both, and stop at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from apps.access.actions import Action
from apps.access.services import refusal
from apps.accounts.models import Person
from apps.accounts.services import create_person
from apps.agencies import services
from apps.agencies.acting import one_action, under_agency
from apps.agencies.models import Agency
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Denied, Invalid, NotFound
from apps.datasets.models import Dataset
from apps.tenants.actors import Actor
from apps.tenants.models import TenantUser
from tests.factories import Customer, a_customer, a_dataset, signed_in

pytestmark = pytest.mark.django_db
LOOKING = one_action("modelarts:dataset:get", "modelarts:sample:get")


@pytest.fixture
def acme() -> Customer:
    return a_customer("acme")


@pytest.fixture
def crew() -> Customer:
    return a_customer("crew")


@pytest.fixture
def dataset(acme: Customer) -> Dataset:
    return a_dataset(acme, "zanzibar", pictures=1)


def give(acme: Customer, document: str = LOOKING, days: int = 1, name: str = "labelling") -> Agency:
    end = timezone.now() + timedelta(days=days)
    return services.create_agency(actor=acme.actor, name=name, trusted="crew", document=document, expires_at=end)


def acting(crew: Customer, agency: Agency) -> Client:
    client = crew.client()
    assert client.post(f"/access/agencies/{agency.public_id}/act/").status_code == 302
    return client


def test_under_an_agency_its_actions_and_nothing_else(acme: Customer, crew: Customer, dataset: Dataset) -> None:
    client = acting(crew, give(acme))
    assert client.get(f"/datasets/{dataset.public_id}/").status_code == 200
    assert b"You act for acme" in client.get("/datasets/").content
    assert client.post(f"/datasets/{dataset.public_id}/sync/").status_code == 403
    assert client.get("/access/users/").status_code == 403
    assert client.post("/access/agencies/leave/").status_code == 302
    assert client.get(f"/datasets/{dataset.public_id}/").status_code == 404


def test_without_one_the_other_tenant_does_not_exist(acme: Customer, crew: Customer, dataset: Dataset) -> None:
    agency = give(acme)
    assert crew.client().get(f"/datasets/{dataset.public_id}/").status_code == 404
    stranger = a_customer("stranger")
    assert stranger.client().post(f"/access/agencies/{agency.public_id}/act/").status_code == 404
    assert under_agency(stranger.actor, agency.public_id) is None


def test_it_ends_in_the_middle_of_the_work(acme: Customer, crew: Customer, dataset: Dataset) -> None:
    agency = give(acme)
    client = acting(crew, agency)
    address = f"/datasets/{dataset.public_id}/"
    assert client.get(address).status_code == 200
    Agency.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(address).status_code == 404
    Agency.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert client.get(address).status_code == 200
    services.delete_agency(actor=acme.actor, agency=agency)
    assert client.get(address).status_code == 404
    assert client.get("/datasets/").status_code == 200


def test_who_may_use_it_is_decided_by_their_own_tenant(acme: Customer, crew: Customer) -> None:
    agency = give(acme)
    person = create_person(login="crew/bob", kind=Person.Kind.USER, password="long enough words")
    TenantUser.objects.create(tenant=crew.tenant, person=person)
    client = signed_in(person)
    assert client.post(f"/access/agencies/{agency.public_id}/act/").status_code == 404
    assert b"labelling" not in client.get("/access/agencies/").content


def test_both_logs_say_who_did_it(acme: Customer, crew: Customer, dataset: Dataset) -> None:
    client = acting(crew, give(acme, one_action("modelarts:dataset:get", "modelarts:dataset:update")))
    page = f"/datasets/{dataset.public_id}/settings/"
    client.post(page, {"name": dataset.name, "description": "by the crew"})
    dataset.refresh_from_db()
    assert dataset.description == "by the crew"
    event = AuditEvent.objects.filter(tenant_id=acme.tenant.pk, name="updateDataset").latest("pk")
    assert (event.user_name, event.user_domain, event.agency) == ("crew/ann", "crew", "labelling")
    names = {
        tenant.tenant.name: list(AuditEvent.objects.filter(tenant_id=tenant.tenant.pk).values_list("name", flat=True))
        for tenant in (acme, crew)
    }
    assert "assumeAgency" in names["acme"]
    assert "assumeAgency" in names["crew"]
    assert "createAgency" in names["acme"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"trusted": "nobody"}, "trusted"),
        ({"trusted": "acme"}, "trusted"),
        ({"name": "two words"}, "name"),
        ({"days": 400}, "expires_at"),
        ({"days": -1}, "expires_at"),
        ({"document": "{"}, None),
        ({"document": one_action("modelarts:dataset:fly")}, None),
    ],
)
def test_what_is_not_possible_is_refused(
    acme: Customer, crew: Customer, changes: dict[str, object], field: str | None
) -> None:
    given = {"name": "labelling", "trusted": "crew", "document": LOOKING, "days": 1, **changes}
    end = timezone.now() + timedelta(days=int(str(given.pop("days"))))
    with pytest.raises(Invalid) as refused:
        services.create_agency(actor=acme.actor, expires_at=end, **given)  # type: ignore[arg-type]
    if field:
        assert refused.value.field == field
    assert not Agency.objects.exists()


def test_a_name_is_given_once(acme: Customer, crew: Customer) -> None:
    give(acme)
    with pytest.raises(Conflict):
        give(acme)


def test_nobody_lends_what_they_do_not_have(acme: Customer, crew: Customer) -> None:
    from tests.access.test_policies import allow, attach, document

    person = create_person(login="acme/bob", kind=Person.Kind.USER, password="long enough words")
    TenantUser.objects.create(tenant=acme.tenant, person=person)
    bob = Actor(person=person, tenant=acme.tenant, project=acme.project)
    end = timezone.now() + timedelta(days=1)
    with pytest.raises(Denied):
        services.create_agency(actor=bob, name="a", trusted="crew", document=LOOKING, expires_at=end)
    attach(bob, document(allow("iam:agencies:create")), person=person)
    with pytest.raises(Denied, match="modelarts:"):
        services.create_agency(actor=bob, name="a", trusted="crew", document=LOOKING, expires_at=end)


def test_an_agency_is_no_ladder(acme: Customer, crew: Customer) -> None:
    """Under one, nobody takes another, nor gives rights."""
    agency = give(acme, one_action("modelarts:*:*"))
    actor = under_agency(crew.actor, agency.public_id)
    assert actor is not None
    with pytest.raises(NotFound):
        services.take_agency(actor=actor, public_id=agency.public_id)
    for action in (Action.AGENCY_CREATE, Action.USER_CREATE, Action.POLICY_ATTACH):
        assert refusal(actor, action)


def test_the_pages_create_change_and_end(acme: Customer, crew: Customer) -> None:
    client = acme.client()
    form = {"name": "labelling", "trusted": "crew", "days": "3", "actions": ["modelarts:dataset:get"]}
    assert client.post("/access/agencies/new/", form).status_code == 302
    agency = Agency.objects.get()
    assert b"labelling" in client.get("/access/agencies/").content
    assert client.post(f"/access/agencies/{agency.public_id}/", {"days": "9", "description": "x"}).status_code == 302
    agency.refresh_from_db()
    assert agency.expires_at > timezone.now() + timedelta(days=8)
    assert crew.client().get(f"/access/agencies/{agency.public_id}/").status_code == 404
    assert client.post(f"/access/agencies/{agency.public_id}/delete/").status_code == 302
    assert not Agency.objects.exists()


def role(program: Client, name: str = "labelling", domain: str = "acme") -> HttpResponse:
    identity = {"methods": ["assume_role"], "assume_role": {"agency_name": name, "domain_name": domain}}
    answer: HttpResponse = program.post(
        "/v3/auth/tokens", {"auth": {"identity": identity}}, content_type="application/json"
    )
    return answer


def test_a_program_acts_with_a_token_of_the_agency(acme: Customer, crew: Customer, dataset: Dataset) -> None:
    agency = give(acme)
    answer = role(crew.api())
    assert answer.status_code == 201, answer.content
    body = answer.json()["token"]
    assert body["project"]["id"] == acme.project.public_id
    assert body["assumed_by"]["user"]["domain"]["name"] == "crew"
    program = Client(headers={"X-Auth-Token": answer["X-Subject-Token"]})
    address = f"/v2/{acme.project.public_id}/datasets/{dataset.public_id}"
    assert program.get(address).status_code == 200
    assert program.delete(address).status_code == 403
    assert program.get(f"/v2/{crew.project.public_id}/datasets").status_code == 404
    assert role(program).status_code == 401
    services.delete_agency(actor=acme.actor, agency=agency)
    assert program.get(address).status_code == 401


def test_a_program_gets_no_token_for_an_agency_that_is_not_its_own(acme: Customer, crew: Customer) -> None:
    give(acme)
    assert role(Client()).status_code == 401
    assert role(a_customer("stranger").api()).status_code == 401
    assert role(crew.api(), name="another").status_code == 401
    assert role(crew.api(), domain="nobody").status_code == 401
