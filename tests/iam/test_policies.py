"""Policies, groups and attachments as services: what they promise, and that a refusal changes nothing."""

from __future__ import annotations

import json

import pytest

from apps.access.actions import Action
from apps.access.models import Attachment, Policy, PolicyVersion
from apps.core.errors import Conflict, Denied, Invalid, NotFound
from apps.iam import services
from apps.iam.selectors import policies
from apps.iam.templates_of_policies import TEMPLATES
from apps.policies.documents import PolicyRefused
from apps.tenants.models import Group, Project, Tenant
from tests.factories import Customer
from tests.iam.people import a_policy, a_user, actor_of, allowed, give, text_of

pytestmark = pytest.mark.django_db
READ = text_of("Allow", "modelarts:dataset:get")
DENY = text_of("Deny", "modelarts:dataset:create")


def test_an_attached_policy_allows_and_a_deny_wins(acme: Customer) -> None:
    bob = a_user(acme)
    assert not allowed(bob, Action.DATASET_CREATE)
    give(acme, bob, "ModelArts FullAccess")
    assert allowed(bob, Action.DATASET_CREATE)
    a_policy(acme, "no-new-sets", DENY)
    give(acme, bob, "no-new-sets")
    assert not allowed(bob, Action.DATASET_CREATE)
    assert allowed(bob, Action.TEAM_CREATE)


def test_members_of_a_group_have_its_policies_until_they_leave(acme: Customer) -> None:
    bob = a_user(acme)
    group = services.create_group(actor=acme.actor, name="makers")
    give(acme, group, "ModelArts FullAccess")
    services.add_members(actor=acme.actor, group=group, users=[bob])
    assert allowed(bob, Action.DATASET_CREATE)
    services.remove_members(actor=acme.actor, group=group, users=[bob])
    assert not allowed(bob, Action.DATASET_CREATE)
    services.add_members(actor=acme.actor, group=group, users=[bob])
    services.delete_group(actor=acme.actor, group=group)
    assert not allowed(bob, Action.DATASET_CREATE)


def test_a_policy_for_a_project_holds_there_only(acme: Customer) -> None:
    bob = a_user(acme)
    second = Project.objects.create(tenant=acme.tenant, name="second")
    full = policies.SYSTEM["system-modelarts-fullaccess"]
    services.attach_policy(actor=acme.actor, policy=full, user=bob, project=second)
    assert not allowed(bob, Action.DATASET_CREATE)
    services.attach_policy(actor=acme.actor, policy=full, user=bob, project=acme.project)
    assert allowed(bob, Action.DATASET_CREATE)


def test_a_policy_of_global_services_is_not_attached_for_one_project(acme: Customer) -> None:
    row = a_policy(acme, "storage", text_of("Allow", "obs:bucket:ListBucket"))
    with pytest.raises(Invalid) as refused:
        services.attach_policy(actor=acme.actor, policy=policies.own(row), user=a_user(acme), project=acme.project)
    assert refused.value.field == "project"


@pytest.mark.parametrize("change", ["attach", "detach", "edit", "restore", "group", "delete"])
def test_every_change_of_rights_bumps_the_stamp(acme: Customer, change: str) -> None:
    bob, group = a_user(acme), services.create_group(actor=acme.actor, name="g")
    policy = a_policy(acme, "readers", READ)
    services.update_policy(actor=acme.actor, policy=policy, document=DENY)
    attachment = services.attach_policy(actor=acme.actor, policy=policies.own(policy), group=group)
    policy.refresh_from_db()
    before = Tenant.objects.get(pk=acme.tenant.pk).rights_stamp
    if change == "attach":
        give(acme, bob, "readers")
    elif change == "detach":
        services.detach_policy(actor=acme.actor, attachment=attachment)
    elif change == "edit":
        services.update_policy(actor=acme.actor, policy=policy, document=READ)
    elif change == "restore":
        services.restore_version(actor=acme.actor, policy=policy, number=1)
    elif change == "group":
        services.add_members(actor=acme.actor, group=group, users=[bob])
    else:
        services.delete_policy(actor=acme.actor, policy=policy, also_detach=True)
    assert Tenant.objects.get(pk=acme.tenant.pk).rights_stamp != before


def test_saving_the_same_document_makes_no_version(acme: Customer) -> None:
    policy = a_policy(acme, "readers", READ)
    services.update_policy(actor=acme.actor, policy=policy, description="who look", document=READ)
    assert PolicyVersion.objects.filter(policy=policy).count() == 1


def test_who_saves_over_somebody_elses_change_is_told(acme: Customer) -> None:
    policy = a_policy(acme, "readers", READ)
    services.update_policy(actor=acme.actor, policy=policy, document=DENY, seen=1)
    with pytest.raises(Conflict):
        services.update_policy(actor=acme.actor, policy=policy, document=READ, seen=1)
    policy.refresh_from_db()
    assert "Deny" in policy.document


@pytest.mark.parametrize("name", ["", "x" * 65, "a\nb", "readers", "ModelArts FullAccess", "a\u202eb"])
def test_a_bad_or_taken_name_is_refused(acme: Customer, name: str) -> None:
    a_policy(acme, "readers", READ)
    with pytest.raises(Invalid) as refused:
        services.create_policy(actor=acme.actor, name=name, document=READ)
    assert refused.value.field == "name"
    assert Policy.objects.count() == 1


def test_a_text_that_is_no_policy_changes_nothing(acme: Customer) -> None:
    policy = a_policy(acme, "readers", READ)
    with pytest.raises(PolicyRefused):
        services.update_policy(actor=acme.actor, policy=policy, name="other", document='{"Version": "1.1"}')
    policy.refresh_from_db()
    assert (policy.name, policy.number) == ("readers", 1)


def test_an_attached_policy_is_not_deleted_by_the_way(acme: Customer) -> None:
    policy = a_policy(acme, "readers", READ)
    give(acme, a_user(acme), "readers")
    with pytest.raises(Conflict):
        services.delete_policy(actor=acme.actor, policy=policy)
    services.delete_policy(actor=acme.actor, policy=policy, also_detach=True)
    assert not Attachment.objects.filter(system="", policy=None).exists()


def test_there_is_one_default_group_at_most(acme: Customer) -> None:
    group = services.create_group(actor=acme.actor, name="new", is_default=True)
    assert list(Group.objects.filter(tenant=acme.tenant, is_default=True)) == [group]
    services.update_group(actor=acme.actor, group=group, is_default=False)
    assert not Group.objects.filter(tenant=acme.tenant, is_default=True).exists()
    made = services.create_user(actor=acme.actor, name="bob")
    assert not made.user.person.groups.exists()


def test_who_has_no_right_changes_nothing(acme: Customer) -> None:
    bob, group = a_user(acme), services.create_group(actor=acme.actor, name="g")
    policy = a_policy(acme, "readers", READ)
    attachment = services.attach_policy(actor=acme.actor, policy=policies.own(policy), group=group)
    actor = actor_of(bob)
    before = (list(Group.objects.values()), list(Policy.objects.values()), list(Attachment.objects.values()))
    for attempt in (
        lambda: services.create_group(actor=actor, name="x"),
        lambda: services.update_group(actor=actor, group=group, name="x"),
        lambda: services.delete_group(actor=actor, group=group),
        lambda: services.add_members(actor=actor, group=group, users=[bob]),
        lambda: services.remove_members(actor=actor, group=group, users=[bob]),
        lambda: services.create_policy(actor=actor, name="x", document=READ),
        lambda: services.update_policy(actor=actor, policy=policy, document=DENY),
        lambda: services.restore_version(actor=actor, policy=policy, number=1),
        lambda: services.delete_policy(actor=actor, policy=policy),
        lambda: services.attach_policy(actor=actor, policy=policies.own(policy), user=bob),
        lambda: services.detach_policy(actor=actor, attachment=attachment),
        lambda: services.invite_user(actor=actor, email="x@acme.test"),
    ):
        with pytest.raises(Denied):
            attempt()
    assert (list(Group.objects.values()), list(Policy.objects.values()), list(Attachment.objects.values())) == before


def test_nothing_of_another_tenant_is_attached_or_joined(acme: Customer, rival: Customer) -> None:
    bob, own = a_user(acme), a_user(rival, "eve")
    policy = a_policy(acme, "readers", READ)
    theirs = services.create_group(actor=rival.actor, name="theirs")
    for attempt, error in (
        (lambda: services.attach_policy(actor=rival.actor, policy=policies.own(policy), user=own), NotFound),
        (lambda: services.attach_policy(actor=rival.actor, policy=policies.own(policy), user=bob), NotFound),
        (lambda: services.add_members(actor=rival.actor, group=theirs, users=[bob]), Invalid),
        (
            lambda: services.attach_policy(
                actor=rival.actor,
                policy=policies.SYSTEM["system-modelarts-fullaccess"],
                user=own,
                project=acme.project,
            ),
            Invalid,
        ),
    ):
        with pytest.raises(error):
            attempt()
    assert not Attachment.objects.filter(person__in=[bob.person_id, own.person_id]).exists()


def test_a_policy_can_name_single_users_groups_and_policies(acme: Customer) -> None:
    helper, bob, eve = a_user(acme, "helper"), a_user(acme), a_user(acme, "eve")
    a_policy(acme, "helpers", text_of("Allow", "iam:*:*"))
    a_policy(acme, "not-bob", text_of("Deny", "iam:users:update", resource=f"iam:*:*:user:{bob.person.public_id}"))
    full = "iam:*:*:policy:system-modelarts-fullaccess"
    a_policy(acme, "not-full", text_of("Deny", "iam:policies:attach", resource=full))
    give(acme, helper, "helpers", "not-bob", "not-full", "ModelArts FullAccess")
    actor = actor_of(helper)
    services.update_user(actor=actor, user=eve, full_name="Eve")
    with pytest.raises(Denied, match="not-bob"):
        services.update_user(actor=actor, user=bob, full_name="Bob")
    with pytest.raises(Denied, match="not-full"):
        services.attach_policy(actor=actor, policy=policies.SYSTEM["system-modelarts-fullaccess"], user=eve)
    services.attach_policy(actor=actor, policy=policies.SYSTEM["system-modelarts-commonoperations"], user=eve)


def test_the_samples_of_the_guide_are_templates_and_behave(acme: Customer) -> None:
    bob = a_user(acme, alone=False)
    names = {
        "storage": TEMPLATES[1],
        "no-exeml-delete": TEMPLATES[2],
        "no-notebooks": TEMPLATES[3],
    }
    for name, template in names.items():
        services.create_policy(actor=acme.actor, name=name, document=template.text)
    notebooks = [f"modelarts:notebook:{verb}" for verb in ("list", "create", "get", "update", "delete", "access")]
    for action in (*notebooks, "modelarts:exemplProject:delete"):
        assert policies_allow(bob, action, acme), action
    give(acme, bob, "no-exeml-delete", "no-notebooks")
    for action in (*notebooks, "modelarts:exemplProject:delete"):
        assert not policies_allow(bob, action, acme), action
    assert policies_allow(bob, "modelarts:exemplProject:create", acme)
    lone = a_user(acme, "lone")
    assert not policies_allow(lone, "obs:object:GetObject", acme)
    give(acme, lone, "storage")
    for action in json.loads(TEMPLATES[1].text)["Statement"][0]["Action"]:
        assert policies_allow(lone, action, acme), action
    assert not policies_allow(lone, "obs:bucket:DeleteBucket", acme)


def policies_allow(user: object, action: str, customer: Customer) -> bool:
    from apps.iam.selectors.simulation import simulate

    answer = simulate(customer.actor, user, action=action, project=customer.project)  # type: ignore[arg-type]
    return answer.ruling.allowed
