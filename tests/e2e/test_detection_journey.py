"""From a folder of pictures to a published, trusted, labelled data set: object detection, drawn by hand."""

from __future__ import annotations

import json
from typing import Any

from lxml import etree
from playwright.sync_api import expect

from tests.e2e import pictures
from tests.e2e.conftest import People
from tests.e2e.pages.owner import Datasets, Tasks, Teams
from tests.e2e.pages.worker import Canvas, Judging, join, link_in, mail_to
from tests.e2e.server import Account, Server

LEE = "lee@cards.example"
NEW = 3


def published(server: Server, bucket: str, prefix: str) -> dict[str, list[dict[str, Any]]]:
    """Of a version: the objects of each picture by its file name, as the XML files say them."""
    manifest = next(key for key in server.keys(bucket, prefix) if key.endswith("V001.manifest"))
    found: dict[str, list[dict[str, Any]]] = {}
    for line in server.get(bucket, manifest).decode().splitlines():
        record = json.loads(line)
        objects = []
        for annotation in record.get("annotation", []):
            key = annotation["annotation-loc"].split("/", 3)[3]
            for thing in etree.fromstring(server.get(bucket, key)).findall("object"):
                shape = next(child for child in thing if child.tag not in NOT_SHAPES)
                objects.append({"name": thing.findtext("name"), shape.tag: [point.text for point in shape]})
        found[record["source"]] = objects
    return found


NOT_SHAPES = {"name", "pose", "truncated", "occluded", "difficult", "difficulty", "confidence", "attributes"}


def test_boxes_come_in_are_drawn_accepted_and_published(server: Server, account: Account, people: People) -> None:
    place = f"obs://{account.bucket}"
    known = pictures.with_boxes()
    with_boxes = sum(name.endswith(".jpg") for name in known)
    fresh = {f"new-{number}.jpg": pictures.picture(number) for number in range(NEW)}
    for name, data in {**known, **fresh}.items():
        server.put(account.bucket, f"cards/{name}", data)
    ann = people(server)
    ann.sign_in(account.sign_in, account.password)
    datasets, tasks = Datasets(ann), Tasks(ann)
    dataset_page = datasets.create(
        "cards", kind="object_detection", source=f"{place}/cards/", target=f"{place}/out/", labels=["thing", "part"]
    )
    datasets.expect_samples(with_boxes + NEW, labelled=with_boxes)
    Teams(ann).create("drawers", {LEE: "labeler"})
    datasets.open("cards")
    task = tasks.create("draw-the-new-ones", [LEE])

    lee = people(server)
    join(lee, link_in(mail_to(server, LEE)))
    lee.open(f"/work/{task}/")
    canvas = Canvas(lee)
    canvas.ready()

    # The first picture gets one of each shape.
    canvas.tool("1")
    canvas.drag((0.1, 0.1), (0.4, 0.45))
    canvas.name_it("thing")
    canvas.tool("2")
    canvas.click_at((0.5, 0.1), (0.7, 0.1), (0.6, 0.3))
    lee.page.keyboard.press("Enter")
    canvas.name_it("part")
    canvas.tool("3")
    canvas.drag((0.7, 0.6), (0.8, 0.6))
    canvas.name_it("part")
    canvas.tool("4")
    canvas.drag((0.1, 0.6), (0.3, 0.8))
    canvas.name_it("part")
    canvas.tool("5")
    canvas.drag((0.35, 0.6), (0.5, 0.8))
    canvas.name_it("part")
    canvas.tool("6")
    canvas.click_at((0.9, 0.9))
    canvas.name_it("thing")
    shapes = [mark["shape"] for mark in canvas.marks()]
    assert shapes == ["bndbox", "polygon", "circle", "line", "dashed", "point"]

    # Undone and done again; moved, resized and relabelled with keys; one deleted.
    lee.page.keyboard.press("Control+z")
    assert len(canvas.marks()) == 5
    lee.page.keyboard.press("Control+Shift+z")
    assert len(canvas.marks()) == 6
    lee.page.keyboard.press("v")
    canvas.click_at((0.1, 0.3))
    before = canvas.marks()[0]["points"]
    lee.page.keyboard.press("Control+Shift+ArrowRight")
    moved = canvas.marks()[0]["points"]
    assert [round(moved[at][0] - before[at][0]) for at in (0, 1)] == [10, 10]
    lee.page.keyboard.press("Delete")
    assert len(canvas.marks()) == 5
    lee.page.keyboard.press("Control+z")
    canvas.saving("saved")

    # The others get a box each, going on with a key; the last one has nothing in it.
    for place_in_list in range(1, NEW):
        title = lee.page.locator(".tool-title").inner_text()
        lee.page.keyboard.press("d")
        expect(lee.page.locator(".tool-title")).not_to_have_text(title)
        canvas.ready()
        if place_in_list == NEW - 1:
            canvas.say_nothing()
            break
        canvas.tool("1")
        canvas.drag((0.2, 0.2), (0.6, 0.7))
        canvas.name_it("thing")
        assert len(canvas.marks()) == 1
    canvas.saving("saved")
    expect(canvas.tab_count("unlabelled")).to_have_text("0")

    # The tab of what was handed in shows it as it was drawn.
    canvas.open_tab("unchecked")
    canvas.ready()
    stored = canvas.snapshot()["marks"].values()
    assert sorted(len(marks) for marks in stored) == [0] + [1] * (NEW - 2) + [6]

    # Without reviewers the answers wait for acceptance at once.
    ann.open(f"/tasks/{task}/")
    tasks.expect_share("unchecked", NEW)
    tasks.start_acceptance(number=1)
    judging = Judging(ann)
    judging.wait()
    judging.approve("a")
    judging.saving("saved")
    tasks.complete_acceptance("Everything passes")
    ann.open(dataset_page)
    datasets.expect_samples(with_boxes + NEW, labelled=with_boxes + NEW)

    # Published as XML beside the manifest, and the same again from a data set made out of it.
    datasets.publish()
    first = published(server, account.bucket, "out/")
    assert len(first) == with_boxes + NEW
    drawn = [objects for source, objects in first.items() if "/new-" in source]
    assert sorted(len(objects) for objects in drawn) == [0] + [1] * (NEW - 2) + [6]
    assert {shape for objects in drawn for thing in objects for shape in thing if shape != "name"} == {
        *("bndbox", "polygon", "circle", "line", "dashed", "point"),
    }
    manifest = next(key for key in server.keys(account.bucket, "out/") if key.endswith("V001.manifest"))
    server.put(account.bucket, "empty/.keep", b"")
    datasets.create("again", kind="object_detection", source=f"{place}/empty/", target=f"{place}/again/")
    datasets.expect_samples(0)
    datasets.import_manifest(f"{place}/{manifest}")
    datasets.open("again")
    datasets.expect_samples(with_boxes + NEW, labelled=with_boxes + NEW)
    datasets.publish()
    assert published(server, account.bucket, "again/") == first
