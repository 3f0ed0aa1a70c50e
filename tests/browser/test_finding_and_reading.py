"""Searching from any page and reading a protocol, with a mouse, on paper and with the keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitors import PHONE, Visitors, open_page

PROTOCOL = "First response and victim identification"


def open_protocol(page: Page, title: str = PROTOCOL) -> str:
    """Open a protocol from the library; its address."""
    open_page(page, "/library/")
    page.get_by_role("link", name=title, exact=True).click()
    page.wait_for_url(re.compile(r"/library/[0-9a-f-]{36}$"))
    return page.url


def search_from_here(page: Page, words: str) -> None:
    """Type into the box on top of the page, and send it."""
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url("**/search?q=*")


@pytest.mark.parametrize("start", ["/", "/library/", "/account", "/search?q=nothing"])
def test_the_search_box_of_any_page_leads_to_ranked_results(visit: Visitors, start: str):
    page = visit.page("dana")
    open_page(page, start)

    search_from_here(page, "joint interview")

    first = page.locator(".portal-finding").first
    assert first.get_by_role("link").inner_text() == (
        "Joint interviews by law enforcement and victim-service providers"
    )
    assert first.locator("mark").count() > 0
    facts = first.locator(".portal-meta-list").inner_text()
    for fact in ("Sample protocol", "Not sensitive", "All task forces", "Bureau of Justice Assistance", "20"):
        assert fact in facts


def test_a_facet_narrows_to_as_many_documents_as_it_counts_and_can_be_removed(visit: Visitors):
    page = visit.page("dana")
    open_page(page, "/search?q=victim")
    entry = page.locator(".portal-facet li", has=page.get_by_role("link", name="interpreters", exact=True))
    promised = int(re.findall(r"\d+", entry.inner_text())[0])

    entry.get_by_role("link").click()

    expect(page.locator(".portal-finding")).to_have_count(promised)
    page.get_by_role("link", name="Remove filter interpreters").click()
    assert "topic" not in page.url
    assert page.locator(".portal-finding").count() > promised


def test_a_misspelled_word_brings_the_right_one(visit: Visitors):
    page = visit.page("dana")

    open_page(page, "/search?q=tarfficking")
    page.locator(".portal-suggestion").get_by_role("link", name="trafficking").click()

    assert page.get_by_role("heading", level=1).inner_text() == "Results for “trafficking”"
    assert page.locator(".portal-finding").count() == 10


def test_pages_of_results_follow_each_other_without_repeating(visit: Visitors):
    page = visit.page("dana")
    open_page(page, "/search?q=victim")
    first = page.locator(".portal-finding h2").all_inner_texts()

    page.get_by_role("link", name="Next page").click()

    second = page.locator(".portal-finding h2").all_inner_texts()
    assert second
    assert not set(first) & set(second)
    assert page.locator(".usa-current").inner_text() == "2"
    expect(page.get_by_role("link", name="Previous page")).to_be_visible()


def test_where_nothing_is_found_the_page_says_what_to_try(visit: Visitors):
    page = visit.page("dana")

    open_page(page, "/search?q=zzzzqqqq")

    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="library").click()
    expect(page.get_by_role("heading", name="Library", level=1)).to_be_visible()


def test_who_serves_on_no_task_force_yet_is_told_what_to_do(visit: Visitors):
    page = visit.page("nora")

    open_page(page, "/")

    expect(page.get_by_role("heading", name="You do not serve on a task force yet")).to_be_visible()
    assert page.get_by_role("navigation", name="Main").get_by_role("link").all_inner_texts() == [
        "Home",
        "My account",
    ]


def test_on_a_phone_the_filters_are_folded_and_open_on_a_touch(visit: Visitors):
    page = visit.page("dana", viewport=PHONE)
    open_page(page, "/search?q=victim")
    filters = page.get_by_role("link", name="interpreters", exact=True)
    assert not filters.is_visible()

    page.get_by_text("Narrow the results").click()

    assert filters.is_visible()


def test_a_protocol_shows_contents_clauses_blanks_roles_sources_and_history(visit: Visitors):
    page = visit.page("dana")
    address = open_protocol(page)

    contents = page.get_by_role("navigation", name="Contents")
    contents.get_by_role("link", name="Call takers").click()

    assert page.url == f"{address}#clause-fr-020"
    expect(page.locator("#clause-fr-020")).to_be_in_viewport()
    assert contents.get_by_role("listitem").count() > 20
    assert page.locator(".portal-clauses > li").count() == 20
    assert page.locator(".portal-blank, .portal-document__text u").count() > 5
    for heading in ("Blanks to fill in", "Role table", "Sources", "Attachments", "History"):
        expect(page.get_by_role("heading", name=heading, level=2)).to_be_visible()
    assert page.locator(".portal-roles").get_by_text("Lead", exact=True).count() > 3
    assert "Version 1 (this one)" in page.locator(".portal-history").inner_text()


def test_on_a_phone_the_role_table_reads_as_one_card_for_each_function(visit: Visitors):
    page = visit.page("dana", viewport=PHONE)
    open_protocol(page, "Roles and responsibilities of each agency")

    card = page.locator(".portal-roles tbody tr").first
    shown = [cell for cell in card.locator("td").all() if cell.is_visible()]

    box = card.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= PHONE["width"]
    assert {cell.inner_text().split()[-1] for cell in shown} <= {"Lead", "Supports", "Informed"}
    label = "getComputedStyle(e, '::before').content"
    assert shown[0].evaluate(f"e => {label}") == '"Local police"'


def test_a_printed_document_bears_its_marking_and_nothing_to_click(visit: Visitors):
    page = visit.page("dana")
    open_protocol(page, "Investigative lead and referral to federal agencies")

    page.emulate_media(media="print")

    banner = page.get_by_role("region", name="Marking")
    assert "Law enforcement sensitive (LES)" in banner.inner_text()
    assert banner.evaluate("e => getComputedStyle(e).display") == "table-header-group"
    for hidden in (".portal-header", ".portal-nav", ".portal-contents", ".portal-breadcrumbs"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("#roles")).to_be_visible()


def test_the_keyboard_alone_searches_reads_and_signs_out(visit: Visitors, everyone: Visitors):
    page = visit.page()
    everyone.sign_in_afresh(page, "rosa")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    page.keyboard.press("/")
    page.keyboard.type("joint interview")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=joint+interview")
    tab_to(page, "Joint interviews by law enforcement and victim-service providers")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/library/[0-9a-f-]{36}$"))
    tab_to(page, "Sign out")
    page.keyboard.press("Enter")

    page.get_by_text("You are signed out.").wait_for()


def test_tab_goes_through_the_top_of_a_page_in_the_order_in_which_it_is_read(visit: Visitors):
    page = visit.page("dana")
    open_page(page, "/library/")
    names = []

    for _ in range(10):
        page.keyboard.press("Tab")
        names.append(focused(page))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"

    top = ["Skip to main content", "Task Force Portal", "Search protocols and other documents", "Search"]
    assert names == [*top, "Sign out", "Home", "Library", "Search", "My account", "Home"]


def focused(page: Page) -> str:
    """The name of what has the focus, as a screen reader would say it."""
    return str(
        page.evaluate(
            "() => { const e = document.activeElement;"
            " return (e.labels && e.labels.length ? e.labels[0].textContent : e.textContent).trim(); }"
        )
    )


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called ``name`` has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
    raise AssertionError(f"Tab does not reach {name}")
