"""From a folder of pictures to a published, trusted, labelled data set: image classification."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.e2e import pictures
from tests.e2e.conftest import People
from tests.e2e.pages.owner import Datasets, Tasks, Teams, stat
from tests.e2e.pages.worker import Grid, Judging, join, link_in, mail_to
from tests.e2e.server import Account, Server

LEE, REX = "lee@cells.example", "rex@cells.example"
COUNT = 8
BROKEN = {"broken.jpg": b"this is no picture", "notes.pdf": b"%PDF-1.4 nothing"}


def test_a_folder_becomes_a_published_labelled_data_set(server: Server, account: Account, people: People) -> None:
    place = f"obs://{account.bucket}"
    for name, data in {**pictures.unlabelled(COUNT), **BROKEN}.items():
        server.put(account.bucket, f"raw/{name}", data)
    ann = people(server)
    ann.sign_in(account.sign_in, account.password)
    datasets, teams, tasks = Datasets(ann), Teams(ann), Tasks(ann)

    # An output inside the input is refused with the reason, and nothing that was typed is lost.
    ann.go_to("Data sets")
    ann.click("Create data set", role="link")
    datasets.fill(
        "cells", kind="image_classification", source=f"{place}/raw/", target=f"{place}/raw/out/", labels=["red"]
    )
    ann.click("Create data set")
    expect(ann.page.locator(".field__error").first).to_be_visible()
    expect(ann.page.locator("input[name=name]")).to_have_value("cells")

    # The folder is taken in; what cannot be used is named with its reason.
    dataset_page = datasets.create(
        "cells", kind="image_classification", source=f"{place}/raw/", target=f"{place}/out/", labels=["red", "white"]
    )
    datasets.expect_samples(COUNT, labelled=0)
    ann.page.reload()
    assert any("broken.jpg" in name for name in datasets.problems())

    teams.create("microscopists", {LEE: "labeler", REX: "reviewer"})
    datasets.open("cells")
    task = tasks.create("first-round", [LEE, REX])

    # The labeler comes in by the link of the mail, which works once.
    link = link_in(mail_to(server, LEE))
    lee = people(server)
    join(lee, link)
    lee.open(f"/work/{task}/")
    grid = Grid(lee)
    grid.wait()
    assert grid.thumbs().count() == COUNT
    visitor = people(server)
    visitor.page.goto(link)
    expect(visitor.page.locator("input[name=password]")).to_have_count(0)

    # One by key, several at once by mouse; the tabs count without a reload.
    grid.choose(0)
    lee.page.keyboard.press("1")
    grid.choose(1)
    grid.choose(COUNT - 1, extend=True)
    grid.give("white")
    grid.saving("saved")
    assert grid.labels_of(0) == ["red"]
    assert {tuple(grid.labels_of(number)) for number in range(1, COUNT)} == {("white",)}
    expect(grid.tab_count("unreviewed")).to_have_text(str(COUNT))

    # The reviewer approves all but one, which goes back with the reason.
    rex = people(server)
    join(rex, link_in(mail_to(server, REX)))
    rex.open(f"/work/{task}/review/")
    review = Judging(rex)
    review.wait()
    wrong = review.title()
    review.reject("This cell is white")
    for number in range(COUNT - 1):
        review.expect_next()
        review.approve("abcd"[number % 4])
    review.saving("saved")
    expect(rex.page.locator("#waiting")).to_contain_text("0 answers")

    lee.open(f"/work/{task}/?state=rejected")
    grid.wait()
    assert grid.names() == [wrong]
    grid.choose(0)
    expect(lee.page.locator(".sent-back")).to_contain_text("This cell is white")
    lee.page.locator("[data-action=remove-label][data-label=red]").click()
    grid.give("white")
    grid.saving("saved")
    expect(grid.tab_count("rejected")).to_have_text("0")
    rex.open(f"/work/{task}/review/")
    review.wait()
    expect(review.heading).to_have_text(wrong)
    review.approve("b")
    review.saving("saved")

    # Before acceptance the data set knows nothing of it.
    ann.open(dataset_page)
    expect(stat(ann.page, "Labelled")).to_have_text("0")
    ann.open(f"/tasks/{task}/")
    tasks.expect_share("unchecked", COUNT)
    tasks.start_acceptance(percent=50)
    judging = Judging(ann)
    judging.wait()
    judging.expect_next()
    for number in range(COUNT // 2):
        if number:
            judging.expect_next()
        judging.approve("a")
    judging.saving("saved")
    expect(ann.page.locator("#acceptance-head")).to_contain_text(f"{COUNT // 2} of {COUNT // 2} judged")
    tasks.complete_acceptance("What passed and what was not judged")
    ann.open(dataset_page)
    datasets.expect_samples(COUNT, labelled=COUNT)

    # Published, and taken into a new data set with the same samples and labels.
    datasets.publish(train_ratio="")
    manifest = next(key for key in server.keys(account.bucket, "out/") if key.endswith("V001.manifest"))
    assert manifest.startswith("out/cells-")
    assert manifest.endswith("/annotation/V001/V001.manifest")
    lines = [json.loads(line) for line in server.get(account.bucket, manifest).decode().splitlines()]
    assert len(lines) == COUNT
    given = {line["source"]: [mark["name"] for mark in line["annotation"]] for line in lines}
    assert sorted(given.values()) == [["white"]] * COUNT
    server.put(account.bucket, "empty/.keep", b"")
    datasets.create("again", kind="image_classification", source=f"{place}/empty/", target=f"{place}/again/")
    datasets.expect_samples(0)
    datasets.import_manifest(f"{place}/{manifest}")
    datasets.open("again")
    datasets.expect_samples(COUNT, labelled=COUNT)
    datasets.publish()
    copy = next(key for key in server.keys(account.bucket, "again/") if key.endswith("V001.manifest"))
    again = [json.loads(line) for line in server.get(account.bucket, copy).decode().splitlines()]
    assert {line["source"]: [mark["name"] for mark in line["annotation"]] for line in again} == given
