"""A tenant admin gives and takes rights, and a user meets them: invitation, group, policy in both views, simulator."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from tests.e2e.conftest import People
from tests.e2e.pages.owner import LONG
from tests.e2e.people import Human
from tests.e2e.server import Account, Server

PASSWORD = "a password of one's own"


def invitation_of(server: Server, human: Human, address: str) -> str:
    """The address in the mail that was sent to somebody."""
    for _ in range(120):
        for mail in server.mails(to=address):
            body = mail.get_body(("plain",))
            found = re.search(r"/user-invitation/[\w-]+/", body.get_content() if body else "")
            if found:
                return found.group(0)
        human.page.wait_for_timeout(250)
    raise AssertionError("no mail came")


def test_rights_are_given_met_understood_and_restored(server: Server, account: Account, people: People) -> None:
    ann, bob = people(server), people(server)
    ann.sign_in(account.sign_in, account.password)
    page = ann.page

    # A user is invited by mail and comes in.
    ann.go_to("Users")
    ann.click("Invite by e-mail", role="link")
    page.locator("input[name=email]").fill("bob@labs.test")
    ann.click("Send invitation")
    expect(page.get_by_text("bob@labs.test")).to_be_visible()
    bob.open(invitation_of(server, ann, "bob@labs.test"))
    expect(bob.page.locator("input[name=name]")).to_have_value("bob")
    bob.page.locator("input[name=password]").fill(PASSWORD)
    bob.page.locator("input[name=again]").fill(PASSWORD)
    bob.click("Set password and start")
    expect(bob.page).to_have_url(f"{server.url}/")
    bob.go_to("Teams")
    expect(bob.page.get_by_role("link", name="Create team").first).to_be_visible()

    # A group with him in it.
    ann.go_to("Groups")
    ann.click("Create group", role="link")
    page.locator("input[name=name]").fill("lookers")
    ann.click("Save")
    expect(ann.heading()).to_have_text("lookers")
    ann.click("Add members")
    dialog = page.locator("#add-members")
    dialog.get_by_text(f"{account.tenant}/bob").click()
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("link", name=f"{account.tenant}/bob")).to_be_visible()
    group_url = page.url

    # A policy, begun in the visual view.
    ann.go_to("Policies")
    ann.click("Create policy", role="link")
    page.locator("input[name=name]").fill("no-new-teams")
    card = page.locator(".statement-card").first
    card.get_by_text("Deny", exact=True).click()
    card.get_by_role("button", name=re.compile("modelarts:dataset:get")).or_(
        card.locator('[data-pattern="modelarts:dataset:get"]')
    ).first.uncheck()
    card.locator('[data-pattern="modelarts:dataset:list"]').uncheck()
    card.get_by_role("searchbox").fill("workforce:create")
    card.locator('[data-pattern="modelarts:workforce:create"]').check()
    expect(card.locator(".statement-card__said")).to_contain_text("Denies")
    card.get_by_role("button", name="Add condition").click()
    card.get_by_role("button", name="Remove", exact=True).click()

    # The same document as JSON: completion, an error with its line, and back again.
    page.get_by_role("button", name="JSON", exact=True).click()
    field = page.locator("textarea[name=document]")
    written = json.loads(field.input_value())
    assert written == {"Version": "1.1", "Statement": [{"Effect": "Deny", "Action": ["modelarts:workforce:create"]}]}
    field.fill('{\n"Version": "1.1",\n"Statement": [{"Effect": "Dony", "Action": ["modelarts:workforce:create"]}]\n}')
    expect(page.locator("[data-policy-verdict]")).to_contain_text("Line 3")
    field.fill('{"Version": "1.1", "Statement": [{"Effect": "Deny", "Action": ["')
    field.press("End")
    field.press_sequentially("workforce:cr")
    expect(page.get_by_role("option", name="modelarts:workforce:create")).to_be_visible()
    field.press("Enter")
    field.press_sequentially("]}]}")
    expect(page.locator("[data-policy-verdict]")).to_contain_text("Denies")
    page.get_by_role("button", name="Visual", exact=True).click()
    expect(card.locator('[data-pattern="modelarts:workforce:create"]')).to_be_checked()
    ann.click("Save policy")
    expect(ann.heading()).to_have_text("no-new-teams")
    policy_url = page.url

    # Attached to the group it holds at once, and the button says why.
    ann.open(group_url)
    page.get_by_label("Policy", exact=True).select_option(label="no-new-teams")
    ann.click("Attach")
    expect(page.get_by_role("link", name="no-new-teams")).to_be_visible()
    bob.go_to("Teams")
    refused = bob.page.get_by_role("button", name="Create team").first
    expect(refused).to_have_attribute("aria-disabled", "true")
    expect(bob.page.locator("#create-team-reason")).to_contain_text("no-new-teams")

    # The simulator says the same, and leads to the statement.
    ann.go_to("Simulator")
    page.get_by_label("User", exact=True).select_option(label=f"{account.tenant}/bob")
    page.get_by_label("Action", exact=True).fill("modelarts:workforce:create")
    ann.click("Ask")
    expect(page.get_by_text("Denied", exact=True)).to_be_visible()
    page.get_by_role("link", name="no-new-teams, statement 1").click()
    expect(page.locator("#statement-1")).to_contain_text("Denies")

    # Another version, then what would change, then the earlier one again.
    ann.open(f"{policy_url}edit/")
    card = page.locator(".statement-card").first
    card.get_by_text("Allow", exact=True).click()
    ann.click("What would change?")
    expect(page.locator("#replay")).to_contain_text("If this policy were saved", timeout=LONG)
    ann.click("Save policy")
    bob.open("/teams/")
    expect(bob.page.get_by_role("link", name="Create team").first).to_be_visible()
    ann.click("Versions", role="link")
    expect(page.locator(".statements del")).to_contain_text("Denies")
    ann.click("Restore")
    expect(page.get_by_text("Version 3")).to_be_visible()
    bob.open("/teams/")
    expect(bob.page.get_by_role("button", name="Create team").first).to_have_attribute("aria-disabled", "true")
    page.locator("li", has_text="Version 2").get_by_role("button", name="Restore").click()
    bob.open("/teams/")
    expect(bob.page.get_by_role("link", name="Create team").first).to_be_visible()


def test_without_scripts_a_policy_is_written_as_json(server: Server, account: Account, people: People) -> None:
    """The text field is the editor; the visual view is an addition."""
    ann = people(server)
    ann.sign_in(account.sign_in, account.password)
    plain = ann.context.browser
    assert plain is not None
    context = plain.new_context(base_url=server.url, java_script_enabled=False)
    context.add_cookies(ann.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/access/policies/new/")
    page.locator("input[name=name]").fill("by-hand")
    page.locator("textarea[name=document]").fill('{"Version": "1.1", "Statement": []}')
    page.get_by_role("button", name="Save policy").click()
    expect(page.locator(".field__error")).to_contain_text("Line 1")
    document = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["modelarts:dataset:get"]}]}
    page.locator("textarea[name=document]").fill(json.dumps(document))
    page.get_by_role("button", name="Save policy").click()
    expect(page.locator("h1")).to_have_text("by-hand")
    context.close()
