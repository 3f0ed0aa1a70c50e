"""Search through a clearance: rows are asked again, and a damaged index costs ranking, never the answer."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.access.clearance import clearance_for
from portal.content import find, indexer, service
from portal.content.find import SearchPage
from portal.content.models import Item
from portal.content.worker import work_off
from portal.core.db import db
from portal.core.errors import Refused
from portal.index import SearchQuery
from portal.keyring.models import DataKey
from tests.content.conftest import ClearanceOf
from tests.page_client import Browser
from tests.world import World, settings


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """A file, which a second process can open."""
    return f"sqlite:///{tmp_path / 'portal.db'}"


@pytest.fixture
def stocked(world: World) -> World:
    """Two documents that everybody reads, one for Houston and one for law enforcement."""

    def add() -> None:
        for group, title in (
            ("all", "Quartz housing"),
            ("all", "Basalt housing"),
            ("houston", "Feldspar housing"),
            ("law", "Obsidian housing"),
        ):
            world.add(group, title, f"{title} and the lighthouse")

    world.inside(add)
    return world


def search(world: World, person: str, **asked: object) -> SearchPage:
    """What the person finds, by an application that starts with nothing in memory unless it is the same."""
    with world.app.app_context():
        facts = world.app.extensions["directory"].facts(world.people[person].member_id)
        clearance = clearance_for(facts, world.app.extensions["keyring"])
        return find.search(clearance, SearchQuery(**asked))  # type: ignore[arg-type]


def titles(page: SearchPage) -> set[str]:
    return {finding.card.title for finding in page.findings}


@pytest.fixture
def restarted(stocked: World, make_second: Callable[[], Flask]) -> World:
    """The stocked world in a process that has opened nothing yet."""
    return replace(stocked, app=make_second())


@pytest.fixture
def make_second(world: World, tmp_path: Path, database_url: str) -> Callable[[], Flask]:
    """Another process over the same folder and database: nothing of the first one's memory is in it."""

    def make() -> Flask:
        return create_app(settings(tmp_path / "instance", SQLALCHEMY_DATABASE_URI=database_url))

    return make


def test_a_search_finds_what_the_person_may_read_with_its_compartments_name(stocked: World) -> None:
    page = search(stocked, "advocate", text="lighthouse")

    assert titles(page) == {"Quartz housing", "Basalt housing", "Feldspar housing"}
    assert {finding.compartment for finding in page.findings} == {"all group", "houston group"}
    assert (page.total, page.degraded) == (3, False)
    assert any(is_match for piece in page.findings for _, is_match in piece.extract)


def test_whoever_may_not_read_items_may_not_search(stocked: World) -> None:
    with pytest.raises(Refused):
        search(stocked, "administrator", text="housing")


def test_a_row_that_is_gone_is_not_shown_though_the_index_still_holds_it(stocked: World) -> None:
    with stocked.app.app_context():
        service.shred(stocked.operator(), stocked.items["Quartz housing"])
        db.session.commit()

    assert titles(search(stocked, "advocate", text="quartz")) == set()


def test_a_row_that_moved_out_of_reach_is_not_shown_though_the_index_still_holds_it(stocked: World) -> None:
    with stocked.app.app_context():
        moved = db.update(Item).where(Item.id == stocked.items["Quartz housing"])
        db.session.execute(moved.values(compartment_id=stocked.groups["law"]))
        db.session.commit()

    assert titles(search(stocked, "advocate", text="quartz")) == set()


def test_a_document_that_is_not_indexed_yet_is_listed_but_not_found(stocked: World) -> None:
    with stocked.app.app_context():
        stocked.add("all", "Granite housing")
        db.session.commit()

    assert titles(search(stocked, "advocate", text="granite")) == set()
    stocked.inside(lambda: None)
    assert titles(search(stocked, "advocate", text="granite")) == {"Granite housing"}


def _delete(index: Path, group: Path, _other: Path) -> None:
    shutil.rmtree(group)


def _delete_all(index: Path, _group: Path, _other: Path) -> None:
    shutil.rmtree(index)


def _truncate(_index: Path, group: Path, _other: Path) -> None:
    for file in group.iterdir():
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _empty(_index: Path, group: Path, _other: Path) -> None:
    for file in group.iterdir():
        file.write_bytes(b"")


def _flip(_index: Path, group: Path, _other: Path) -> None:
    for file in group.iterdir():
        content = bytearray(file.read_bytes())
        content[len(content) // 2 : len(content) // 2 + 1] = b"?"
        file.write_bytes(content)


def _swap(_index: Path, group: Path, other: Path) -> None:
    shutil.rmtree(group)
    shutil.copytree(other, group)


DAMAGES = [_delete, _delete_all, _truncate, _empty, _flip, _swap]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.strip("_"))
def test_a_damaged_index_leaves_titles_to_search_and_reindexing_makes_it_whole(
    restarted: World, browse: Callable[..., Browser], damage: Callable
) -> None:
    index = Path(restarted.app.config["INDEX_FOLDER"])
    damage(index, index / str(restarted.groups["all"]), index / str(restarted.groups["law"]))

    damaged = search(restarted, "advocate", text="basalt obsidian")
    page = browse(restarted, "advocate").get("/search?q=basalt")
    told = restarted.app.test_cli_runner().invoke(args=["reindex"])

    assert (titles(damaged), damaged.degraded) == ({"Basalt housing"}, True)
    assert page.status_code == 200 and "Basalt housing" in page.get_data(as_text=True)
    assert told.exit_code == 0 and "all group: 2 items indexed." in told.output
    mended = search(restarted, "advocate", text="lighthouse")
    assert (len(titles(mended)), mended.degraded) == (3, False)


def test_an_older_copy_of_the_whole_index_is_not_taken_for_the_present_one(
    stocked: World, tmp_path: Path, make_second: Callable[[], Flask]
) -> None:
    index = Path(stocked.app.config["INDEX_FOLDER"])
    shutil.copytree(index, tmp_path / "older")
    stocked.inside(lambda: stocked.add("all", "Granite housing"))

    shutil.rmtree(index)
    shutil.copytree(tmp_path / "older", index)
    page = search(replace(stocked, app=make_second()), "advocate", text="granite")

    assert (titles(page), page.degraded) == ({"Granite housing"}, True)


def test_the_search_of_titles_pages_and_ranks_nothing(restarted: World) -> None:
    shutil.rmtree(restarted.app.config["INDEX_FOLDER"])

    pages = [search(restarted, "advocate", text="housing", limit=2, offset=offset) for offset in (0, 2, 4)]

    assert [len(page.findings) for page in pages] == [2, 1, 0]
    assert {page.total for page in pages} == {3}
    assert len(titles(pages[0]) | titles(pages[1])) == 3


def test_a_rebuild_that_was_killed_is_not_taken_for_whole(
    restarted: World, clearance_of: ClearanceOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Killed between two batches: the first is in the new index, the rest is not.
    monkeypatch.setattr(indexer, "BATCH", 1)
    batches = iter([indexer._sound_documents])

    def killed(*arguments: object) -> object:
        return next(batches)(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(indexer, "_sound_documents", killed)
    broken_off = restarted.app.test_cli_runner().invoke(args=["reindex", "--compartment", "all group"])
    monkeypatch.undo()

    page = search(restarted, "advocate", text="housing")
    restarted.app.test_cli_runner().invoke(args=["reindex", "--compartment", "all group"])

    assert broken_off.exit_code != 0
    assert page.degraded and len(titles(page)) == 3
    assert not search(restarted, "advocate", text="housing").degraded


def test_what_is_saved_while_an_index_is_rebuilt_is_found_afterwards(stocked: World) -> None:
    with stocked.app.app_context():
        _, row = indexer._stand_in(stocked.groups["all"])
        row.index_generation = indexer.REBUILDING
        stocked.add("all", "Granite housing")
        db.session.commit()
        work_off()
    waiting = search(stocked, "advocate", text="granite")

    stocked.app.test_cli_runner().invoke(args=["reindex", "--compartment", "all group"])

    assert waiting.degraded
    assert titles(search(stocked, "advocate", text="granite")) == {"Granite housing"}


def test_a_damaged_document_is_left_out_of_a_rebuilt_index_and_told_of_by_its_id(
    stocked: World, caplog: pytest.LogCaptureFixture
) -> None:
    bad = stocked.items["Basalt housing"]
    stocked.inside(lambda: db.session.execute(db.update(Item).where(Item.id == bad).values(card=b"damaged")))

    told = stocked.app.test_cli_runner().invoke(args=["reindex"])

    assert "all group: 1 items indexed." in told.output
    assert str(bad) in caplog.text and "asalt" not in caplog.text
    assert titles(search(stocked, "advocate", text="quartz")) == {"Quartz housing"}


def test_a_document_whose_key_is_gone_is_left_out_too(stocked: World) -> None:
    bad = stocked.items["Basalt housing"]
    stocked.inside(lambda: db.session.execute(db.delete(DataKey).where(DataKey.owner_id == bad)))

    told = stocked.app.test_cli_runner().invoke(args=["reindex"])

    assert "all group: 1 items indexed." in told.output


def test_a_compartment_that_is_not_there_is_told_in_one_line(world: World) -> None:
    told = world.app.test_cli_runner().invoke(args=["reindex", "--compartment", "no such group"])

    assert told.exit_code == 1
    assert told.output.strip() == "Error: There is no compartment of that name."


def test_the_worker_command_does_what_is_due_and_stops(stocked: World) -> None:
    with stocked.app.app_context():
        stocked.add("all", "Granite housing")
        db.session.commit()

    told = stocked.app.test_cli_runner().invoke(args=["worker", "--once"])

    assert told.exit_code == 0
    assert titles(search(stocked, "advocate", text="granite")) == {"Granite housing"}


def test_a_second_process_sees_a_new_document_at_its_next_request_after_the_job(
    stocked: World, make_second: Callable[[], Flask], browse: Callable[..., Browser]
) -> None:
    second = replace(stocked, app=make_second())
    browser = browse(second, "advocate")
    before = browser.get("/search?q=granite").get_data(as_text=True)

    stocked.inside(lambda: stocked.add("all", "Granite housing"))

    assert "Granite housing" not in before
    assert "Granite housing" in browser.get("/search?q=granite").get_data(as_text=True)
    stocked.inside(lambda: service.shred(stocked.operator(), stocked.items["Granite housing"]))
    assert "Granite housing" not in browser.get("/search?q=granite").get_data(as_text=True)


def test_a_finding_that_does_not_open_is_left_out_and_named_in_the_log(
    stocked: World, caplog: pytest.LogCaptureFixture
) -> None:
    bad = stocked.items["Basalt housing"]
    stocked.inside(lambda: db.session.execute(db.update(Item).where(Item.id == bad).values(card=b"damaged")))

    page = search(stocked, "advocate", text="basalt")

    assert bad not in {finding.card.item_id for finding in page.findings}
    assert not page.degraded
    assert str(bad) in {record.__dict__.get("item_id") for record in caplog.records}
