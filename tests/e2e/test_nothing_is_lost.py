"""Offline, a reload, a closed tab, a killed server: what was labelled arrives, once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e import pictures
from tests.e2e.conftest import People
from tests.e2e.pages.worker import Canvas, Grid, join, link_in, mail_to
from tests.e2e.people import Human
from tests.e2e.program import Program
from tests.e2e.server import Account, Server

COUNT = 6


def a_labeler_at_work(server: Server, account: Account, people: People, kind: str = "image_classification") -> Human:
    """Somebody in front of a task of `COUNT` samples."""
    program = Program(server, account)
    address = f"lee@{account.tenant}.example"
    dataset = program.dataset("cells", pictures.unlabelled(COUNT), kind=kind)
    task = program.task(dataset, program.team("crew", {address: "labeler"}))
    lee = people(server)
    join(lee, link_in(mail_to(server, address)))
    lee.open(f"/work/{task}/")
    return lee


def expect_stored(lee: Human, count: int) -> None:
    """A fresh page, which knows only what the server stored, shows so many answers."""
    task = lee.page.url.split("/work/")[1].split("/")[0]
    lee.open(f"/work/{task}/?state=unchecked")
    grid = Grid(lee)
    grid.wait()
    expect(grid.thumbs()).to_have_count(count)
    expect(grid.tab_count("unchecked")).to_have_text(str(count))


def test_what_was_labelled_offline_arrives_when_the_network_is_back(
    server: Server, account: Account, people: People
) -> None:
    lee = a_labeler_at_work(server, account, people)
    grid = Grid(lee)
    grid.wait()
    lee.context.set_offline(True)
    for number in range(3):
        grid.choose(number)
        grid.give("red")
    expect(lee.page.locator("#save-state")).to_contain_text("3 kept on this device", timeout=20_000)
    lee.context.set_offline(False)
    grid.saving("saved")
    expect_stored(lee, 3)


def test_a_closed_tab_loses_nothing(server: Server, account: Account, people: People) -> None:
    lee = a_labeler_at_work(server, account, people)
    grid = Grid(lee)
    grid.wait()
    lee.context.set_offline(True)
    grid.choose(0)
    grid.choose(COUNT - 1, extend=True)
    grid.give("white")
    expect(lee.page.locator("#save-state")).to_contain_text(f"{COUNT} kept on this device", timeout=20_000)
    address = lee.page.url
    lee.page.close()
    lee.context.set_offline(False)
    lee.page = lee.context.new_page()
    lee.page.goto(address)
    again = Grid(lee)
    again.wait()
    again.saving("saved")
    expect_stored(lee, COUNT)


def test_a_killed_server_loses_nothing(own_server: Server, people: People) -> None:
    account = own_server.create_tenant("acme")
    lee = a_labeler_at_work(own_server, account, people)
    grid = Grid(lee)
    grid.wait()
    grid.choose(0)
    grid.give("red")
    grid.saving("saved")
    own_server.kill()
    for number in range(1, COUNT):
        grid.choose(number)
        grid.give("white")
    expect(lee.page.locator("#save-state")).to_contain_text("kept on this device", timeout=20_000)
    own_server.start()
    expect(lee.page.locator("#save-state[data-state=saved]")).to_be_visible(timeout=60_000)
    expect_stored(lee, COUNT)


def test_a_drawing_survives_a_reload_in_the_middle(server: Server, account: Account, people: People) -> None:
    lee = a_labeler_at_work(server, account, people, kind="object_detection")
    canvas = Canvas(lee)
    canvas.ready()
    canvas.tool("1")
    canvas.drag((0.2, 0.2), (0.6, 0.6))
    canvas.name_it("red")
    # Not a moment's pause: the answer may not have left yet.
    lee.page.reload()
    canvas.wait()
    canvas.saving("saved")
    lee.open(lee.page.url.split("?")[0] + "?state=unchecked")
    canvas.ready()
    assert [len(marks) for marks in canvas.snapshot()["marks"].values()] == [1]


@pytest.mark.parametrize("way", ["key", "mouse"])
def test_undo_reaches_the_server_too(server: Server, account: Account, people: People, way: str) -> None:
    lee = a_labeler_at_work(server, account, people)
    grid = Grid(lee)
    grid.wait()
    grid.choose(0)
    grid.give("red")
    grid.saving("saved")
    expect(grid.tab_count("unchecked")).to_have_text("1")
    if way == "key":
        lee.page.keyboard.press("Control+z")
    else:
        lee.page.locator("[data-action=undo]").click()
    grid.saving("saved")
    expect(grid.tab_count("unchecked")).to_have_text("0")
    assert grid.labels_of(0) == []
