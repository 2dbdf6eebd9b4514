"""A real browser that looks at pages of a real server, and notices whatever a page must never do."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

FLAGS = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--disable-background-networking", "--disable-component-update"]
PATIENCE = 20.0  # seconds; only a page that hangs takes them
_NO_FAULT = ("GPU stall due to ReadPixels", "Automatic fallback to software WebGL")  # of machines without a GPU
_POLICY = "addEventListener('securitypolicyviolation', (e) => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI))"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium. Skips where there is none, and says what to install."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("chromium is not installed: apt-get install chromium fonts-noto-cjk")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """One window at one server. `complaints` collects errors, warnings, dialogs, violations of the policy and requests for another origin."""

    def __init__(self, browser: Browser, origin: str, **context: Any) -> None:
        self.origin = origin
        self.complaints: list[str] = []
        self.expected: set[int] = set()  # statuses of answers that a test provokes
        self._context = browser.new_context(**{"viewport": {"width": 1300, "height": 850}, "accept_downloads": True, **context})
        self._context.add_init_script(_POLICY)
        self.page: Page = self._context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        self.page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning") or any(harmless in message.text for harmless in _NO_FAULT):
            return
        if any(f"status of {status}" in message.text for status in self.expected):
            return
        self.complaints.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:", "blob:")):
            self.complaints.append(f"foreign: {request.url}")

    def go(self, path: str) -> Page:
        """The page at a path of the server, its heading there."""
        response = self.page.goto(self.origin + path)
        assert response is not None
        assert "'unsafe" not in response.headers["content-security-policy"]
        assert "script-src 'self';" in response.headers["content-security-policy"]
        return self.page

    def until(self, expression: str, wanted: Callable[[Any], bool] = bool) -> Any:
        """The value of an expression when it is as wanted. (Playwright's own waiting needs eval, which the policy of the pages forbids.)"""
        end = time.monotonic() + PATIENCE
        while not wanted(value := self.page.evaluate(expression)):
            assert time.monotonic() < end, f"{expression} is {value!r} after {PATIENCE:g} s; complaints: {self.complaints}"
            self.page.wait_for_timeout(50)
        return value

    def settled(self) -> None:
        """Returns when what the page asked for is there and drawn."""
        self.page.wait_for_load_state("networkidle")
        self.until("document.querySelectorAll('.waiting').length", lambda n: bool(n == 0))
        self.page.locator("main h1, main h2").first.wait_for(state="attached")

    def close(self) -> None:
        self._context.close()


@contextmanager
def visiting(browser: Browser, origin: str, **context: Any) -> Iterator[Visit]:
    """A window whose complaints fail the test when it closes."""
    visit = Visit(browser, origin, **context)
    try:
        yield visit
        assert not visit.complaints, "\n".join(visit.complaints)
    finally:
        visit.close()
