"""A browser that checks every page it gets: valid HTML, a title, unique ids, headers, and a token in every form."""

import warnings
from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.test import TestResponse

from tests.accounts.visitor import Visitor

SAFE_POLICY = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")


class Browser(Visitor):
    """A visitor whose every page must be sound."""

    def get(self, path: str, **options: Any) -> TestResponse:
        return checked(super().get(path, **options))

    def post(self, path: str, **fields: Any) -> TestResponse:
        return checked(super().post(path, **fields))


def checked(response: TestResponse) -> TestResponse:
    """The response, after its headers and, for a page, its HTML were found sound."""
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response.headers["Cache-Control"]
    if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
        assert all(part in policy for part in SAFE_POLICY)
        check_page(response.get_data(as_text=True))
    return response


def check_page(html: str) -> None:
    """Assert that the page is valid HTML as far as a strict parser tells, titled, and safe in its forms."""
    page = parsed(html)
    title = page.find(".//head/title")
    assert title is not None and (title.text or "").endswith("| Task Force Portal")
    assert len(page.findall(".//h1")) == 1, "a page has one h1"
    ids = Counter(element.get("id") for element in page.iter() if element.get("id"))
    assert [name for name, count in ids.items() if count > 1] == [], "ids are unique"
    for form in page.findall(".//form"):
        _check_form(form)
    assert not [e for e in page.iter() for name in e.attrib if name.startswith("on") or name == "style"]


def parsed(html: str) -> Element:
    """The page's tree, from a parser that refuses what the standard calls an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def _check_form(form: Element) -> None:
    action = form.get("action", "")
    assert action.startswith("/") and not action.startswith("//"), "a form stays on this site"
    if form.get("method", "get").lower() == "post":
        assert form.findall(".//input[@name='csrf_token']"), "a form that changes something carries a token"
