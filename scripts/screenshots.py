"""Photographs the pages for the guides into docs/pictures: walks through a demo installation in a real browser."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.find_chromium import chromium  # noqa: E402
from tests.e2e import pictures  # noqa: E402
from tests.e2e.pages.owner import Tasks  # noqa: E402
from tests.e2e.pages.worker import Canvas, Grid, Judging, join, link_in, mail_to  # noqa: E402
from tests.e2e.people import Human  # noqa: E402
from tests.e2e.program import Program  # noqa: E402
from tests.e2e.server import Server  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
LEE, REX = "lee@labelers.example", "rex@labelers.example"


class Album:
    """Takes pictures of what a person sees."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser = browser
        self.server = server

    def person(self) -> Human:
        return Human(self.browser, self.server.url)

    def take(self, human: Human, name: str, path: str = "") -> None:
        if path:
            human.open(path)
        human.page.wait_for_load_state("networkidle")
        human.page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")
        print(f"docs/pictures/{name}.png")


def walk(browser: Browser, server: Server) -> None:
    account = server.create_tenant("greenhouse")
    program = Program(server, account)
    album = Album(browser, server)
    cells = program.dataset("cells", pictures.unlabelled(24), labels=["red", "white", "platelet"])
    cards = program.dataset("cards", pictures.with_boxes(), kind="object_detection", labels=[])
    drawings = program.dataset(
        "drawings",
        {f"scene-{n}.jpg": pictures.picture(n) for n in range(6)},
        kind="object_detection",
        labels=["sun", "shade"],
    )
    team = program.team("microscopists", {LEE: "labeler", REX: "reviewer"})
    task = program.task(cells, team, "first-round")
    drawing = program.task(drawings, team, "draw-the-sun")

    ann = album.person()
    ann.sign_in(account.sign_in, account.password)
    lee = album.person()
    join(lee, link_in(mail_to(server, LEE)))
    album.take(lee, "work", "/work/")
    lee.open(f"/work/{task}/")
    grid = Grid(lee)
    grid.wait()
    for number in range(0, 12, 2):
        grid.choose(number)
        grid.give(("red", "white")[number // 2 % 2])
    grid.choose(13)
    grid.choose(16, extend=True)
    grid.saving("saved")
    album.take(lee, "labelling-images")
    lee.open(f"/work/{drawing}/")
    canvas = Canvas(lee)
    canvas.ready()
    canvas.tool("1")
    canvas.drag((0.15, 0.1), (0.5, 0.5))
    canvas.name_it("sun")
    canvas.tool("2")
    canvas.click_at((0.6, 0.2), (0.85, 0.25), (0.7, 0.6))
    lee.page.keyboard.press("Enter")
    canvas.name_it("sun")
    canvas.saving("saved")
    album.take(lee, "drawing")

    rex = album.person()
    join(rex, link_in(mail_to(server, REX)))
    rex.open(f"/work/{task}/review/")
    review = Judging(rex)
    review.wait()
    review.approve("a")
    review.expect_next()
    album.take(rex, "review")
    for _ in range(4):
        review.approve("a")
        review.saving("saved")
        review.title()

    ann.open(f"/tasks/{task}/")
    Tasks(ann).expect_share("unchecked", 5)
    album.take(ann, "team-task")
    Tasks(ann).start_acceptance(percent=60)
    judging = Judging(ann)
    judging.wait()
    judging.approve("a")
    judging.saving("saved")
    album.take(ann, "acceptance")
    for name, path in (
        ("overview", "/"),
        ("data-sets", "/datasets/"),
        ("data-set", f"/datasets/{cards}/"),
        ("samples", f"/datasets/{cards}/samples/"),
        ("versions", f"/datasets/{cards}/versions/"),
        ("storage", f"/storage/{account.bucket}/"),
        ("team", f"/teams/{team}/"),
        ("mail", "/mail/"),
    ):
        album.take(ann, name, path)


def main() -> None:
    path = chromium()
    if path is None:
        raise SystemExit("No Chromium was found; install one or name it in TAGORA_CHROMIUM.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    server = Server()
    try:
        server.start()
        with sync_playwright() as playwright:
            arguments = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
            browser = playwright.chromium.launch(executable_path=path, args=arguments)
            walk(browser, server)
            browser.close()
    finally:
        server.remove()


if __name__ == "__main__":
    main()
