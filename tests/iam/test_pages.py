"""The pages of users, groups, policies and the simulator, as an admin and as others see them."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from apps.access.models import Attachment, Policy
from apps.accounts.models import Person
from apps.iam import services
from apps.iam.models import UserInvitation
from apps.iam.selectors import people
from apps.notify.models import Mail
from apps.tenants.models import Group
from tests.factories import PASSWORD, Customer
from tests.iam.people import a_policy, a_user, browser, give, text_of

pytestmark = pytest.mark.django_db
READ = text_of("Allow", "modelarts:dataset:get")


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, f"{url}: {answer.status_code}"
    return " ".join(answer.content.decode().split())


def test_users_are_searched_and_filtered(acme: Customer) -> None:
    bob, client = a_user(acme), acme.client()
    services.update_user(actor=acme.actor, user=bob, is_active=False)
    assert "acme/bob" in page(client, "/access/users/")
    assert "acme/bob" not in page(client, "/access/users/?search=ann")
    assert "acme/bob" in page(client, "/access/users/?search=BOB%40acme&state=disabled")
    rows = client.get("/access/users/?state=disabled").context["page"].rows
    assert [user.person.login for user in rows] == ["acme/bob"]
    assert "Nobody fits" in page(client, "/access/users/?search=nobody-has-this")


def test_a_user_is_created_and_the_password_shown_once(acme: Customer) -> None:
    client = acme.client()
    answer = client.post("/access/users/new/", {"name": "cid", "email": ""})
    assert "Shown only now" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    refused = client.post("/access/users/new/", {"name": "cid"})
    assert refused.context["form"].errors["name"]


def test_a_user_is_changed_disabled_put_into_groups_and_deleted(acme: Customer) -> None:
    bob, client = a_user(acme), acme.client()
    at = f"/access/users/{bob.person.public_id}/"
    client.post(f"{at}edit/", {"full_name": "Bob B", "email": "b@acme.test", "is_admin": "on"})
    bob.refresh_from_db()
    assert (bob.is_admin, bob.person.name) == (True, "Bob B")
    client.post(f"{at}edit/", {"full_name": "Bob B", "email": "b@acme.test"})
    group = services.create_group(actor=acme.actor, name="readers")
    client.post(f"{at}groups/", {"group": group.public_id})
    assert [one.name for one in people.groups_of(bob)] == ["readers"]
    client.post(f"{at}groups/", {})
    assert not people.groups_of(bob)
    assert "Shown only now" in client.post(f"{at}password/").content.decode()
    client.post(f"{at}state/", {"active": "0"})
    assert not Person.objects.get(pk=bob.person_id).is_active
    assert "Enable" in page(client, at)
    client.post(f"{at}delete/")
    assert not Person.objects.filter(pk=bob.person_id).exists()


def test_the_rights_of_a_user_are_shown_with_their_reason(acme: Customer) -> None:
    bob, client = a_user(acme), acme.client()
    a_policy(acme, "readers", READ)
    a_policy(acme, "no-notebooks", text_of("Deny", "modelarts:notebook:*"))
    a_policy(
        acme, "mine", text_of("Allow", "modelarts:label:create", condition={"Bool": {"modelarts:OwnWork": "true"}})
    )
    give(acme, bob, "readers", "no-notebooks", "mine", "ModelArts CommonOperations")
    shown = client.get(f"/access/users/{bob.person.public_id}/")
    states = {right.action.name: right for kind in shown.context["rights"] for right in kind.rights}
    assert states["modelarts:dataset:get"].state == "allowed"
    assert states["modelarts:notebook:create"].state == "denied"
    assert states["modelarts:notebook:create"].sources[0].policy.name == "no-notebooks"
    assert states["modelarts:pool:create"].state == "denied"
    assert states["obs:object:GetObject"].reason == "nothing allows it"
    assert states["iam:users:create"].state == "denied"
    assert "no-notebooks (1)" in shown.content.decode()


def test_a_policy_for_one_project_says_so_and_is_detached(acme: Customer) -> None:
    bob, client = a_user(acme), acme.client()
    policy = a_policy(acme, "readers", READ)
    at = f"/access/users/{bob.person.public_id}/"
    client.post(f"{at}attach/", {"policy": policy.public_id, "project": acme.project.public_id})
    row = Attachment.objects.get(person=bob.person)
    assert row.project == acme.project
    assert "in the project default" in page(client, at)
    client.post(f"/access/attachments/{row.pk}/detach/")
    assert not Attachment.objects.filter(person=bob.person).exists()


def test_a_group_is_made_filled_and_deleted(acme: Customer) -> None:
    bob, client = a_user(acme), acme.client()
    made = client.post("/access/groups/new/", {"name": "readers", "description": "who look", "is_default": "on"})
    group = Group.objects.get(name="readers")
    at = f"/access/groups/{group.public_id}/"
    assert made["Location"] == at
    assert list(Group.objects.filter(tenant=acme.tenant, is_default=True)) == [group]
    client.post(f"{at}members/", {"user": bob.person.public_id})
    client.post(f"{at}attach/", {"policy": "system-obs-readonly", "project": ""})
    shown = page(client, at)
    assert "acme/bob" in shown
    assert "OBS ReadOnly" in shown
    client.post(f"{at}edit/", {"name": "lookers", "description": ""})
    client.post(f"{at}members/remove/", {"user": bob.person.public_id})
    assert "No members yet" in page(client, at)
    client.post(f"{at}delete/")
    assert not Group.objects.filter(pk=group.pk).exists()


def test_an_invitation_by_mail_makes_a_user_once(acme: Customer) -> None:
    client = acme.client()
    group = services.create_group(actor=acme.actor, name="readers")
    client.post("/access/users/invite/", {"email": "New.One@acme.test", "groups": group.public_id})
    assert "new.one@acme.test" in page(client, "/access/users/")
    found = re.search(r"/user-invitation/[\w-]+/", Mail.objects.get(to="new.one@acme.test").text)
    assert found
    visitor = Client()
    assert 'value="new.one"' in page(visitor, found.group())
    wrong = visitor.post(found.group(), {"name": "ann", "password": PASSWORD, "again": PASSWORD})
    assert wrong.context["form"].errors["name"]
    done = visitor.post(found.group(), {"name": "nick", "full_name": "N", "password": PASSWORD, "again": PASSWORD})
    assert done["Location"] == "/"
    person = Person.objects.get(login="acme/nick")
    assert sorted(person.groups.values_list("tenant_group__name", flat=True)) == ["default", "readers"]
    assert visitor.get("/datasets/").status_code == 200
    assert Client().get(found.group()).status_code == 410


def test_an_invitation_is_sent_again_and_taken_back(acme: Customer) -> None:
    client = acme.client()
    client.post("/access/users/invite/", {"email": "new@acme.test"})
    invitation = UserInvitation.objects.get()
    links = []
    client.post(f"/access/invitations/{invitation.public_id}/resend/")
    for mail in Mail.objects.order_by("pk"):
        found = re.search(r"/user-invitation/[\w-]+/", mail.text)
        assert found
        links.append(found.group())
    assert Client().get(links[0]).status_code == 410
    assert Client().get(links[1]).status_code == 200
    client.post(f"/access/invitations/{invitation.public_id}/revoke/")
    assert Client().get(links[1]).status_code == 410


def test_a_policy_is_written_changed_compared_restored_and_deleted(acme: Customer) -> None:
    client = acme.client()
    made = client.post("/access/policies/new/", {"name": "readers", "description": "", "document": READ})
    policy = Policy.objects.get(name="readers")
    at = f"/access/policies/{policy.public_id}/"
    assert made["Location"] == at
    assert "Allows" in page(client, at)
    deny = text_of("Deny", "modelarts:notebook:list")
    client.post(f"{at}edit/", {"name": "readers", "description": "x", "document": deny, "seen": "1"})
    late = client.post(f"{at}edit/", {"name": "readers", "document": READ, "seen": "1"})
    assert "in the meantime" in late.content.decode()
    compared = page(client, f"{at}versions/")
    assert "From version 1 to 2" in compared
    assert "modelarts:notebook:list" in compared
    client.post(f"{at}restore/", {"number": "1"})
    policy.refresh_from_db()
    assert (policy.number, "dataset:get" in policy.document) == (3, True)
    bob = a_user(acme)
    give(acme, bob, "readers")
    assert "acme/bob" in page(client, at) or "bob" in page(client, at)
    client.post(f"{at}delete/")
    assert Policy.objects.filter(pk=policy.pk).exists()
    client.post(f"{at}delete/", {"also_detach": "1"})
    assert not Policy.objects.filter(pk=policy.pk).exists()


def test_a_policy_that_is_none_is_refused_with_its_line_and_kept_as_typed(acme: Customer) -> None:
    text = '{\n  "Version": "1.1",\n  "Statement": [{"Effect": "allow", "Action": ["modelarts:dataset:get"]}]\n}'
    answer = acme.client().post("/access/policies/new/", {"name": "readers", "document": text})
    assert "Line 3" in str(answer.context["form"].errors["document"])
    assert "&quot;allow&quot;" in answer.content.decode()
    assert not Policy.objects.exists()


def test_a_policy_of_the_system_is_read_and_copied_only(acme: Customer) -> None:
    client = acme.client()
    shown = page(client, "/access/policies/system-modelarts-fullaccess/")
    assert "cannot be changed" in shown
    assert client.get("/access/policies/system-modelarts-fullaccess/edit/").status_code == 404
    assert client.post("/access/policies/system-modelarts-fullaccess/delete/").status_code == 404
    assert "modelarts:*:*" in page(client, "/access/policies/new/?copy=system-modelarts-fullaccess")


def test_the_editor_is_told_what_a_text_says(acme: Customer) -> None:
    client = acme.client()
    good = client.post("/access/policies/check/", {"document": READ}).json()
    assert good["ok"]
    assert good["sentences"][0].startswith("Allows")
    bad = client.post("/access/policies/check/", {"document": '{"Version": "1.1",\n"Statement": 1}'}).json()
    assert (bad["ok"], bad["line"]) == (False, 2)
    assert bad["reason"]


def test_the_editor_gets_the_language_of_the_server(acme: Customer) -> None:
    source = acme.client().get("/access/policies/new/").content.decode()
    found = re.search(r'<script id="policy-language" type="application/json">(.*?)</script>', source, re.DOTALL)
    assert found
    language = json.loads(found.group(1))
    assert "modelarts:dataset:create" in {action["name"] for action in language["actions"]}
    assert "StringEquals" in language["operators"]["text"]
    assert len(language["templates"]) == 4


def test_without_rights_the_pages_are_closed_and_out_of_the_menu(acme: Customer) -> None:
    client = browser(a_user(acme, alone=False))
    menu = {entry["name"] for entry in client.get("/datasets/").context["nav"]}
    assert not menu & {"user-list", "group-list", "policy-list", "simulator"}
    for url in ("users/", "groups/", "policies/", "simulator/", "users/new/", "policies/new/"):
        answer = client.get(f"/access/{url}")
        assert answer.status_code == 403 or answer.context["form"], url
    assert client.post("/access/users/new/", {"name": "x"}).status_code == 403
    assert client.post("/access/policies/check/", {"document": READ}).status_code == 403


def test_who_may_list_users_sees_them_and_greyed_out_buttons(acme: Customer) -> None:
    bob = a_user(acme)
    a_policy(acme, "listers", text_of("Allow", "iam:users:list"))
    give(acme, bob, "listers")
    client = browser(bob)
    shown = page(client, "/access/users/")
    assert "acme/ann" in shown
    assert 'aria-disabled="true"' in shown
    assert "iam:users:create" in shown
    assert "What the user may do" not in page(client, f"/access/users/{bob.person.public_id}/")


def test_another_tenant_finds_nothing_of_it(acme: Customer, rival: Customer) -> None:
    bob = a_user(acme)
    group = services.create_group(actor=acme.actor, name="readers")
    policy = a_policy(acme, "readers", READ)
    give(acme, bob, "readers")
    stranger = rival.client()
    for path in (
        f"users/{bob.person.public_id}/",
        f"groups/{group.public_id}/",
        f"policies/{policy.public_id}/",
        f"policies/{policy.public_id}/versions/",
        f"policies/{policy.public_id}/edit/",
    ):
        assert stranger.get(f"/access/{path}").status_code == 404
    row = Attachment.objects.get(person=bob.person)
    assert stranger.post(f"/access/attachments/{row.pk}/detach/").status_code == 404
    attempt = {"policy": policy.public_id, "project": ""}
    own = Group.objects.filter(tenant=rival.tenant).get()
    assert stranger.post(f"/access/groups/{own.public_id}/attach/", attempt).status_code == 404
    assert stranger.post(f"/access/groups/{own.public_id}/members/", {"user": bob.person.public_id}).status_code == 404
    asked = stranger.get(f"/access/simulator/?user={bob.person.public_id}&action=modelarts:dataset:get")
    assert asked.context["answer"] is None
