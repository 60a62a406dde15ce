"""Everyone who watches sees what changes, without reloading, and catches up after a dropped connection."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e import pictures
from tests.e2e.conftest import People
from tests.e2e.pages.owner import Datasets, Tasks, stat
from tests.e2e.pages.worker import Grid, Judging, join, link_in, mail_to
from tests.e2e.people import Human
from tests.e2e.program import Program
from tests.e2e.server import Account, Server

COUNT = 4


def a_task(server: Server, account: Account, people: People) -> tuple[str, Human, Human]:
    """The id of a task, its owner in front of a browser, and its labeler in front of the samples."""
    program = Program(server, account)
    address = f"lee@{account.tenant}.example"
    dataset = program.dataset("cells", pictures.unlabelled(COUNT))
    task = program.task(dataset, program.team("crew", {address: "labeler"}))
    ann = people(server)
    ann.sign_in(account.sign_in, account.password)
    lee = people(server)
    join(lee, link_in(mail_to(server, address)))
    lee.open(f"/work/{task}/")
    Grid(lee).wait()
    return task, ann, lee


def label_one(lee: Human, number: int) -> None:
    grid = Grid(lee)
    grid.choose(number)
    grid.give("red")
    grid.saving("saved")


def test_the_owner_sees_answers_arrive(server: Server, account: Account, people: People) -> None:
    task, ann, lee = a_task(server, account, people)
    ann.open(f"/tasks/{task}/")
    tasks = Tasks(ann)
    tasks.expect_share("unchecked", 0)

    def watch() -> None:
        for number in range(2):
            label_one(lee, number)
            tasks.expect_share("unchecked", number + 1)

    assert ann.without_reload(watch)


def test_a_page_catches_up_after_a_dropped_connection(server: Server, account: Account, people: People) -> None:
    task, ann, lee = a_task(server, account, people)
    ann.open(f"/tasks/{task}/")
    tasks = Tasks(ann)
    tasks.expect_share("unchecked", 0)

    def watch() -> None:
        ann.context.set_offline(True)
        label_one(lee, 0)
        tasks.expect_share("unchecked", 0)
        ann.context.set_offline(False)
        tasks.expect_share("unchecked", 1)

    assert ann.without_reload(watch)


def test_the_report_of_an_acceptance_moves_while_another_judges(
    server: Server, account: Account, people: People
) -> None:
    task, ann, lee = a_task(server, account, people)
    for number in range(COUNT):
        label_one(lee, number)
    ann.open(f"/tasks/{task}/")
    tasks = Tasks(ann)
    tasks.expect_share("unchecked", COUNT)
    tasks.start_acceptance(number=COUNT)
    colleague = people(server)
    colleague.sign_in(account.sign_in, account.password)
    colleague.open(f"/tasks/{task}/acceptance/")
    report = colleague.page.locator("#acceptance-head")
    expect(report).to_contain_text(f"{COUNT} of {COUNT} drawn")

    def watch() -> None:
        judging = Judging(ann)
        judging.approve("a")
        expect(report).to_contain_text(f"100 % pass, 1 of {COUNT} judged")
        judging.expect_next()
        judging.reject("Not red at all")
        expect(report).to_contain_text(f"50 % pass, 2 of {COUNT} judged")

    assert colleague.without_reload(watch)


def test_files_are_seen_coming_in(server: Server, account: Account, people: People) -> None:
    program = Program(server, account)
    dataset = program.dataset("cells", pictures.unlabelled(2))
    ann = people(server)
    ann.sign_in(account.sign_in, account.password)
    ann.open(f"/datasets/{dataset}/")
    expect(stat(ann.page, "Samples")).to_have_text("2")
    for number in range(3):
        server.put(account.bucket, f"cells/in/later-{number}.jpg", pictures.picture(50 + number))

    def watch() -> None:
        program.call("POST", f"datasets/{dataset}/sync-data")
        Datasets(ann).expect_samples(5)

    assert ann.without_reload(watch)


def test_new_files_reach_the_open_page_of_a_labeler(server: Server, account: Account, people: People) -> None:
    task, _, lee = a_task(server, account, people)
    grid = Grid(lee)
    expect(grid.thumbs()).to_have_count(COUNT)
    program = Program(server, account)
    dataset = program.call("GET", "datasets")["datasets"][0]["dataset_id"]
    server.put(account.bucket, "cells/in/one-more.jpg", pictures.picture(77))

    def watch() -> None:
        program.call("POST", f"datasets/{dataset}/sync-data")
        expect(grid.tab_count("unlabelled")).to_have_text(str(COUNT + 1), timeout=60_000)
        expect(grid.thumbs()).to_have_count(COUNT + 1)

    assert lee.without_reload(watch)
    assert task in lee.page.url
