"""What the owner of a data set does: data sets, teams, team tasks, acceptance, versions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from playwright.sync_api import Locator, Page, expect

from tests.e2e.people import Human

LONG = 60_000


def stat(page: Page, label: str) -> Locator:
    """The number of a tile."""
    exact = page.locator(".stat__label", has_text=re.compile(f"^{re.escape(label)}$"))
    return page.locator(".stat", has=exact).locator(".stat__value")


class Datasets:
    """Creating data sets and looking at one."""

    def __init__(self, human: Human) -> None:
        self.human = human
        self.page = human.page

    def create(
        self, name: str, *, kind: str, source: str, target: str, labels: Sequence[str] = (), description: str = ""
    ) -> str:
        """Fills in the form and sends it; returns the data set's address."""
        page = self.page
        self.human.go_to("Data sets")
        self.human.click("Create data set", role="link")
        self.fill(name, kind=kind, source=source, target=target, labels=labels, description=description)
        self.human.click("Create data set")
        expect(self.human.heading()).to_have_text(name)
        return page.url

    def fill(
        self, name: str, *, kind: str, source: str, target: str, labels: Sequence[str] = (), description: str = ""
    ) -> None:
        page = self.page
        page.locator("input[name=name]").fill(name)
        page.locator("[name=description]").fill(description)
        page.locator(f"input[name=label_type][value={kind}]").check(force=True)
        page.locator("input[name=input_location]").fill(source)
        page.locator("input[name=output_location]").fill(target)
        fields = page.get_by_label("Name of the label")
        for number, label in enumerate(labels):
            if fields.count() <= number:
                page.get_by_role("button", name="Add label").click()
            fields.nth(number).fill(label)

    def open(self, name: str) -> None:
        self.human.go_to("Data sets")
        self.human.click(name, role="link")
        expect(self.human.heading()).to_have_text(name)

    def tab(self, name: str) -> None:
        self.page.get_by_role("navigation", name="Data set").get_by_role("link", name=name, exact=True).click()

    def expect_samples(self, count: int, *, labelled: int | None = None) -> None:
        """Waits, without reloading, until so many samples are there and no job is under way."""
        expect(stat(self.page, "Samples")).to_have_text(f"{count:,}", timeout=LONG)
        expect(self.page.locator("#dataset-state .pill[data-state=normal]")).to_be_visible(timeout=LONG)
        if labelled is not None:
            expect(stat(self.page, "Labelled")).to_have_text(f"{labelled:,}", timeout=LONG)

    def synchronise(self) -> None:
        self.human.click("Synchronise")

    def problems(self) -> dict[str, str]:
        """File and reason of what could not be used."""
        rows = self.page.locator("section[aria-labelledby=problems-title] tbody tr")
        expect(rows.first).to_be_visible()
        return {row.locator("th").inner_text(): row.locator("td").inner_text() for row in rows.all()}

    def publish(self, *, train_ratio: str = "") -> None:
        """Publishes a version and waits for it."""
        self.tab("Versions")
        before = self.page.locator("#version-list tbody tr").count()
        self.human.click("Publish")
        dialog = self.page.locator("#publish-dialog")
        if train_ratio:
            dialog.locator("input[name=train_ratio]").fill(train_ratio)
        dialog.get_by_role("button", name="Publish").click()
        expect(self.page.locator("#version-list tbody tr")).to_have_count(before + 1, timeout=LONG)
        expect(self.page.locator("#dataset-state .pill[data-state=normal]")).to_be_visible(timeout=LONG)

    def import_manifest(self, location: str) -> None:
        self.tab("Import and sync")
        form = self.page.locator("form#import")
        form.locator("input[name=source][value=manifest]").check(force=True)
        form.locator("input[name=manifest]").fill(location)
        form.get_by_role("button", name="Import").click()


class Teams:
    def __init__(self, human: Human) -> None:
        self.human = human
        self.page = human.page

    def create(self, name: str, members: Mapping[str, str]) -> None:
        """A team and its members: address -> labeler, reviewer or team_manager."""
        self.human.go_to("Teams")
        self.human.click("Create team", role="link")
        self.page.locator("input[name=name]").fill(name)
        self.human.click("Create team")
        expect(self.human.heading()).to_have_text(name)
        for role in dict.fromkeys(members.values()):
            self.human.click("Add members", role="link")
            chosen = [address for address, of in members.items() if of == role]
            self.page.locator("[name=emails]").fill("\n".join(chosen))
            self.page.locator(f"input[name=role][value={role}]").check(force=True)
            self.human.click("Add members")
            expect(self.human.heading()).to_have_text(name)
        expect(self.page.locator("input[type=checkbox][name=member]")).to_have_count(len(members))


class Tasks:
    """A team task as its owner or team manager sees it."""

    def __init__(self, human: Human) -> None:
        self.human = human
        self.page = human.page

    def create(self, name: str, members: Sequence[str], *, auto_assign: bool = True) -> str:
        """From the page of a data set; returns the task's id when its samples are handed out."""
        Datasets(self.human).tab("Team tasks")
        self.human.click("Create team task", role="link")
        self.page.locator("input[name=name]").fill(name)
        for address in members:
            self.page.get_by_label(address).check()
        self.page.locator("input[name=auto_assign]").set_checked(auto_assign)
        self.human.click("Create team task")
        expect(self.human.heading()).to_have_text(name)
        expect(self.page.locator("#task-state .pill[data-state=running]")).to_be_visible(timeout=LONG)
        return self.page.url.rstrip("/").rsplit("/", 1)[1]

    def expect_share(self, part: str, count: int) -> None:
        """Waits, without reloading, until so many answers are accepted, unchecked, unreviewed or rejected."""
        legend = self.page.locator(f".shares__legend [data-part={part}]")
        expect(legend).to_have_text(re.compile(rf"\D{count}$"), timeout=LONG)

    def start_acceptance(self, *, percent: int = 0, number: int = 0) -> None:
        self.human.click("Start acceptance", role="link")
        method, value = ("percent", percent) if percent else ("number", number)
        self.page.locator(f"input[name=method][value={method}]").check(force=True)
        self.page.locator(f"input[name={method}]").fill(str(value))
        self.human.click("Start acceptance")
        expect(self.page.locator("#acceptance-head")).to_be_visible(timeout=LONG)

    def complete_acceptance(self, scope: str, *, overwrite: bool = False) -> None:
        """Scope as it is called on the page."""
        self.page.locator("#acceptance-head").get_by_role("link", name="Complete acceptance").click()
        self.page.locator("label.choice-card", has_text=scope).locator("input[name=scope]").check(force=True)
        self.page.locator("input[name=overwrite]").set_checked(overwrite)
        self.human.click("Complete acceptance")
