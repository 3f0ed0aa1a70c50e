"""Sealed fields put where they do not belong: nothing opens, and the page says so without a word of content."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import current_app

from portal.access.models import Compartment
from portal.content import service
from portal.content.models import Attachment, Item, ItemVersion
from portal.content.values import NewAttachment
from portal.core.db import db
from portal.core.errors import Broken
from portal.keyring import Keyring
from portal.keyring.models import DataKey
from tests.content.conftest import copied
from tests.page_client import Browser
from tests.world import World

Browse = Callable[..., Browser]


def _pdf(words: bytes) -> NewAttachment:
    return NewAttachment(name="map.pdf", media_type="application/pdf", chunks=[words])


@pytest.fixture
def database_url() -> str:
    """What opens and what does not is decided by keys, not by the database."""
    return "sqlite://"


def _pair(world: World, place: str) -> tuple[Item, Item]:
    """Two items that everybody reads, each with two versions and an attachment."""
    for word in ("quartz", "basalt"):
        for number in ("first", "second"):
            file = _pdf(f"{word} {number}".encode())
            key = f"{word} {place}"
            world.add("all", key, f"{word} {number}", source_key=key, attachments=(file,))
    db.session.commit()
    mine, other = (world.items[f"{word} {place}"] for word in ("quartz", "basalt"))
    return db.session.get_one(Item, mine), db.session.get_one(Item, other)


@dataclass(frozen=True)
class Places:
    """Where a pair's items are, for whoever has no session open."""

    mine: UUID
    other: UUID
    my_file: UUID
    other_file: UUID

    def download(self, item_id: UUID) -> str:
        """The address of my attachment below an item."""
        return f"/library/{item_id}/attachments/{self.my_file}"


def _places(mine: Item, other: Item) -> Places:
    return Places(mine.id, other.id, _file(mine).id, _file(other).id)


@pytest.fixture
def two(world: World) -> Places:
    """A pair, indexed."""
    places: Places = world.inside(lambda: _places(*_pair(world, "title")))
    return places


def _version(item: Item, number: int) -> ItemVersion:
    return db.session.get_one(ItemVersion, (item.id, number))


def _file(item: Item) -> Attachment:
    found = db.session.scalars(
        db.select(Attachment).where(Attachment.item_id == item.id, Attachment.version == 2)
    )
    return found.one()


def _swap_cards(mine: Item, other: Item) -> None:
    copied(other, mine, "card")


def _replay_card(mine: Item, _other: Item) -> None:
    sealer = _ring().sealer(mine.compartment_id, mine.id)
    mine.card = sealer.seal(b'{"title":"older quartz"}', aad=b"item.card|1")
    db.session.commit()


def _swap_payloads(mine: Item, other: Item) -> None:
    copied(_version(other, 2), _version(mine, 2), "payload")


def _replay_payload(mine: Item, _other: Item) -> None:
    copied(_version(mine, 1), _version(mine, 2), "payload")


def _cut_payload(mine: Item, _other: Item) -> None:
    _version(mine, 2).payload = _version(mine, 2).payload[:-1]
    db.session.commit()


def _swap_keys(mine: Item, other: Item) -> None:
    copied(db.session.get_one(DataKey, other.id), db.session.get_one(DataKey, mine.id), "wrapped")


def _refile(mine: Item, _other: Item) -> None:
    mine.compartment_id = _law_id()
    db.session.commit()


def _swap_labels(mine: Item, other: Item) -> None:
    copied(_file(other), _file(mine), "label")


FAULTS = [
    _swap_cards,
    _replay_card,
    _swap_payloads,
    _replay_payload,
    _cut_payload,
    _swap_keys,
    _refile,
    _swap_labels,
]


def _ring() -> Keyring:
    ring: Keyring = current_app.extensions["keyring"]
    return ring


def _law_id() -> UUID:
    return db.session.scalars(db.select(Compartment.id).where(Compartment.name == "law group")).one()


@pytest.fixture
def all_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def test_what_was_swapped_replayed_cut_or_refiled_does_not_open_and_its_page_shows_none_of_it(
    world: World, browse: Browse, all_logged: pytest.LogCaptureFixture
) -> None:
    browser = browse(world, "detective")

    for fault in FAULTS:
        with world.app.app_context():
            pair = _pair(world, fault.__name__)
            places = _places(*pair)
            fault(*pair)
            with pytest.raises(Broken):
                service.load(world.operator(), places.mine)

        answer = browser.get(f"/library/{places.mine}")
        assert answer.status_code == 500, fault
        assert not _told(answer.get_data(as_text=True)) and not _told(all_logged.text), fault
        assert browser.get(f"/library/{places.other}").status_code == 200, fault


def _told(text: str) -> bool:
    return "quartz" in text or "basalt" in text


def test_a_blob_of_another_attachment_becomes_an_error_page_and_no_download(
    two: Places, world: World, browse: Browse
) -> None:
    blobs = world.app.extensions["blobs"]
    swapped = b"".join(blobs.read(two.other_file))
    blobs.delete(two.my_file)
    blobs.write(two.my_file, [swapped])

    answer = browse(world, "detective").get(two.download(two.mine))

    assert answer.status_code == 500
    assert "Content-Disposition" not in answer.headers and not _told(answer.get_data(as_text=True))


def test_an_attachment_is_not_found_under_another_items_address(
    two: Places, world: World, browse: Browse
) -> None:
    browser = browse(world, "detective")

    assert browser.get(two.download(two.other)).status_code == 404
    assert browser.get(two.download(two.mine)).data == b"quartz second"


def test_a_key_that_was_taken_away_opens_nothing(two: Places, world: World, browse: Browse) -> None:
    world.inside(lambda: db.session.delete(db.session.get_one(DataKey, two.mine)))

    answer = browse(world, "detective").get(f"/library/{two.mine}")

    assert answer.status_code in (404, 500)
    assert not _told(answer.get_data(as_text=True))


def test_a_search_over_a_damaged_document_shows_none_of_it(two: Places, world: World, browse: Browse) -> None:
    with world.app.app_context():
        _swap_payloads(*(db.session.get_one(Item, each) for each in (two.mine, two.other)))

    answer = browse(world, "detective").get("/search?q=title")

    assert answer.status_code == 200
    # The document that was swapped in is the reader's own to find, under its own title and nowhere else.
    page = answer.get_data(as_text=True)
    assert "quartz" not in page
    assert page.count("basalt second") == page.count("basalt title</a>") <= 1


@pytest.mark.usefixtures("two")
def test_nothing_that_people_wrote_stands_in_a_row_in_the_clear(inside: World) -> None:
    rows = [
        repr([getattr(row, column.name) for column in row.__table__.columns])
        for model in (Item, ItemVersion, Attachment)
        for row in db.session.scalars(db.select(model))
    ]

    assert len(rows) == 2 + 4 + 4
    assert not [row for row in rows if _told(row) or "map.pdf" in row or "housing" in row]
