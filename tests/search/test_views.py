"""The page of results: empty states, filters that combine and come off, counts that agree, bad addresses."""

import re
from collections.abc import Callable
from datetime import date
from xml.etree.ElementTree import Element

import pytest

from portal.content.models import Kind
from portal.core.errors import Unavailable
from tests.page_client import Browser, parsed
from tests.world import World

Browse = Callable[..., Browser]


@pytest.fixture
def filled(world: World) -> World:
    """Twenty-four documents in four combinations of kind and year, one of them hidden from the advocate."""

    def fill() -> None:
        for number in range(23):
            kind, year = (Kind.PROTOCOL, 2024) if number % 2 else (Kind.TRAINING, 2025)
            payload = {"topics": ["housing", "media"] if number < 10 else ["interpreters"]}
            force = "Houston task force" if number % 3 == 0 else ""
            world.add(
                "all",
                f"Shelter {number:02}",
                f"Beds for {number}",
                kind=kind,
                dated=date(year, 1, 1),
                payload=payload,
                task_force=force,
            )
        world.add("law", "Shelter hidden")

    world.inside(fill)
    return world


def page_at(browser: Browser, **query: str) -> Element:
    page = browser.get("/search", query_string=query)
    assert page.status_code == 200, query
    return parsed(page.get_data(as_text=True))


def titles(page: Element) -> list[str]:
    return [link.text or "" for link in page.findall(".//li[@class='portal-finding']/h2/a")]


def total(page: Element) -> int:
    found = re.search(r"(\d+)\u2013(\d+) of (\d+) document", "".join(page.itertext()))
    return int(found[3]) if found else 0


def facets(page: Element) -> dict[str, tuple[int, str]]:
    """Each facet value with its count and its address."""
    lines = page.findall(".//details[@class='portal-facet']/ul/li")
    return {
        (line.findtext("a") or ""): (
            int(re.sub(r"\D", "", "".join(line.find("span").itertext()))),
            line.find("a").get("href"),
        )
        for line in lines
    }


def test_without_documents_the_page_says_what_to_do(world: World, browse: Browse) -> None:
    browser = browse(world, "advocate")

    for query in ({}, {"q": "shelter"}, {"q": "shelter", "kind": "protocol"}):
        page = page_at(browser, **query)
        assert page.findtext(".//div[@class='portal-empty']/h2") == "Nothing found"
        assert ("remove the filters" in "".join(page.itertext())) == ("kind" in query)


def test_without_words_all_documents_are_listed_page_by_page_and_none_twice(
    filled: World, browse: Browse
) -> None:
    browser = browse(filled, "advocate")

    pages = [titles(page_at(browser, page=str(number))) for number in (1, 2, 3)]

    assert [len(page) for page in pages] == [10, 10, 3]
    assert len({title for page in pages for title in page}) == 23


@pytest.mark.parametrize("number", ["4", "99999", "1" + "0" * 30])
def test_a_page_past_the_last_shows_the_last(number: str, filled: World, browse: Browse) -> None:
    page = page_at(browse(filled, "advocate"), page=number)

    assert "21\u201323 of 23 documents" in "".join(page.itertext())


def test_counts_of_facets_are_the_totals_behind_their_links(filled: World, browse: Browse) -> None:
    browser = browse(filled, "advocate")

    for start in (
        {},
        {"q": "shelter"},
        {"q": "beds", "kind": "protocol"},
        {"year": "2024", "topic": "media"},
    ):
        for value, (count, address) in facets(page_at(browser, **start)).items():
            found = parsed(browser.get(address).get_data(as_text=True))
            assert total(found) == count, (start, value)


def test_filters_combine_and_each_can_be_taken_off(filled: World, browse: Browse) -> None:
    browser = browse(filled, "advocate")
    query = {
        "q": "shelter",
        "kind": "protocol",
        "topic": "housing",
        "year": "2024",
        "task_force": "Houston task force",
    }

    page = page_at(browser, **query)

    assert titles(page) and set(titles(page)) == {"Shelter 03", "Shelter 09"}
    removers = [link.get("href") for link in page.findall(".//ul[@class='portal-chosen']/li/a")]
    assert len(removers) == 4
    for address in removers:
        fewer = parsed(browser.get(address).get_data(as_text=True))
        assert len(fewer.findall(".//ul[@class='portal-chosen']/li")) == 3
        assert total(fewer) >= 2
    assert total(page_at(browser, q="shelter")) == 23


def test_each_result_shows_what_it_is_and_whose(filled: World, browse: Browse) -> None:
    page = page_at(browse(filled, "detective"), q='"shelter hidden"')

    (finding,) = page.findall(".//li[@class='portal-finding']")
    words = "".join(finding.itertext())
    for fact in ("Shelter hidden", "Reference", "LES", "law group", "Bureau", "Mar 1, 2025"):
        assert fact in words, fact


def test_matches_are_marked_and_a_misspelling_is_put_right(filled: World, browse: Browse) -> None:
    browser = browse(filled, "advocate")

    found = page_at(browser, q="beds")
    missed = page_at(browser, q="sheltre beds")

    assert {mark.text for mark in found.iter("mark")} == {"Beds"}
    assert missed.findtext(".//p[@class='portal-suggestion']/a") == "shelter beds"


def test_where_nothing_is_found_what_was_probably_meant_is_shown_at_once(
    filled: World, browse: Browse
) -> None:
    browser = browse(filled, "advocate")

    page = page_at(browser, q="sheltre", kind="protocol", page="2")

    said = "".join(page.find(".//p[@class='portal-suggestion']").itertext())
    assert said == "Showing results for shelter. Nothing was found for \u201csheltre\u201d."
    assert total(page) == 11 and len(titles(page)) == 1
    assert [box.get("value") for box in page.findall(".//input[@name='q']")] == ["sheltre"]
    assert all("q=shelter&" in address for _, address in facets(page).values())


def test_a_suggestion_that_the_filters_rule_out_is_only_offered(filled: World, browse: Browse) -> None:
    page = page_at(browse(filled, "advocate"), q="sheltre", year="1999")

    assert "Did you mean shelter?" in "".join(page.itertext())
    assert page.findtext(".//div[@class='portal-empty']/h2") == "Nothing found"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("the who", "Words as common as these"),
        ("s*", "needs at least two letters"),
        ("title:", "A field needs a word right after its colon"),
        ("shelter s*", "needs at least two letters"),
        ("agency: shelter", "A field needs a word right after its colon"),
    ],
)
def test_what_cannot_be_searched_for_is_told_with_the_reason(
    text: str, sentence: str, filled: World, browse: Browse
) -> None:
    page = page_at(browse(filled, "advocate"), q=text)

    assert sentence in "".join(page.itertext())
    assert total(page) == (23 if "shelter" in text else 0)


def test_common_words_beside_others_need_no_word(filled: World, browse: Browse) -> None:
    assert "as common as these" not in "".join(
        page_at(browse(filled, "advocate"), q="the shelter").itertext()
    )


def test_years_stand_newest_first_and_a_link_leads_past_the_filters(filled: World, browse: Browse) -> None:
    page = page_at(browse(filled, "advocate"), q="shelter")

    assert [value for value in facets(page) if value.isdigit()] == ["2025", "2024"]
    (skip,) = page.findall(".//main//a[@class='usa-skipnav']")
    assert skip.text == "Skip to results"
    assert page.find(f".//*[@id='{(skip.get('href') or '')[1:]}']//li[@class='portal-finding']") is not None


BAD = [
    {"page": "-1"},
    {"page": "0"},
    {"page": "x"},
    {"page": "1.5"},
    {"kind": "nonsense"},
    {"year": "9999999"},
    {"year": "-1"},
    {"year": "x"},
    {"q": "x" * 1001},
    {"q": "shelter " * 125 + "y"},
    {"topic": "t" * 500},
    {"task_force": "%' OR 1=1 --"},
    {"q": '"unclosed'},
    {"q": "(((((((("},
    {"q": "*"},
    {"q": "a* " * 300},
    {"q": "title:"},
    {"q": "nosuchfield:x"},
    {"q": "-"},
    {"q": "date:..2020 date:9999..1 date:x..y date:99999999999..1"},
    {"q": "AND OR NOT"},
    {"q": "\u202e\u200b\ufeff"},
    {"q": "[a TO z]"},
    {"q": "a~999999 b^1e999"},
    {"q": "<script>alert(1)</script>"},
    {"q": "{{7*7}}{%x%}${x}"},
    {"unknown": "x", "q": "shelter"},
]


@pytest.mark.parametrize("query", BAD, ids=range(len(BAD)))
def test_a_bad_address_gives_a_sound_page(query: dict[str, str], filled: World, browse: Browse) -> None:
    page = page_at(browse(filled, "advocate"), **query)

    assert len(page.findall(".//h1")) == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("q=a%00b", 400),
        ("q=%ff", 400),
        ("q=%ed%a0%80", 400),
        ("year=2%000", 400),
    ],
)
def test_what_no_address_of_ours_says_is_refused_with_a_page(
    query: str, status: int, filled: World, browse: Browse
) -> None:
    assert browse(filled, "advocate").get(f"/search?{query}").status_code == status


def test_what_was_typed_stands_in_the_box_and_in_the_title_as_text(filled: World, browse: Browse) -> None:
    typed = '"><script>alert(1)</script>&amp;'

    page = page_at(browse(filled, "advocate"), q=typed)

    assert [box.get("value") for box in page.findall(".//input[@name='q']")] == [typed]
    assert typed[:20] in (page.findtext(".//title") or "")
    assert all((script.get("src") or "").startswith("/static/") for script in page.iter("script"))


class OutOfReach:
    """An index that does not answer."""

    def search(self, *_: object) -> None:
        raise Unavailable


def test_when_the_index_does_not_answer_titles_are_searched_and_the_page_says_so(
    filled: World, browse: Browse
) -> None:
    filled.app.extensions["index"] = OutOfReach()
    browser = browse(filled, "advocate")

    page = page_at(browser, q="shelter")

    assert "Search is limited just now" in "".join(page.itertext())
    assert total(page) == 23
    assert total(page_at(browser, q="hidden")) == 0


@pytest.mark.parametrize(("person", "status"), [("administrator", 403), ("auditor", 403), (None, 302)])
def test_who_reads_no_items_searches_none(
    person: str | None, status: int, filled: World, browse: Browse
) -> None:
    assert browse(filled, person).get("/search?q=shelter").status_code == status
