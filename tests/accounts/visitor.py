"""Somebody at a browser, and the members there are: what the tests of accounts act with."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.accounts.members import Factors

AT_HOME = "198.51.100.7"
ELSEWHERE = "203.0.113.9"


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **amount: float) -> None:
        self.moment += timedelta(**amount)


@dataclass
class Visitor:
    """A browser at one address, with its cookies; it sends the CSRF token of the page it is on."""

    app: Flask
    clock: Clock
    source: str = AT_HOME
    agent: str = "Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0"
    client: FlaskClient = field(init=False)
    csrf: str = ""

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, path: str, **options: Any) -> TestResponse:
        page = self.client.get(path, **self._from_here(), **options)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))
        self.csrf = unescape(found[1]) if found else self.csrf
        return page

    def post(self, path: str, **fields: str) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.csrf, **fields}, **self._from_here())

    def give_password(self, email: str, password: str, *, target: str = "") -> TestResponse:
        self.get("/sign-in")
        return self.post("/sign-in", acknowledged="y", email=email, password=password, next=target)

    def give_code(self, code: str) -> TestResponse:
        self.get("/sign-in/code")
        return self.post("/sign-in/code", code=code)

    def sign_in(self, who: Factors, *, target: str = "") -> TestResponse:
        """Both steps, with a code that has not been used."""
        self.clock.pass_by(seconds=30)
        first = self.give_password(who.email, who.password, target=target)
        assert first.status_code == 302, first.get_data(as_text=True)
        return self.give_code(self.code_of(who))

    def code_of(self, who: Factors, *, steps: int = 0) -> str:
        return pyotp.TOTP(who.totp_secret).at(self.clock.moment + timedelta(seconds=30 * steps))

    def sign_out(self) -> TestResponse:
        self.get("/account")
        return self.post("/sign-out")

    def is_signed_in(self) -> bool:
        return self.get("/account").status_code == 200

    def cookie(self) -> str:
        kept = self.client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        assert kept is not None
        return kept.value

    def take_cookie(self, value: str) -> None:
        """Put a cookie in that was copied from elsewhere."""
        self.client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], value)

    def _from_here(self) -> dict[str, Any]:
        return {
            "environ_overrides": {"REMOTE_ADDR": self.source},
            "headers": {"User-Agent": self.agent},
            "base_url": "https://localhost",
        }


def text_of(page: TestResponse) -> str:
    """The page without what differs each time."""
    return re.sub(r'(name="csrf_token" value=")[^"]+', r"\1", page.get_data(as_text=True))
