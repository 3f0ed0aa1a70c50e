"""Every page as each kind of person meets it: axe finds nothing, the console is silent, nothing is too wide."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.visitors import (
    PHONE,
    Visitors,
    faults,
    give_password,
    is_wider_than_screen,
    open_page,
)

NARROWEST = {"width": 320, "height": 640}
LIBRARY = Path(__file__).parents[3] / "shared" / "data" / "library"
LONG = "18-usc-3509-child-victims-and-child-witnesses-rights"
WIDE_TABLE = (
    "| a | b | c | d | e | f | g | h |\n|---|---|---|---|---|---|---|---|\n"
    + "| longer words here " * 8
    + "|\n"
)
HARD = f"""# {"Coordinating forty-two agencies along the interstate " * 4}

{"unbroken" * 40}

{WIDE_TABLE}
مرحبا بكم في البوابة

{"Z" + "͓̽" * 60}
"""

PAGES = {
    None: ["/sign-in"],
    "dana": [
        "/",
        "/library/",
        "/search",
        "/search?q=joint interview&topic=interpreters",
        "/search?q=tarfficking",
        "/account",
        "investigative lead",
    ],
    "luis": ["/library/import", "first response"],
    "nora": ["/", "/account"],
    "grace": ["/", "/admin/people", "/admin/agencies", "/admin/compartments"],
    "owen": ["/", "/admin/trail", "/admin/trail?act=trail.export"],
}
VISITS = [(person, address) for person, addresses in PAGES.items() for address in addresses]


def go(page: Page, address: str) -> None:
    """Open an address, or the first document that is found for a title's words."""
    if address.startswith("/"):
        open_page(page, address)
        return
    open_page(page, f"/search?q={address}&kind=protocol")
    page.locator(".portal-finding h2 a").first.click()
    page.locator(".portal-document").wait_for()


def wrong_at_any_width(page: Page) -> list[str]:
    """What is wrong with the page that is open, from a desk's screen to the narrowest phone."""
    wrong = [f"on a desk: {fault}" for fault in faults(page)]
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.reload()
    wrong += [f"on a phone: {fault}" for fault in faults(page)]
    page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]
    wrong += ["the page scrolls sideways at 320"] if is_wider_than_screen(page) else []
    wrong += [] if page.locator("h1").count() == 1 else ["the page has not one main heading"]
    return wrong


@pytest.mark.parametrize(("person", "address"), VISITS)
def test_nothing_is_wrong_with_a_page(visit: Visitors, person: str | None, address: str):
    page = visit.page(person)

    go(page, address)

    assert wrong_at_any_width(page) == []


@pytest.mark.parametrize(
    ("person", "address", "status"),
    [("dana", "/no-such-page", 404), ("dana", "/admin/people", 403), (None, "/no-such-page", 404)],
)
def test_nothing_is_wrong_with_a_page_that_refuses(
    visit: Visitors, person: str | None, address: str, status: int
):
    page = visit.page(person)

    open_page(page, address, status=status)

    assert wrong_at_any_width(page) == []
    label, target = ("home", "/") if person else ("sign-in", "/sign-in")
    assert page.get_by_role("link", name=f"Go to the {label} page").get_attribute("href") == target


def test_nothing_is_wrong_with_the_second_step(visit: Visitors, everyone: Visitors):
    page, helen = visit.page(), everyone.portal.accounts["helen"]

    give_password(page, helen["email"], helen["password"])

    assert wrong_at_any_width(page) == []


@pytest.fixture(scope="module")
def hard_document(everyone: Visitors) -> Iterator[str]:
    """The address of a document with all that breaks a layout."""
    page = everyone.page("luis")
    open_page(page, "/library/import")
    page.get_by_label("Files", exact=True).set_input_files(
        {"name": "hard.md", "mimeType": "text/markdown", "buffer": HARD.encode()}
    )
    page.get_by_role("button", name="Import", exact=True).click()
    address = page.get_by_role("link", name="Open hard.md").get_attribute("href")
    everyone.close()
    yield str(address)


@pytest.mark.parametrize("page_of", ["", "/attachments/add", "/delete"])
def test_nothing_is_wrong_with_a_document_that_is_hard_to_lay_out(
    visit: Visitors, hard_document: str, page_of: str
):
    page = visit.page("luis")

    open_page(page, hard_document + page_of)

    assert wrong_at_any_width(page) == []


def test_nothing_is_wrong_with_a_long_statute(visit: Visitors):
    found = sorted(LIBRARY.rglob(f"{LONG}.md"))
    if not found:
        pytest.skip("the documents of ../shared/data/library are not here")
    page = visit.page("luis")
    open_page(page, "/library/import")
    page.get_by_label("Files", exact=True).set_input_files([found[0], found[0].with_suffix(".json")])
    page.get_by_role("button", name="Import", exact=True).click()

    page.get_by_role("link", name=f"Open {LONG}.md").click()
    page.locator(".portal-document").wait_for()

    assert page.get_by_role("heading", level=1).inner_text().startswith("18 U.S.C. § 3509")
    assert page.get_by_role("navigation", name="Contents").get_by_role("listitem").count() > 3
    assert wrong_at_any_width(page) == []


def test_a_form_that_was_open_too_long_and_a_body_that_is_too_large_are_told_plainly(visit: Visitors):
    page = visit.page("dana")
    open_page(page, "/account")

    page.locator("input[name=csrf_token]").first.evaluate("field => { field.value = 'old' }")
    page.get_by_role("button", name="Sign out", exact=True).click()
    too_old = page.get_by_role("heading", level=1).inner_text()
    too_much = page.request.post("/account", data=b"x" * 3_000_000)

    assert too_old == "This page was open too long"
    assert faults(page) == []
    assert too_much.status in (405, 413)


def test_these_checks_see_what_is_planted(visit: Visitors):
    page = visit.page("dana")
    open_page(page, "/account")

    page.evaluate(
        """() => {
            const image = new Image();
            const script = document.createElement("script");
            const wide = document.createElement("div");
            script.textContent = "document.title = 'ran'";
            wide.style.width = "3000px";
            wide.textContent = "wide";
            document.querySelector("main").append(image, script, wide);
        }"""
    )

    assert [fault.split(":")[0] for fault in faults(page)] == ["image-alt"]
    assert is_wider_than_screen(page)
    assert page.title() != "ran"
    assert any("Content Security Policy" in text for text in visit.said)
    visit.said.clear()
