"""Signing in and finding one's way around."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.conftest import People
from tests.e2e.server import Account, Server


def test_an_admin_signs_in_and_out(server: Server, account: Account, people: People) -> None:
    ann = people(server)
    ann.open("/datasets/")
    expect(ann.page).to_have_url(f"{server.url}/sign-in/?next=/datasets/")
    ann.page.locator("input[name=login]").fill(account.sign_in)
    ann.page.locator("input[name=password]").fill("not the password")
    ann.page.get_by_role("button", name="Sign in").click()
    expect(ann.page.get_by_text("Name or password is wrong.")).to_be_visible()
    ann.page.locator("input[name=password]").fill(account.password)
    ann.page.get_by_role("button", name="Sign in").click()
    expect(ann.page).to_have_url(f"{server.url}/datasets/")
    ann.page.get_by_role("button", name="Account").click()
    ann.page.get_by_role("button", name="Sign out").click()
    ann.open("/datasets/")
    expect(ann.page).to_have_url(f"{server.url}/sign-in/?next=/datasets/")
