"""The 216 documents of the field: all are imported, with all that is known of them, and each is read quickly."""

import json
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

from portal.content import service as content
from tests.library.conftest import GIVEN, run_import
from tests.page_client import Browser, parsed
from tests.world import World

pytestmark = pytest.mark.slow

# Each test signs in as somebody else: the world outlives a test, and a code that was used is refused.

Imported = tuple[World, Result]
SHOWN = ("title", "agency", "source", "citation", "url", "licence", "note", "publication", "date")


def sidecars() -> list[dict[str, Any]]:
    files = (file for file in (GIVEN / "library").rglob("*.json") if file.with_suffix(".md").exists())
    return [json.loads(file.read_text("utf-8")) for file in files]


def squeezed(words: str) -> str:
    return " ".join(words.split())


def lines(said: Result) -> list[str]:
    return said.output.splitlines()


def cards(world: World) -> list[content.Card]:
    with world.app.app_context():
        return content.newest(world.operator(["all"]), limit=1000)


def test_all_documents_are_imported_and_what_is_none_is_refused_with_a_line(imported: Imported) -> None:
    _, said = imported

    outcomes = Counter(line.split()[0] for line in lines(said)[:-1])

    assert said.exit_code == 0
    assert outcomes["imported"] == 216
    assert {line.split(":")[0].rpartition(".")[2] for line in lines(said) if line.startswith("refused")} == {
        "csv",
        "json",
    }
    assert lines(said)[-1].startswith("Done: 216 imported")


def test_a_second_run_changes_nothing(imported: Imported) -> None:
    world, _ = imported

    again = run_import(world, GIVEN / "library")

    assert Counter(line.split()[0] for line in lines(again)[:-1])["unchanged"] == 216
    assert len(cards(world)) == 216
    assert {card.version for card in cards(world)} == {1}


def test_every_page_shows_what_is_known_of_its_document_and_opens_within_a_second(
    imported: Imported, browse: Callable[..., Browser]
) -> None:
    world, _ = imported
    waiting = sidecars()
    browser = browse(world, "advocate")

    for card in cards(world):
        began = time.perf_counter()
        page = browser.client.get(f"/library/{card.item_id}", base_url="https://localhost")
        words = squeezed("".join(parsed(page.get_data(as_text=True)).itertext()))
        assert time.perf_counter() - began < 1, card.title
        mine = [sidecar for sidecar in waiting if is_all_shown(sidecar, words)]
        assert mine, card.title
        waiting.remove(mine[0])
    assert waiting == []


def is_all_shown(sidecar: dict[str, Any], words: str) -> bool:
    return all(is_shown(name, sidecar, words) for name in SHOWN if sidecar.get(name))


def is_shown(name: str, sidecar: dict[str, Any], words: str) -> bool:
    """A whole day is shown as people write it; everything else as it was given."""
    if name == "date" and len(sidecar["date"]) == 10:
        return f"{int(sidecar['date'][8:])}, {sidecar['date'][:4]}" in words
    return squeezed(sidecar[name]) in words


def test_the_owner_is_who_imported_and_the_publisher_stands_beside_the_source(
    imported: Imported, browse: Callable[..., Browser]
) -> None:
    world, _ = imported
    card = next(card for card in cards(world) if card.title == "GAO-07-915: Highlights")

    page = parsed(browse(world, "detective").get(f"/library/{card.item_id}").get_data(as_text=True))

    facts = dict(
        zip((e.text for e in page.iter("dt")), ("".join(e.itertext()) for e in page.iter("dd")), strict=True)
    )
    assert facts["Owner"] == "Bureau"
    assert facts["Published by"] == "U.S. Government Accountability Office"
    assert facts["Dated"] == "Jul 26, 2007"
    assert facts["Address"] == "https://www.gao.gov/products/gao-07-915"


def test_the_documents_are_found_by_title_publisher_topic_and_year(
    imported: Imported, browse: Callable[..., Browser]
) -> None:
    world, _ = imported
    browser = browse(world, "bja")

    for address, expected in (
        ("/search?q=forced+labor+1589", "18 U.S.C. § 1589. Forced labor"),
        ("/search?q=agency:Accountability+highlights", "GAO-07-915: Highlights"),
        ("/search?topic=interpreters", "translation services for victims"),
        ("/search?q=proclamation&year=2024", "Prevention Month, 2025"),
    ):
        assert expected in browser.get(address).get_data(as_text=True), address


def test_most_documents_have_topics_and_none_has_more_than_four(imported: Imported) -> None:
    world, _ = imported

    topics = {card.title: set(card.topics) for card in cards(world)}

    assert sum(not found for found in topics.values()) <= 20
    assert max(map(len, topics.values())) == 4
    for title, expected in SAID_BY_A_READER.items():
        assert expected <= topics[title], title


# What a practitioner would file these under.
SAID_BY_A_READER = {
    "18 U.S.C. § 1589. Forced labor": {"statutes", "labor trafficking"},
    "18 U.S.C. § 1593. Mandatory restitution": {"statutes", "asset forfeiture"},
    "GAO-07-915: Conclusions": {"task force management"},
    "DHS: Signs of Human Trafficking for Law Enforcement": {"victim identification"},
    "22 U.S.C. § 7105b. Improving domestic victim screening procedures": {"victim identification"},
}
