"""A keyring on a database of its own, and a small world of compartments and items."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from portal.core.db import db
from portal.core.ids import new_id
from portal.keyring import FileKeyManager, InsecureKeyManager, Keyring, MemoryKeyManager
from tests.keyring.world import World, make_app, make_world
from tests.postgres import postgres_database, postgres_url

__all__ = ["postgres_database", "postgres_url"]


@pytest.fixture
def manager() -> MemoryKeyManager:
    with pytest.warns(InsecureKeyManager):
        return MemoryKeyManager()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A new master-key file."""
    path = tmp_path / "keys" / "master.key"
    FileKeyManager.create(path)
    return path


@pytest.fixture
def app() -> Iterator[Flask]:
    """An application on an empty database in memory; the test runs within its context."""
    app = make_app("sqlite://")
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def ring(app: Flask, manager: MemoryKeyManager) -> Keyring:
    return Keyring(manager)


@pytest.fixture
def world(ring: Keyring) -> World:
    """Two compartments with three items each."""
    made = make_world(ring, compartments=2, items=3)
    db.session.commit()
    return made


@pytest.fixture
def sealer(ring: Keyring):
    """One item's sealer."""
    compartment_id, owner_id = new_id(), new_id()
    ring.add_compartment(compartment_id)
    ring.add_key(compartment_id, owner_id)
    return ring.sealer(compartment_id, owner_id)


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """Every SQL statement as it is sent."""
    seen: list[str] = []

    def note(_connection, _cursor, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)
