"""The keyring on PostgreSQL, where transactions do run side by side."""

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.ids import new_id
from portal.keyring import Keyring, MemoryKeyManager, rotation
from tests.keyring.world import World, make_app, make_item, make_world

pytestmark = pytest.mark.postgres


@pytest.fixture
def app(postgres_database: str) -> Iterator[Flask]:
    app = make_app(postgres_database)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_keys_are_made_moved_destroyed_and_rotated(ring: Keyring, world: World) -> None:
    one, other = world.compartment_ids
    moved = make_item(ring, one)
    ring.replace_key(moved.owner_id, other)
    gone = make_item(ring, one)
    ring.destroy_key(gone.owner_id)

    done = ring.rotate_compartment(one), ring.rotate_master()

    assert [progress.finished for progress in done] == [True, True]
    assert {
        (row.compartment_id, row.version, row.data_keys, row.master_version) for row in ring.status()
    } == {
        (one, 2, 4, 2),
        (other, 1, 5, 2),
    }
    assert world.opens(ring)
    with pytest.raises(NotFound):
        ring.sealer(one, gone.owner_id)
    ring.check()


def test_items_and_compartments_made_during_rotations_keep_their_keys(
    app: Flask, ring: Keyring, manager: MemoryKeyManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 5)
    world = make_world(ring, compartments=1, items=20)
    db.session.commit()
    made: list[World] = []

    def write() -> None:
        with app.app_context():
            writer = Keyring(manager)
            for _ in range(15):
                item = make_item(writer, world.compartment_ids[0])
                made.append(World([item.compartment_id], [item]))
                made.append(make_world(writer, compartments=1, items=1))
                db.session.commit()

    thread = Thread(target=write)
    thread.start()
    while thread.is_alive():
        ring.rotate_compartment(world.compartment_ids[0])
        ring.rotate_master()
    thread.join()

    assert len(made) == 30
    assert all(each.opens(ring) for each in [world, *made])
    assert ring.damaged() == []


def test_a_key_added_before_a_rotation_ends_keeps_its_version_alive(
    app: Flask, ring: Keyring, world: World
) -> None:
    one = world.compartment_ids[0]
    rotation._begin_compartment(ring._wrapping, one)
    owner_id = new_id()

    ring.add_key(one, owner_id)
    db.session.commit()

    assert ring.rotate_compartment(one).finished
    assert ring.sealer(one, owner_id)
