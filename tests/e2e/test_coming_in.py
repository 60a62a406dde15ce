"""Coming in: a forgotten password, a second factor, sessions that are ended, the tenant's own sign-in server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import People
from tests.e2e.pages.worker import mail_to
from tests.e2e.people import Human
from tests.e2e.server import Server
from tests.entry.provider import real_provider

NEW_PASSWORD = "a passphrase of four words"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    person = {"sub": "lee", "email": "lee@doors.example", "email_verified": True, "name": "Lee"}
    with real_provider(person) as issuer:
        yield issuer


@pytest.fixture(scope="module")
def doors(provider: str) -> Iterator[Server]:
    """A server whose operator allows the provider."""
    made = Server(TAGORA_OIDC_HOSTS=urlsplit(provider).netloc)
    try:
        made.start()
        yield made
    finally:
        made.remove()


def first_step(human: Human, name: str, password: str) -> None:
    human.open("/sign-in/")
    human.page.locator("input[name=login]").fill(name)
    human.page.locator("input[name=password]").fill(password)
    human.click("Sign in")


def test_forgotten_password_second_factor_and_ended_sessions(doors: Server, people: People) -> None:
    account = doors.create_tenant("doors", admin="ann@doors.example")
    ann, elsewhere = people(doors), people(doors)

    ann.open("/sign-in/")
    ann.page.get_by_role("link", name="Forgotten your password?").click()
    ann.page.locator("input[name=login]").fill(account.sign_in)
    ann.click("Send a link")
    expect(ann.heading()).to_have_text("Look into your mail")
    letter = mail_to(doors, "ann@doors.example").get_body(("plain",))
    assert letter is not None
    link = re.search(r"http\S+/sign-in/new-password/\S+", letter.get_content())
    assert link
    ann.page.goto(link[0])
    ann.page.locator("input[name=password]").fill(NEW_PASSWORD)
    ann.page.locator("input[name=again]").fill(NEW_PASSWORD)
    ann.click("Set password")
    expect(ann.page.get_by_text("Your new password is set.")).to_be_visible()
    first_step(ann, account.sign_in, NEW_PASSWORD)

    ann.page.get_by_role("button", name="Account").click()
    ann.page.get_by_role("link", name="Account").click()
    ann.page.get_by_role("link", name="Set up").click()
    expect(ann.page.get_by_role("img", name=re.compile("QR code"))).to_be_visible()
    secret = (ann.page.locator("main code").inner_text()).replace(" ", "")
    ann.page.locator("input[name=code]").fill(pyotp.TOTP(secret).now())
    ann.click("Turn on")
    codes = ann.page.locator("main code").all_inner_texts()
    assert len(codes) == 10
    ann.click("I have kept them", role="link")

    first_step(elsewhere, account.sign_in, NEW_PASSWORD)
    expect(elsewhere.heading()).to_have_text("One more step")
    elsewhere.page.locator("input[name=code]").fill(codes[0])
    elsewhere.click("Sign in")
    expect(elsewhere.page).to_have_url(f"{doors.url}/")
    with elsewhere.page.expect_websocket() as socket:
        elsewhere.open("/mail/")
    socket.value.wait_for_event("framereceived")

    ann.open("/account/sessions/")
    ann.page.on("dialog", lambda dialog: dialog.accept())
    ann.click("End all others")
    expect(ann.page.get_by_text("1 other session has ended.")).to_be_visible()
    expect(elsewhere.page.locator("#live-state")).to_contain_text("You are signed out", timeout=10_000)
    elsewhere.open("/mail/")
    expect(elsewhere.page).to_have_url(re.compile("/sign-in/"))


def test_the_tenant_s_own_sign_in_server(doors: Server, provider: str, people: People, browser: Browser) -> None:
    account = doors.create_tenant("house", admin="ann@house.example")
    ann = people(doors)
    ann.sign_in(account.sign_in, account.password)
    ann.go_to("Sign-in")
    for name, value in (("name", "House"), ("issuer", provider), ("client_id", "tagora"), ("secret", "secret")):
        ann.page.locator(f"input[name={name}]").fill(value)
    ann.page.get_by_label("Create users at their first sign-in").check()
    ann.click("Save")
    expect(ann.page.get_by_text("Try it in another browser")).to_be_visible()

    lee = Human(browser, doors.url)
    lee.open("/sign-in/")
    lee.page.get_by_role("link", name="Sign in with your organisation").click()
    lee.page.locator("input[name=tenant]").fill("house")
    lee.click("Continue")
    lee.page.get_by_role("link", name="Go to the sign-in server").click()
    expect(lee.page).to_have_url(re.compile(re.escape(provider)))
    lee.page.get_by_role("button", name="lee", exact=False).first.click()
    expect(lee.page).to_have_url(f"{doors.url}/")
    lee.open("/account/")
    expect(lee.page.locator("main").get_by_text("house/lee@doors.example").first).to_be_visible()
    assert not lee.errors
    lee.close()
