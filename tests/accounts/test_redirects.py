"""Where a member may be sent: S9 and bug pattern 19."""

from collections.abc import Callable

import pytest

from portal.accounts.members import Factors
from portal.accounts.redirects import own_path
from tests.accounts.visitor import Visitor

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    " //evil.example",
    "/%09/evil.example",
    "/%2Fevil.example",
    "/%2f%2fevil.example",
    "/%5Cevil.example",
    "/%255Cevil.example",
    "/%252Fevil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/%2e%2e//evil.example",
    "/\uff0fevil.example",
    "/\u2044evil.example",
    "https://evil.example/",
    "https:evil.example",
    "http:/evil.example",
    "HTTPS://localhost/library",
    "javascript:alert(1)",
    "data:text/html,hello",
    "evil.example",
    "@evil.example",
    "?next=/",
    "/library\r\nSet-Cookie: a=b",
    "/library%0d%0aSet-Cookie:a=b",
    "/library%00",
    "/a/../b",
    "/" + "a" * 3000,
    "/sign-in",
    "/sign-in/code",
    "/sign-out",
]
OWN = [
    "/",
    "/library",
    "/library/first-response?version=2",
    "/search?q=%2F%2Fhost&page=2",
    "/items/a%20b",
    "/sign-ins",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_s9_what_may_lead_elsewhere_is_refused(target: str):
    assert own_path(target) is None


@pytest.mark.parametrize("target", OWN)
def test_s9_a_path_of_the_portal_is_kept(target: str):
    assert own_path(target) == target


@pytest.mark.parametrize("target", [None, ""])
def test_no_target_is_none(target: str | None):
    assert own_path(target) is None


def test_pattern_19_no_payload_leaves_the_portal_after_signing_in(visitor: Visitor, dana: Factors):
    for target in ELSEWHERE[:6] + ELSEWHERE[20:24]:
        answer = visitor.sign_in(dana, target=target)

        assert answer.location == "/"
        visitor.sign_out()


def test_a_member_comes_to_the_page_that_he_asked_for(open_browser: Callable[..., Visitor], dana: Factors):
    visitor = open_browser()
    asked = visitor.get("/account?tab=sessions")
    page = visitor.get(asked.location)

    answer = visitor.sign_in(dana, target="/account?tab=sessions")

    assert asked.location == "/sign-in?next=%2Faccount%3Ftab%3Dsessions"
    assert 'name="next" value="/account?tab=sessions"' in page.get_data(as_text=True)
    assert answer.location == "/account?tab=sessions"


def test_the_sign_in_page_does_not_repeat_a_target_that_leads_elsewhere(visitor: Visitor):
    page = visitor.get("/sign-in?next=//evil.example").get_data(as_text=True)

    assert "evil.example" not in page


def test_who_is_signed_in_already_goes_on(visitor: Visitor, dana: Factors):
    visitor.sign_in(dana)

    assert visitor.get("/sign-in").location == "/"
    assert visitor.get("/sign-in?next=/account").location == "/account"
    assert visitor.get("/sign-in?next=//evil.example").location == "/"
