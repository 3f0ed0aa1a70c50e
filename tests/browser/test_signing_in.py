"""Signing in and out at a real browser: the notice, both factors, the lock."""

from playwright.sync_api import Page, expect

from tests.browser.installation import Installation
from tests.browser.visitors import Visitors, faults, fresh_code, give_password, open_page, sign_in


def summary(page: Page) -> str:
    """What the list of faults on top of a refused form says."""
    return page.get_by_role("alert").inner_text()


def test_nobody_goes_on_without_agreeing_to_the_notice(visit: Visitors, portal: Installation):
    page, dana = visit.page(), portal.accounts["dana"]
    open_page(page, "/sign-in")
    expect(page.get_by_role("heading", name="Terms of use of this system")).to_be_visible()

    page.get_by_label("E-mail address").fill(dana["email"])
    page.get_by_label("Password").fill(dana["password"])
    page.get_by_role("button", name="Continue").click()

    assert "Read the notice" in summary(page)
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert page.get_by_label("E-mail address").input_value() == dana["email"]


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(visit: Visitors, portal: Installation):
    page = visit.page()

    give_password(page, portal.accounts["helen"]["email"], "not the password")
    known = summary(page)
    give_password(page, "nobody@demo.example", "not the password")

    assert "do not match an account" in known
    assert summary(page) == known
    assert faults(page) == []


def test_a_wrong_code_is_told_and_the_right_one_lets_in(visit: Visitors, portal: Installation):
    page, helen = visit.page(), portal.accounts["helen"]
    give_password(page, helen["email"], helen["password"])
    right = fresh_code(helen["totp_secret"])

    page.get_by_label("Six-digit code").fill("000000" if right != "000000" else "111111")
    page.get_by_role("button", name="Sign in").click()
    refused = summary(page)
    page.get_by_label("Six-digit code").fill(f"{right[:3]} {right[3:]}")
    page.get_by_role("button", name="Sign in").click()

    assert "This code is not right" in refused
    expect(page.get_by_role("heading", name="Houston task force", level=1)).to_be_visible()


def test_the_sixth_wrong_try_is_not_looked_at_and_the_page_says_what_to_do(
    visit: Visitors, portal: Installation
):
    page, ivan = visit.page(), portal.accounts["ivan"]
    for _ in range(5):
        give_password(page, ivan["email"], "not the password")

    give_password(page, ivan["email"], ivan["password"])

    expect(page.get_by_role("heading", name="Too many tries")).to_be_visible()
    assert "Wait 15 minutes" in summary(page)
    assert faults(page) == []


def test_signing_in_leads_on_to_the_page_that_was_asked_for(visit: Visitors, portal: Installation):
    page, marcus = visit.page(), portal.accounts["marcus"]
    page.goto("/library/")
    page.locator("label[for=acknowledged]").click()
    page.get_by_label("E-mail address").fill(marcus["email"])
    page.get_by_label("Password").fill(marcus["password"])
    page.get_by_role("button", name="Continue").click()

    page.get_by_label("Six-digit code").fill(fresh_code(marcus["totp_secret"]))
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", name="Library", level=1)).to_be_visible()


def test_who_is_signed_out_is_out_by_the_back_button_and_with_the_old_cookie_too(
    visit: Visitors, portal: Installation
):
    page = visit.page()
    sign_in(page, portal.accounts["tom"])
    old = page.context.cookies()

    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_text("You are signed out.").wait_for()
    page.go_back()
    shown_by_back_button = page.title()
    page.context.add_cookies(old)  # type: ignore[arg-type]
    page.goto("/account")

    assert shown_by_back_button.startswith("Sign in")
    assert page.title().startswith("Sign in")
