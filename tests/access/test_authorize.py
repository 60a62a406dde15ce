"""The one door: tenants are walls, grants open single objects, a refusal says why."""

from __future__ import annotations

import pytest
from guardian.shortcuts import assign_perm

from apps.access.actions import Action
from apps.access.selectors import visible_to
from apps.access.services import authorize, refusal
from apps.accounts.models import Person
from apps.accounts.services import create_person
from apps.core.errors import Denied, NotFound
from apps.teams.models import Team
from apps.tenants.actors import VISITOR, Actor
from apps.tenants.models import TenantUser
from apps.tenants.services import NewTenant, create_tenant

pytestmark = pytest.mark.django_db
TEAM_ACTIONS = [action for action in Action if action.name.startswith(("TEAM_", "MEMBER_"))]


def admin_of(made: NewTenant) -> Actor:
    return Actor(person=made.admin, tenant=made.tenant, project=made.project, is_admin=True)


@pytest.fixture
def acme() -> NewTenant:
    return create_tenant(name="acme", admin="ann", password="long enough words")


@pytest.fixture
def rival() -> NewTenant:
    return create_tenant(name="rival", admin="ann", password="long enough words")


@pytest.fixture
def user(acme: NewTenant) -> Actor:
    """A user of acme to whom nothing was granted."""
    person = create_person(login="acme/bob", kind=Person.Kind.USER, password="long enough words")
    TenantUser.objects.create(tenant=acme.tenant, person=person)
    return Actor(person=person, tenant=acme.tenant, project=acme.project)


@pytest.fixture
def team(acme: NewTenant) -> Team:
    return Team.objects.create(tenant=acme.tenant, project=acme.project, name="crew")


def test_an_admin_may_do_everything_in_their_own_tenant(acme: NewTenant, team: Team) -> None:
    for action in TEAM_ACTIONS:
        authorize(admin_of(acme), action, team)


def test_an_object_of_another_tenant_does_not_exist(rival: NewTenant, team: Team) -> None:
    for action in Action:
        with pytest.raises(NotFound):
            authorize(admin_of(rival), action, team)
    assert not visible_to(admin_of(rival), Team.objects.all()).exists()


def test_a_visitor_finds_nothing(team: Team) -> None:
    with pytest.raises(NotFound):
        authorize(VISITOR, Action.TEAM_VIEW, team)
    assert not visible_to(VISITOR, Team.objects.all()).exists()


def test_a_user_without_grants_is_refused_with_a_reason(user: Actor, team: Team) -> None:
    for action in TEAM_ACTIONS:
        with pytest.raises(Denied, match="Ask an admin"):
            authorize(user, action, team)
    assert "modelarts:workforce:update" in str(refusal(user, Action.TEAM_UPDATE, team))
    assert not visible_to(user, Team.objects.all()).exists()


def test_a_grant_opens_its_actions_on_its_object_only(user: Actor, team: Team, acme: NewTenant) -> None:
    other = Team.objects.create(tenant=acme.tenant, project=acme.project, name="other")
    assign_perm("teams.view_team", user.person, team)
    user = Actor(person=Person.objects.get(pk=user.person.pk), tenant=user.tenant)  # type: ignore[union-attr]
    authorize(user, Action.TEAM_VIEW, team)
    assert list(visible_to(user, Team.objects.all())) == [team]
    for action, of in ((Action.TEAM_VIEW, other), (Action.TEAM_UPDATE, team), (Action.TEAM_DELETE, team)):
        with pytest.raises(Denied):
            authorize(user, action, of)
    assign_perm("teams.manage_team", user.person, team)
    fresh = Actor(person=Person.objects.get(pk=user.person.pk), tenant=user.tenant)  # type: ignore[union-attr]
    authorize(fresh, Action.TEAM_UPDATE, team)


def test_a_person_bound_to_a_foreign_tenant_is_no_admin_there(acme: NewTenant, rival: NewTenant) -> None:
    assert not admin_of(acme).within(rival.tenant).is_admin
    assert admin_of(acme).within(acme.tenant, acme.project).is_admin
