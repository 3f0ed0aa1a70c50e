"""People at real browsers: each signs in once, every page is watched, and its state can be judged by axe."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyotp
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from tests.browser.installation import Installation

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass
class Visitors:
    """Opens pages as one person or another, and gathers whatever their consoles say."""

    chromium: Browser
    portal: Installation
    said: list[str] = field(default_factory=list)
    _states: dict[str, Any] = field(default_factory=dict)
    _open: list[BrowserContext] = field(default_factory=list)

    def page(self, person: str | None = None, *, viewport: Mapping[str, int] = WIDE, **options: Any) -> Page:
        """A page in a browser of its own; with a first name, signed in."""
        if person is not None:
            options["storage_state"] = self._state(person)
        context = self.chromium.new_context(base_url=self.portal.address, viewport=dict(viewport), **options)
        context.set_default_timeout(8_000)
        self._open.append(context)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.said.append(str(error.error)))
        return context.new_page()

    def close(self) -> None:
        """Close every browser that was opened, and forget what was said."""
        while self._open:
            self._open.pop().close()
        self.said.clear()

    def sign_in_afresh(self, page: Page, person: str) -> None:
        """Sign in with a session of its own, which the test may end."""
        sign_in(page, self.portal.accounts[person])

    def _state(self, person: str) -> Any:
        if person not in self._states:
            page = self.page()
            sign_in(page, self.portal.accounts[person])
            self._states[person] = page.context.storage_state()
            page.context.close()
        return self._states[person]

    def _heard(self, message: ConsoleMessage) -> None:
        # A page that answers 404 or 400 is told by the browser as a failed load; a file of ours must not be.
        refused = "the server responded with a status of 4" in message.text
        if not (refused and "/static/" not in message.location["url"]):
            self.said.append(f"{message.type} at {message.location['url']}: {message.text}")


def sign_in(page: Page, account: Mapping[str, str]) -> None:
    """Both steps, by hand."""
    give_password(page, account["email"], account["password"])
    page.get_by_label("Code", exact=False).fill(fresh_code(account["totp_secret"]))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


def give_password(page: Page, email: str, password: str) -> None:
    """The first step."""
    page.goto("/sign-in")
    page.locator("label[for=acknowledged]").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Continue").click()


_used: dict[str, int] = {}


def fresh_code(secret: str) -> str:
    """A code that is good now and that no test has used; the portal takes the next period's too."""
    period = max(int(time.time()) // 30, _used.get(secret, 0) + 1)
    while period > int(time.time()) // 30 + 1:
        time.sleep(0.2)
    _used[secret] = period
    return pyotp.TOTP(secret).at(period * 30)


def faults(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands, one line a fault."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:120]} {node['failureSummary'][:300]}"
        for fault in found
        for node in fault["nodes"]
    ]


def is_wider_than_screen(page: Page) -> bool:
    """Whether the page as a whole scrolls sideways."""
    return bool(
        page.evaluate("document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth")
    )


def open_page(page: Page, address: str, *, status: int = 200) -> Response:
    """Go to ``address``, which must answer with ``status``."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status, f"{address} answered {answer.status}"
    return answer


def wait_until_found(page: Page, words: str, title: str, *, seconds: float = 20) -> None:
    """Search for ``words`` until the document called ``title`` is among the results."""
    wait_until(
        lambda: open_page(page, f"/search?q={words}") and page.get_by_role("link", name=title).count() > 0,
        seconds=seconds,
    )


def wait_until(holds: Callable[[], bool], *, seconds: float) -> None:
    """Return when ``holds`` is true; fail after ``seconds``."""
    patience = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < patience, f"not so within {seconds} seconds"
        time.sleep(0.2)
