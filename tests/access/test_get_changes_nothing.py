"""A10: looking changes nothing. Every GET address there is, against every table there is."""

from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest

from portal.content.models import Attachment, Item
from portal.core.db import Base, db
from tests.laws.walk import Known, addresses, routes
from tests.page_client import Browser
from tests.world import World, add_items

# The trail records that somebody looked, and a session when it was last used.
WRITTEN_BY_LOOKING = {"audit_event", "audit_checkpoint", "sign_in_session"}


@pytest.fixture
def database_url() -> str:
    """The bracket is tried on both databases; this walk is about the views."""
    return "sqlite://"


def _contents(world: World) -> dict[str, str]:
    """A fingerprint of each table."""
    with world.app.app_context():
        tables = {}
        for table in Base.metadata.sorted_tables:
            rows = sorted(repr(tuple(row)) for row in db.session.execute(db.select(table)))
            tables[table.name] = sha256("\n".join(rows).encode()).hexdigest()
    return {name: digest for name, digest in tables.items() if name not in WRITTEN_BY_LOOKING}


def _gets(world: World, browser: Browser) -> Iterator[str]:
    with world.app.app_context():
        items = tuple(db.session.scalars(db.select(Item.id)))[:3]
        files = tuple(db.session.scalars(db.select(Attachment.id)))[:1]
    people = (world.people["detective"].member_id,)
    known = Known({"item_id": items, "attachment_id": files, "member_id": people, "session_id": items[:1]})
    for rule in routes(world.app, "GET"):
        for address in addresses(world.app, rule, known):
            yield f"{address}?q=quartz"


@pytest.mark.parametrize("person", ["detective", "librarian", "administrator", "auditor"])
def test_no_get_changes_a_row_but_of_the_trail_and_the_session(
    world: World, browse: Callable[..., Browser], person: str
) -> None:
    add_items(world, "all")
    browser = browse(world, person)
    before = _contents(world)

    for address in _gets(world, browser):
        with browser.client.get(address, base_url="https://localhost"):
            pass

        assert _contents(world) == before, address


def test_the_fingerprints_see_a_changed_row(world: World) -> None:
    before = _contents(world)

    with world.app.app_context():
        db.session.execute(db.text("UPDATE compartment SET purpose = 'changed' WHERE name = 'law group'"))
        db.session.commit()

    after = _contents(world)
    assert {name for name in before if before[name] != after[name]} == {"compartment"}
