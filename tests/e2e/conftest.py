"""A running server, a browser, and people in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from scripts.find_chromium import chromium
from tests.e2e.people import Human
from tests.e2e.server import Account, Server

OUTPUT = Path(__file__).parent / "output"
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-default-apps"),
]
People = Callable[..., Human]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium was found; install one or name it in TAGORA_CHROMIUM")
    with sync_playwright() as playwright:
        headed = os.environ.get("TAGORA_HEADED") == "1"
        launched = playwright.chromium.launch(executable_path=path, headless=not headed, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def shared_server() -> Iterator[Server]:
    made = Server()
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that the test may kill."""
    made = Server()
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture
def server(shared_server: Server) -> Server:
    return shared_server


@pytest.fixture
def account(server: Server, request: pytest.FixtureRequest) -> Account:
    """A tenant of the test's own."""
    return server.create_tenant(_tenant_name(request.node.name))


_made: dict[str, int] = {}


def _tenant_name(test: str) -> str:
    letters = "".join(letter if letter.isalnum() else "-" for letter in test.removeprefix("test_").lower())
    name = letters.strip("-")[:40].strip("-")
    _made[name] = _made.get(name, 0) + 1
    return f"{name}-{_made[name]}"


@pytest.fixture
def people(browser: Browser, request: pytest.FixtureRequest) -> Iterator[People]:
    """Opens browsers for people; afterwards none of them may have spoken to an outside host or met an error."""
    opened: list[Human] = []

    def open_browser(server: Server, **options: str) -> Human:
        human = Human(browser, server.url, **options)
        opened.append(human)
        return human

    yield open_browser
    failed = getattr(request.node, "journey_failed", False)
    outside = [address for human in opened for address in human.outside]
    errors = [error for human in opened for error in human.errors]
    for number, human in enumerate(opened):
        if failed:
            OUTPUT.mkdir(exist_ok=True)
            human.page.screenshot(path=OUTPUT / f"{request.node.name}-{number}.png")
        human.close()
    if not failed:
        assert not outside, "a page spoke to an outside host"
        assert not errors, "a page met an error"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call" and report.failed:
        item.journey_failed = True  # type: ignore[attr-defined]
    return report  # type: ignore[return-value]
