"""Users: who may make them, what ends when they are disabled, and that the last admin stays."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.access.actions import Action
from apps.accounts.models import Person
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Denied, Invalid, NotFound
from apps.iam import services
from apps.iam.selectors import people
from apps.programs.services import issue_token
from apps.tenants.models import Session, Tenant, TenantUser
from tests.factories import PASSWORD, Customer, a_dataset
from tests.iam.people import a_policy, a_user, actor_of, allowed, browser, give, text_of

pytestmark = pytest.mark.django_db


def test_a_new_user_joins_the_default_group_and_must_choose_a_password(acme: Customer) -> None:
    made = services.create_user(actor=acme.actor, name="Bob", email="Bob@acme.test", full_name="Bob B")
    assert made.user.person.login == "acme/bob"
    assert [group.name for group in people.groups_of(made.user)] == ["default"]
    client = Client()
    client.post("/sign-in/", {"login": "acme/bob", "password": made.password})
    assert client.get("/datasets/")["Location"] == "/account/"
    assert "Yours was set by somebody else" in client.get("/account/").content.decode()
    a_dataset(acme, pictures=1)
    assert client.get(f"/v2/{acme.project.public_id}/datasets").json()["datasets"] == []
    client.post("/account/", {"current": made.password, "password": PASSWORD})
    assert client.get("/datasets/").status_code == 200
    assert Person.objects.get(login="acme/bob").must_change_password is False


@pytest.mark.parametrize("name", ["", "two words", "a/b", "x" * 65, "ünder", "ann"])
def test_a_bad_or_taken_name_is_refused_at_its_field(acme: Customer, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.create_user(actor=acme.actor, name=name)
    assert refused.value.field == "name"
    assert TenantUser.objects.filter(tenant=acme.tenant).count() == 1


def test_who_has_no_right_makes_and_changes_nobody(acme: Customer) -> None:
    user, other = a_user(acme), a_user(acme, "eve")
    before = list(Person.objects.values_list())
    actor = actor_of(user)
    with pytest.raises(Denied):
        services.create_user(actor=actor, name="mallory")
    with pytest.raises(Denied):
        services.update_user(actor=actor, user=other, is_active=False)
    with pytest.raises(Denied):
        services.delete_user(actor=actor, user=other)
    with pytest.raises(Denied):
        services.reset_password(actor=actor, user=other)
    assert list(Person.objects.values_list()) == before


def test_a_disabled_user_is_out_at_once_and_stays_out_after_being_enabled_again(acme: Customer) -> None:
    user = a_user(acme, alone=False)
    client = browser(user)
    program = Client(headers={"X-Auth-Token": issue_token(person=user.person).secret})
    datasets = f"/v2/{acme.project.public_id}/datasets"
    assert client.get("/datasets/").status_code == 200
    assert program.get(datasets).status_code == 200
    stamp = Tenant.objects.get(pk=acme.tenant.pk).rights_stamp
    services.update_user(actor=acme.actor, user=user, is_active=False)
    assert client.get("/datasets/").status_code == 302
    assert not Session.objects.filter(person=user.person_id).exists()
    assert Tenant.objects.get(pk=acme.tenant.pk).rights_stamp != stamp
    services.update_user(actor=acme.actor, user=user, is_active=True)
    assert client.get("/datasets/").status_code == 302
    assert program.get(datasets).status_code == 401


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_admin": False}, {"delete": True}])
def test_the_last_active_admin_stays(acme: Customer, change: dict[str, bool]) -> None:
    second = a_user(acme, "second")
    services.update_user(actor=acme.actor, user=second, is_admin=True)
    services.update_user(actor=acme.actor, user=second, is_active=False)
    ann = TenantUser.objects.select_related("person", "tenant").get(person=acme.admin)
    # As the system: nobody but the admin themselves could be refused for another reason.
    actor = acme.actor.system(acme.tenant)
    with pytest.raises(Conflict, match="last active admin"):
        if change.get("delete"):
            services.delete_user(actor=actor, user=ann)
        else:
            services.update_user(actor=actor, user=ann, **change)
    ann.refresh_from_db()
    assert ann.is_admin
    assert ann.person.is_active


def test_nobody_disables_or_deletes_themselves(acme: Customer) -> None:
    services.update_user(actor=acme.actor, user=a_user(acme), is_admin=True)
    ann = TenantUser.objects.select_related("person", "tenant").get(person=acme.admin)
    with pytest.raises(Conflict):
        services.update_user(actor=acme.actor, user=ann, is_active=False)
    with pytest.raises(Conflict):
        services.delete_user(actor=acme.actor, user=ann)


def test_who_may_change_users_does_not_become_somebody_with_more_rights(acme: Customer) -> None:
    """A password or an address of another person is a way to their rights."""
    helper, reader = a_user(acme, "helper"), a_user(acme, "reader")
    a_policy(acme, "helpers", text_of("Allow", "iam:users:*"))
    a_policy(acme, "readers", text_of("Allow", "modelarts:dataset:get"))
    give(acme, helper, "helpers")
    actor = actor_of(helper)
    services.reset_password(actor=actor, user=reader)  # has nothing yet
    give(acme, reader, "readers")
    actor = actor_of(helper)
    for attempt in (
        lambda: services.reset_password(actor=actor, user=reader),
        lambda: services.update_user(actor=actor, user=reader, email="helper@evil.test"),
        lambda: services.update_user(actor=actor, user=helper, is_admin=True),
        lambda: services.reset_password(actor=actor, user=TenantUser.objects.get(person=acme.admin)),
        lambda: services.update_user(actor=actor, user=TenantUser.objects.get(person=acme.admin), is_active=False),
    ):
        with pytest.raises(Denied):
            attempt()
    services.update_user(actor=actor, user=reader, full_name="Reader")


def test_admins_make_admins(acme: Customer) -> None:
    user = a_user(acme)
    assert not allowed(user, Action.DATASET_CREATE)
    services.update_user(actor=acme.actor, user=user, is_admin=True)
    assert allowed(user, Action.DATASET_CREATE)
    services.update_user(actor=acme.actor, user=user, is_admin=False)
    assert not allowed(user, Action.DATASET_CREATE)


def test_a_deleted_user_is_gone_and_the_log_remembers(acme: Customer) -> None:
    user = a_user(acme)
    services.delete_user(actor=acme.actor, user=user)
    assert not Person.objects.filter(login="acme/bob").exists()
    assert "acme/bob" in AuditEvent.objects.get(name="deleteUser").request_body


def test_a_password_never_reaches_the_log(acme: Customer) -> None:
    made = services.create_user(actor=acme.actor, name="bob")
    password = services.reset_password(actor=acme.actor, user=made.user)
    log = " ".join(AuditEvent.objects.values_list("request_body", flat=True))
    assert made.password not in log
    assert password not in log


def test_another_tenant_finds_no_user(acme: Customer, rival: Customer) -> None:
    user = a_user(acme)
    with pytest.raises(NotFound):
        people.get_user(rival.actor, user.person.public_id)
    with pytest.raises(NotFound):
        services.update_user(actor=rival.actor, user=user, full_name="x")
    assert "bob" not in " ".join(one.person.login for one in people.users(rival.actor))
