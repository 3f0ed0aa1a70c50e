"""The shelf, a document, its versions and its deletion: who sees and does what."""

from collections.abc import Callable

import pytest

from portal.content import service as content
from portal.content.models import Kind
from portal.core.errors import NotFound
from tests.page_client import Browser, parsed
from tests.world import READS, World

Browse = Callable[..., Browser]


def words(browser: Browser, address: str) -> str:
    page = browser.get(address)
    assert page.status_code == 200, address
    return " ".join("".join(parsed(page.get_data(as_text=True)).itertext()).split())


def test_an_empty_shelf_says_what_to_do(world: World, browse: Browse) -> None:
    shown = words(browse(world, "advocate"), "/library/")

    assert "No sample protocols here yet" in shown
    assert shown.count("Nothing has been shared with you here yet.") == 2


def test_the_shelf_holds_the_protocols_by_title_and_the_newest_of_the_rest(
    world: World, browse: Browse
) -> None:
    def fill() -> None:
        for title in ("banana", "Apple", "cherry"):
            world.add("all", title, kind=Kind.PROTOCOL)
        for number in range(7):
            world.add("all", f"Reference {number}")
        world.add("law", "Hidden", kind=Kind.PROTOCOL)

    world.inside(fill)

    page = parsed(browse(world, "advocate").get("/library/").get_data(as_text=True))

    titles = [link.text for link in page.findall(".//ul[@class='portal-shelf']/li/h3/a")]
    assert titles == ["Apple", "banana", "cherry"]
    assert len(page.findall(".//ul[@class='portal-shelf portal-shelf--short']/li")) == 5
    assert "3 sample protocols" in "".join(page.itertext())


def test_a_long_shelf_is_paged_and_a_page_that_is_none_is_not_found(world: World, browse: Browse) -> None:
    world.inside(
        lambda: [world.add("all", f"Protocol {number:02}", kind=Kind.PROTOCOL) for number in range(26)]
    )
    browser = browse(world, "advocate")

    assert "Protocol 24" in words(browser, "/library/") and "Protocol 25" not in words(browser, "/library/")
    assert "Protocol 25" in words(browser, "/library/?page=2")
    for page in ("3", "1" + "0" * 30, "1001"):
        assert browser.get(f"/library/?page={page}").status_code == 404
    for page in ("-1", "0", "x", "", "1.5", "²"):
        assert browser.get("/library/", query_string={"page": page}).status_code == 200


def test_a_document_shows_its_facts_its_marking_and_its_history(world: World, browse: Browse) -> None:
    def fill() -> None:
        for body in ("old words", "new words"):
            item = world.add("law", "Raid plan", body, source_key="x", task_force="Houston task force")
            world.items["plan"] = item

    world.inside(fill)
    browser = browse(world, "detective")
    address = f"/library/{world.items['plan']}"

    now, before = words(browser, address), words(browser, f"{address}/versions/1")

    assert "new words" in now and "old words" not in now
    assert "old words" in before and "You are reading version 1" in before
    for fact in (
        "Law Enforcement Sensitive",
        "law group",
        "Bureau",
        "Mar 1, 2025",
        "Houston task force",
        "housing",
    ):
        assert fact.lower() in now.lower(), fact
    for number in (0, 3, 1_000_001, 10**30):
        assert browser.get(f"{address}/versions/{number}").status_code == 404


@pytest.mark.parametrize("person", READS)
def test_a_document_opens_for_its_readers_and_does_not_exist_for_others(
    person: str, full_world: World, browse: Browse
) -> None:
    browser = browse(full_world, person)

    for title, item_id in full_world.items.items():
        if "shredded" in title:
            continue
        group = {"quartz": "all", "obsidian": "law", "feldspar": "houston", "malachite": "phoenix"}[
            title.split()[0]
        ]
        expected = 200 if group in READS[person] else (403 if person in ("administrator", "auditor") else 404)
        assert browser.get(f"/library/{item_id}").status_code == expected, title


def test_the_owner_stands_at_the_head_and_the_publisher_where_the_document_comes_from(
    world: World, browse: Browse
) -> None:
    payload = {"agency": "GAO", "url": "https://gao.gov/x", "licence": "Public domain"}
    world.inside(lambda: world.add("all", "Report", payload=payload))

    page = parsed(browse(world, "advocate").get(f"/library/{world.items['Report']}").get_data(as_text=True))

    facts = dict(
        zip((e.text for e in page.iter("dt")), ("".join(e.itertext()) for e in page.iter("dd")), strict=True)
    )
    assert (facts["Owner"], facts["Published by"]) == ("Bureau", "GAO")
    link = page.find(".//dl[@class='portal-origin']//a")
    assert link.get("href") == "https://gao.gov/x" and "noopener" in link.get("rel")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "HTTPS:evil"])
def test_an_address_that_leads_to_no_page_is_text_and_no_link(url: str, world: World, browse: Browse) -> None:
    world.inside(lambda: world.add("all", "Report", payload={"url": url}))

    page = parsed(browse(world, "advocate").get(f"/library/{world.items['Report']}").get_data(as_text=True))

    assert page.find(".//dl[@class='portal-origin']//a") is None
    assert url in "".join(page.itertext())


def test_a_document_is_deleted_only_after_it_was_asked_and_for_good(world: World, browse: Browse) -> None:
    item_id = world.inside(lambda: world.add("houston", "Old plan"))
    browser = browse(world, "coordinator")

    asked = words(browser, f"/library/{item_id}/delete")
    assert "Delete this document?" in asked and "Old plan" in asked
    assert browser.get(f"/library/{item_id}").status_code == 200
    done = browser.post(f"/library/{item_id}/delete")

    assert (done.status_code, done.headers["Location"]) == (303, "/library/")
    assert "The document was deleted" in words(browser, "/library/")
    assert browser.get(f"/library/{item_id}").status_code == 404
    assert browser.post(f"/library/{item_id}/delete").status_code == 404
    with world.app.app_context(), pytest.raises(NotFound):
        content.load(world.operator(), item_id)


@pytest.mark.parametrize(
    ("person", "group", "status"),
    [
        ("coordinator", "houston", 303),
        ("coordinator", "all", 404),
        ("coordinator", "law", 404),
        ("coordinator", "phoenix", 404),
        ("librarian", "all", 303),
        ("librarian", "houston", 404),
        ("bja", "law", 404),
        ("detective", "houston", 403),
        ("neighbour", "houston", 403),
        ("administrator", "all", 403),
        ("auditor", "all", 403),
    ],
)
def test_only_who_may_write_into_the_group_deletes(
    person: str, group: str, status: int, world: World, browse: Browse
) -> None:
    item_id = world.inside(lambda: world.add(group, "A plan"))
    browser = browse(world, person)
    readable = browser.get(f"/library/{item_id}")

    assert browser.get(f"/library/{item_id}/delete").status_code == (200 if status == 303 else status)
    browser.get("/account")
    assert browser.post(f"/library/{item_id}/delete").status_code == status
    offers = f"/library/{item_id}/delete" in readable.get_data(as_text=True)
    assert offers == (status == 303)
    with world.app.app_context():
        assert (content.count(world.operator([group])) == 0) == (status == 303)


def test_a_get_of_the_address_that_deletes_deletes_nothing(world: World, browse: Browse) -> None:
    item_id = world.inside(lambda: world.add("all", "Kept"))
    browser = browse(world, "librarian")

    for _ in range(2):
        browser.get(f"/library/{item_id}/delete")

    assert "Kept" in words(browser, f"/library/{item_id}")
