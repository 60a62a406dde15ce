"""Teams and the addresses on their lists."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from apps.audit.models import AuditEvent
from apps.core.errors import Denied, Invalid, NotFound
from apps.teams import selectors, services
from apps.teams.models import Invitation, Member, Role, Team
from apps.teams.services import TaskNotice
from apps.tenants.actors import Actor
from tests.factories import Customer, a_team

NOTICE = TaskNotice(task_id="t" * 20, task_name="birds", dataset_name="garden")


def test_a_team_is_created_in_the_project_of_the_actor(acme: Customer) -> None:
    team = services.create_team(actor=acme.actor, name="crew_1", description="mornings")
    assert selectors.get_team(acme.actor, team.public_id).project == acme.project
    assert AuditEvent.objects.filter(name="createWorkforce", resource_id=team.public_id).count() == 1


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "naïve", "a/b", "<b>"])
def test_a_team_name_outside_the_rule_is_refused_and_nothing_is_stored(acme: Customer, name: str) -> None:
    with pytest.raises(Invalid):
        services.create_team(actor=acme.actor, name=name)
    assert not Team.objects.exists()
    assert not AuditEvent.objects.filter(name="createWorkforce").exists()


def test_two_teams_of_a_project_never_share_a_name(acme: Customer, rival: Customer) -> None:
    services.create_team(actor=acme.actor, name="crew")
    with pytest.raises(Invalid) as refusal:
        services.create_team(actor=acme.actor, name="crew")
    assert refusal.value.code == "ModelArts.4602"
    services.create_team(actor=rival.actor, name="crew")


def test_a_tenant_has_no_more_teams_than_its_limit(acme: Customer, settings: Settings) -> None:
    settings.TAGORA_TEAMS_PER_TENANT = 2
    services.create_team(actor=acme.actor, name="one")
    services.create_team(actor=acme.actor, name="two")
    with pytest.raises(Invalid) as refusal:
        services.create_team(actor=acme.actor, name="three")
    assert refusal.value.code == "ModelArts.0116"


def test_another_tenant_does_not_learn_of_a_team(acme: Customer, rival: Customer) -> None:
    team = a_team(acme, members=[("w@example.org", "labeler")])
    with pytest.raises(NotFound):
        selectors.get_team(rival.actor, team.public_id)
    with pytest.raises(NotFound):
        services.delete_team(actor=rival.actor, team=team)
    assert not selectors.members(rival.actor).exists()
    assert Team.objects.filter(pk=team.pk).exists()


def test_addresses_are_stored_in_lower_case_and_once(acme: Customer) -> None:
    team = a_team(acme)
    added = services.add_members(
        actor=acme.actor, team=team, emails="Ann@Example.org, bob@example.org;\nann@example.org", role="labeler"
    )
    assert [member.email for member in added] == ["ann@example.org", "bob@example.org"]


def test_one_bad_or_known_address_refuses_the_whole_list(acme: Customer) -> None:
    team = a_team(acme, members=[("ann@example.org", "labeler")])
    for emails, code in [
        ("new@example.org, nonsense", "ModelArts.0104"),
        ("new@example.org ANN@example.org", "ModelArts.4605"),
    ]:
        with pytest.raises(Invalid) as refusal:
            services.add_members(actor=acme.actor, team=team, emails=emails, role="reviewer")
        assert refusal.value.code == code
    assert Member.objects.filter(team=team).count() == 1


def test_a_team_has_one_manager(acme: Customer) -> None:
    team = a_team(acme, members=[("boss@example.org", "team_manager"), ("ann@example.org", "labeler")])
    ann = Member.objects.get(email="ann@example.org")
    for attempt in (
        lambda: services.add_members(actor=acme.actor, team=team, emails="b@example.org", role="team_manager"),
        lambda: services.update_member(actor=acme.actor, member=ann, role="team_manager"),
    ):
        with pytest.raises(Invalid) as refusal:
            attempt()
        assert refusal.value.code == "ModelArts.4617"
    boss = Member.objects.get(email="boss@example.org")
    services.update_member(actor=acme.actor, member=boss, role="reviewer")
    assert services.update_member(actor=acme.actor, member=ann, role="team_manager").role == Role.TEAM_MANAGER


def test_a_team_has_no_more_members_than_its_limit(acme: Customer, settings: Settings) -> None:
    settings.TAGORA_MEMBERS_PER_TEAM = 2
    team = a_team(acme, members=[("a@example.org", "labeler")])
    with pytest.raises(Invalid):
        services.add_members(actor=acme.actor, team=team, emails="b@example.org c@example.org", role="labeler")
    services.add_members(actor=acme.actor, team=team, emails="b@example.org", role="labeler")


def test_a_deleted_member_leaves_no_address_behind_and_may_be_added_again(acme: Customer) -> None:
    team = a_team(acme)
    ann = services.add_members(actor=acme.actor, team=team, emails="ann@example.org", role="labeler")[0]
    services.invite(actor=acme.actor, member=ann, notice=NOTICE)
    services.delete_members(actor=acme.actor, members=[ann])
    assert not Member.objects.filter(email="ann@example.org").exists()
    assert not Invitation.objects.exists()
    assert not selectors.members(acme.actor, team).exists()
    services.add_members(actor=acme.actor, team=team, emails="ann@example.org", role="labeler")


def test_a_change_of_role_ends_the_invitation(acme: Customer) -> None:
    team = a_team(acme)
    ann = services.add_members(actor=acme.actor, team=team, emails="ann@example.org", role="labeler")[0]
    services.invite(actor=acme.actor, member=ann, notice=NOTICE)
    services.update_member(actor=acme.actor, member=ann, description="new text")
    assert Invitation.objects.count() == 1
    services.update_member(actor=acme.actor, member=ann, role="reviewer")
    assert not Invitation.objects.exists()


def test_a_user_without_rights_is_refused_with_a_reason(acme: Customer) -> None:
    plain = Actor(person=acme.admin, tenant=acme.tenant, project=acme.project, is_admin=False)
    with pytest.raises(Denied) as refusal:
        services.create_team(actor=plain, name="crew")
    assert "workforce:create" in str(refusal.value)
    assert not Team.objects.exists()
