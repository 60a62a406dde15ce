"""A person in a browser of their own, whose every request and error is watched."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect

# Said by the browser when the test itself takes the network or the server away.
EXPECTED_ERRORS = ("Failed to load resource", "net::ERR_", "WebSocket connection to")


class Human:
    """One browser context: cookies and storage of one person."""

    def __init__(self, browser: Browser, base: str, *, language: str = "en-GB") -> None:
        self.base = base
        self.context: BrowserContext = browser.new_context(
            base_url=base, locale=language, viewport={"width": 1360, "height": 860}, accept_downloads=True
        )
        self.context.set_default_timeout(15_000)
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.context.on("request", self._note_request)
        self.context.on("console", self._note_console)
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.page: Page = self.context.new_page()

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != urlsplit(self.base).netloc:
            self.outside.append(request.url)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in EXPECTED_ERRORS):
            self.errors.append(message.text)

    # ------------------------------------------------------------ what anybody does
    def open(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def sign_in(self, name: str, password: str) -> None:
        self.open("/sign-in/")
        self.page.locator("input[name=login]").fill(name)
        self.page.locator("input[name=password]").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page).not_to_have_url(f"{self.base}/sign-in/")

    def click(self, name: str, *, role: str = "button", within: Locator | None = None) -> None:
        scope = within or self.page.locator("main")
        scope.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]

    def go_to(self, name: str) -> None:
        """Follows an entry of the main menu."""
        self.page.locator("nav.sidenav").get_by_role("link", name=name).click()

    def heading(self) -> Locator:
        return self.page.locator("h1")

    def without_reload(self, act: Callable[[], None]) -> bool:
        """Whether `act` ran to its end while the page stayed the same document."""
        self.page.evaluate("window.tagoraSamePage = true")
        act()
        return self.page.evaluate("window.tagoraSamePage === true") is True

    def close(self) -> None:
        self.context.close()
