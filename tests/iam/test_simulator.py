"""The simulator answers as real requests are answered, and says why; replaying tells what a change would change."""

from __future__ import annotations

import pytest

from apps.access.actions import Action
from apps.access.catalogue import CATALOGUE
from apps.core.errors import Invalid
from apps.iam.selectors import policies
from apps.iam.selectors.simulation import replay, simulate
from apps.policies.documents import parse
from apps.teams import services as teams
from apps.tenants.models import TenantUser
from tests.factories import Customer, a_dataset
from tests.iam.people import a_policy, a_user, actor_of, allowed, browser, give, text_of

pytestmark = pytest.mark.django_db


def test_the_deciding_statement_is_named(acme: Customer) -> None:
    bob = a_user(acme)
    assert simulate(acme.actor, bob, action="modelarts:dataset:create", project=acme.project).ruling.by == ""
    a_policy(acme, "makers", text_of("Allow", "modelarts:dataset:*"))
    give(acme, bob, "makers")
    answer = simulate(acme.actor, bob, action="modelarts:dataset:create", project=acme.project)
    assert answer.ruling.allowed
    assert answer.policy is not None
    assert (answer.policy.name, answer.ruling.statement) == ("makers", 1)
    assert answer.statement.actions == ("modelarts:dataset:*",)


def test_an_admin_is_named_as_such_and_a_deny_binds_them(acme: Customer) -> None:
    ann = TenantUser.objects.select_related("person", "tenant").get(person=acme.admin)
    assert simulate(acme.actor, ann, action="modelarts:dataset:create").ruling.by == "admin"
    a_policy(acme, "nobody", text_of("Deny", "modelarts:dataset:create"))
    give(acme, ann, "nobody")
    assert not simulate(acme.actor, ann, action="modelarts:dataset:create", project=acme.project).ruling.allowed


def test_circumstances_decide(acme: Customer) -> None:
    bob = a_user(acme)
    office = {"IpAddress": {"g:SourceIp": "10.0.0.0/8"}, "StringEquals": {"g:ResourceTag/team": "red"}}
    a_policy(acme, "office", text_of("Allow", "modelarts:dataset:get", condition=office))
    give(acme, bob, "office")
    asked = {"action": "modelarts:dataset:get", "project": acme.project}
    tagged = {"g:ResourceTag/team": "red"}
    assert simulate(acme.actor, bob, **asked, source_ip="10.1.2.3", context=tagged).ruling.allowed
    assert not simulate(acme.actor, bob, **asked, source_ip="11.1.2.3", context=tagged).ruling.allowed
    assert not simulate(acme.actor, bob, **asked, source_ip="10.1.2.3").ruling.allowed


def test_a_real_object_is_asked_about_as_it_is(acme: Customer) -> None:
    bob, dataset = a_user(acme), a_dataset(acme, pictures=1)
    kind = {"StringEquals": {"modelarts:DatasetType": "image_classification"}}
    a_policy(acme, "pictures", text_of("Allow", "modelarts:dataset:update", condition=kind))
    give(acme, bob, "pictures")
    name = f"modelarts:tagora:{acme.tenant.public_id}:dataset:{dataset.public_id}"
    answer = simulate(acme.actor, bob, action="modelarts:dataset:update", resource=name, project=acme.project)
    assert answer.ruling.allowed
    assert allowed(bob, Action.DATASET_UPDATE, dataset)
    other = {"modelarts:DatasetType": "object_detection"}
    answer = simulate(
        acme.actor, bob, action="modelarts:dataset:update", resource=name, project=acme.project, context=other
    )
    assert not answer.ruling.allowed


def test_a_resource_that_is_none_is_refused(acme: Customer) -> None:
    a_policy(acme, "one", text_of("Allow", "modelarts:dataset:get", resource="modelarts:*:*:dataset:x"))
    bob = a_user(acme)
    give(acme, bob, "one")
    with pytest.raises(Invalid):
        simulate(acme.actor, bob, action="modelarts:dataset:get", resource="nonsense", project=acme.project)


def test_the_page_answers_with_a_link_to_the_statement(acme: Customer) -> None:
    bob = a_user(acme)
    policy = a_policy(acme, "no-new", text_of("Deny", "modelarts:dataset:create"))
    give(acme, bob, "ModelArts FullAccess", "no-new")
    url = f"/access/simulator/?user={bob.person.public_id}&action=modelarts:dataset:create"
    shown = acme.client().get(url).content.decode()
    assert f"/access/policies/{policy.public_id}/#statement-1" in shown
    assert "Denies" in shown
    unknown = acme.client().get(f"/access/simulator/?user={bob.person.public_id}&action=modelarts:nothing:at-all")
    assert unknown.context["form"].errors["action"]


def test_replaying_lists_what_would_turn_out_otherwise(acme: Customer) -> None:
    bob, eve = a_user(acme), a_user(acme, "eve")
    policy = a_policy(acme, "makers", text_of("Allow", "modelarts:workforce:*"))
    give(acme, bob, "makers")
    give(acme, eve, "ModelArts FullAccess")
    teams.create_team(actor=actor_of(bob), name="first")
    teams.create_team(actor=actor_of(eve), name="second")
    narrower = parse(text_of("Allow", "modelarts:workforce:get"), CATALOGUE)
    found = replay(acme.actor, policies.own(policy), narrower)
    assert list(found.by_user) == ["acme/bob"]
    difference = found.by_user["acme/bob"][0]
    assert (difference.event.name, difference.before, difference.after) == ("createWorkforce", True, False)
    same = replay(acme.actor, policies.own(policy), parse(text_of("Allow", "modelarts:*:*"), CATALOGUE))
    assert (same.asked, same.differences) == (1, 0)
    page = acme.client().post(
        f"/access/policies/{policy.public_id}/replay/", {"document": text_of("Allow", "modelarts:workforce:get")}
    )
    assert "would be denied" in page.content.decode()
    assert "acme/bob" in page.content.decode()


def test_replaying_takes_no_notice_of_other_tenants(acme: Customer, rival: Customer) -> None:
    policy = a_policy(acme, "makers", text_of("Allow", "modelarts:workforce:*"))
    url = f"/access/policies/{policy.public_id}/replay/"
    assert rival.client().post(url, {"document": policy.document}).status_code == 404
    assert browser(a_user(acme)).post(url, {"document": policy.document}).status_code == 403
