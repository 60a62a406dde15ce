"""What invited people do: join, label in the grid, draw on the canvas, review, judge."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.people import Human
from tests.e2e.server import Server

WORKERS_PASSWORD = "a quiet afternoon in june"
_LINK = re.compile(r"https?://\S+/(?:invitation|work)/\S+")


def link_in(mail: EmailMessage) -> str:
    """The link that a mail asks its reader to open."""
    body = mail.get_body(("plain",))
    assert body is not None
    found = _LINK.search(body.get_content())
    assert found, body.get_content()
    return found[0]


def mail_to(server: Server, address: str, *, count: int = 1) -> EmailMessage:
    """The newest mail to an address, once at least `count` have left."""
    import time

    deadline = time.monotonic() + 60
    while len(mails := server.mails(address)) < count:
        assert time.monotonic() < deadline, f"no mail number {count} to {address} left:\n{server.log()}"
        time.sleep(0.1)
    return mails[-1]


def join(human: Human, link: str) -> None:
    """Opens an invitation, chooses a password and starts."""
    human.page.goto(link)
    human.page.locator("input[name=password]").fill(WORKERS_PASSWORD)
    human.page.locator("input[name=again]").fill(WORKERS_PASSWORD)
    human.page.get_by_role("button", name="Set password and start").click()
    expect(human.page).to_have_url(re.compile(r"/work/"))


class Tool:
    """What every tool has: the saving line, the snapshot for tests, the tabs with live counts."""

    def __init__(self, human: Human) -> None:
        self.human = human
        self.page: Page = human.page

    def wait(self) -> None:
        expect(self.page.locator("#tool[data-ready=true]")).to_be_visible(timeout=30_000)

    def saving(self, state: str) -> None:
        """Waits for the saving line to say so, after what was just done has reached it."""
        self.page.wait_for_timeout(150)
        expect(self.page.locator(f"#save-state[data-state={state}]")).to_be_visible(timeout=30_000)

    def snapshot(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate("window.tagoraTool()")
        return found

    def tab_count(self, state: str) -> Locator:
        return self.page.locator(f"#counts [data-state={state}] .count")

    def open_tab(self, state: str) -> None:
        self.page.locator(f"#counts [data-state={state}]").click()
        self.wait()


class Grid(Tool):
    """Labelling images in the grid."""

    def thumbs(self) -> Locator:
        return self.page.locator(".thumb[data-sample-id]")

    def names(self) -> list[str]:
        return [row["name"] for row in self.snapshot()["samples"]]

    def choose(self, number: int, *, extend: bool = False) -> None:
        self.thumbs().nth(number).click(modifiers=["Shift"] if extend else [])

    def give(self, label: str) -> None:
        """With the mouse."""
        self.page.locator(f"[data-action=label][data-label='{label}']").click()

    def labels_of(self, number: int) -> list[str]:
        return self.thumbs().nth(number).locator(".thumb-labels .chip").all_inner_texts()


class Canvas(Tool):
    """Drawing on a picture."""

    def canvas(self) -> Locator:
        return self.page.locator("canvas.stage-canvas")

    def ready(self) -> None:
        self.wait()
        expect(self.page.locator("img.stage-image")).to_be_visible()
        self.page.locator("img.stage-image").evaluate("picture => picture.decode()")

    def frame(self) -> tuple[float, float, float, float]:
        """Where the picture lies on the screen: left, top, width, height."""
        box = self.page.locator("img.stage-image").bounding_box()
        assert box is not None
        return box["x"], box["y"], box["width"], box["height"]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A point of the picture (0..1) on the screen."""
        left, top, width, height = self.frame()
        return left + x * width, top + y * height

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*self.at(*start))
        mouse.down()
        mouse.move(*self.at((start[0] + end[0]) / 2, (start[1] + end[1]) / 2))
        mouse.move(*self.at(*end))
        mouse.up()

    def click_at(self, *points: tuple[float, float]) -> None:
        for point in points:
            self.page.mouse.click(*self.at(*point))

    def tool(self, key: str) -> None:
        self.page.keyboard.press(key)

    def name_it(self, label: str) -> None:
        """Chooses the label in the list that opens where a shape was drawn."""
        option = self.page.locator(f".popup-label[data-label='{label}']")
        expect(option).to_be_visible()
        option.click()

    def say_nothing(self) -> None:
        """Says that the picture shown holds nothing: with the key, taken back with undo, and again with the button."""
        said = self.page.locator("[data-action='nothing']")
        self.page.keyboard.press("Shift+n")
        expect(said).to_have_attribute("aria-pressed", "true")
        expect(self.page.locator(".shapes h2")).to_have_text("Nothing in this picture")
        self.page.keyboard.press("Control+z")
        expect(said).to_have_attribute("aria-pressed", "false")
        said.click()
        expect(said).to_have_attribute("aria-pressed", "true")

    def marks(self) -> list[dict[str, Any]]:
        """The marks of the picture shown."""
        found = self.snapshot()
        title = self.page.locator(".tool-title").inner_text()
        sample = next(row for row in found["samples"] if row["name"] == title)
        marks: list[dict[str, Any]] = found["marks"][sample["id"]]
        return marks


class Judging(Tool):
    """Reviewing and accepting: one answer at a time."""

    def __init__(self, human: Human) -> None:
        super().__init__(human)
        self.heading = self.page.locator(".tool-title")
        self._judged: set[str] = set()

    def title(self) -> str:
        """The name of the picture shown, once there is one."""
        expect(self.heading).not_to_be_empty()
        return self.heading.inner_text()

    def expect_next(self) -> None:
        """Waits for a picture that was not judged here yet."""
        for name in self._judged:
            expect(self.heading).not_to_have_text(name)
        expect(self.heading).not_to_be_empty()

    def approve(self, score: str = "a") -> None:
        self._judged.add(self.title())
        self.page.keyboard.press(score)

    def reject(self, reason: str) -> None:
        self._judged.add(self.title())
        self.page.locator("#judgement-comment").fill(reason)
        self.page.locator("#judgement-comment").press("Enter")
