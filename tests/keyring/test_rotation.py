"""Rotation: everything opens before, during and after, and the old version goes when nothing needs it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from portal.core.db import db
from portal.core.errors import Broken, Misconfigured, NotFound
from portal.core.ids import new_id
from portal.keyring import SYSTEM_COMPARTMENT, FileKeyManager, Keyring, MemoryKeyManager, key_event, rotation
from tests.keyring.world import World


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)


@pytest.fixture
def events() -> Iterator[list[tuple[str, object, int]]]:
    """What the keyring announced."""
    heard: list[tuple[str, object, int]] = []

    def hear(_sender: object, act: str, compartment_id: object, renewed: int) -> None:
        heard.append((act, compartment_id, renewed))

    with key_event.connected_to(hear):
        yield heard


def wrapped_keys() -> set[bytes]:
    """The wrapped data keys as they are stored."""
    return set(db.session.scalars(text("SELECT wrapped FROM data_key")))


def test_a_compartments_rotation_renews_every_wrap_and_destroys_the_old_key(
    ring: Keyring, world: World, events: list[tuple[str, object, int]]
) -> None:
    one, other = world.compartment_ids
    before = wrapped_keys()

    progress = ring.rotate_compartment(one)

    assert progress == rotation.Progress(renewed=4, damaged=(), finished=True)
    assert {(row.compartment_id, row.version, row.data_keys) for row in ring.status()} == {
        (one, 2, 4),
        (other, 1, 4),
    }
    assert len(wrapped_keys() & before) == 4
    assert world.opens(ring)
    assert events == [("compartment key rotation begun", one, 0), ("compartment key rotated", one, 4)]


def test_the_masters_rotation_renews_every_compartment_key_and_destroys_the_old_master(
    ring: Keyring, world: World, events: list[tuple[str, object, int]]
) -> None:
    before = wrapped_keys()

    progress = ring.rotate_master()

    assert progress == rotation.Progress(renewed=2, damaged=(), finished=True)
    assert {row.master_version for row in ring.status()} == {2}
    assert [kept.version for kept in ring.master_status().versions] == [2]
    assert wrapped_keys() == before
    assert world.opens(ring)
    assert events == [("master key rotation begun", None, 0), ("master key rotated", None, 2)]


def test_the_portals_own_secrets_survive_every_rotation(ring: Keyring) -> None:
    member_id = new_id()
    sealed = ring.system_sealer(member_id).seal(b"secret", aad=b"totp")

    ring.rotate_compartment(SYSTEM_COMPARTMENT)
    ring.rotate_master()

    assert ring.system_sealer(member_id).open(sealed, aad=b"totp") == b"secret"


def test_a_rotation_that_was_begun_is_finished_and_not_begun_again(
    ring: Keyring, world: World, manager: MemoryKeyManager
) -> None:
    one = world.compartment_ids[0]
    rotation._begin_compartment(ring._wrapping, one)
    rotation._begin_master(manager)
    assert [row.retired_at is None for row in ring.status() if row.compartment_id == one] == [False, True]
    assert world.opens(ring)

    ring.rotate_compartment(one)
    ring.rotate_master()

    assert [row.version for row in ring.status() if row.compartment_id == one] == [2]
    assert ring.master_status().current == 2
    assert world.opens(ring)


def test_new_items_take_the_new_version_while_a_rotation_goes_on(ring: Keyring, world: World) -> None:
    one = world.compartment_ids[0]
    rotation._begin_compartment(ring._wrapping, one)

    ring.add_key(one, new_id())

    assert [(row.version, row.data_keys) for row in ring.status() if row.compartment_id == one] == [
        (1, 4),
        (2, 1),
    ]


@pytest.mark.parametrize("damaged", [1, 4])
def test_a_key_that_does_not_open_is_named_and_keeps_the_old_version_alive(
    ring: Keyring, world: World, events: list[tuple[str, object, int]], damaged: int
) -> None:
    one = world.compartment_ids[0]
    owners = sorted([one, *(item.owner_id for item in world.items[:3])])[:damaged]
    db.session.execute(
        text("UPDATE data_key SET wrapped = x'00' WHERE owner_id IN (SELECT value FROM json_each(:owners))"),
        {"owners": json.dumps([owner_id.hex for owner_id in owners])},
    )
    db.session.commit()

    progress = ring.rotate_compartment(one)

    assert progress == rotation.Progress(4 - damaged, tuple(owners), finished=False)
    assert [row.data_keys for row in ring.status() if row.compartment_id == one] == [damaged, 4 - damaged]
    assert events[-1][0] == "compartment key rotation interrupted"
    for owner_id in owners:
        ring.destroy_key(owner_id)
    assert ring.rotate_compartment(one).finished


def test_a_compartment_key_that_does_not_open_keeps_the_old_master_alive(
    ring: Keyring, world: World, events: list[tuple[str, object, int]]
) -> None:
    first = min(world.compartment_ids)
    db.session.execute(
        text(
            "UPDATE compartment_key SET wrapped = x'0000000000000001', created_at = '2020-01-01 00:00:00'"
            " WHERE compartment_id = :id"
        ),
        {"id": first.hex},
    )
    db.session.commit()

    progress = ring.rotate_master()

    assert progress == rotation.Progress(renewed=1, damaged=(first,), finished=False)
    assert [kept.version for kept in ring.master_status().versions] == [1, 2]
    assert events[-1][0] == "master key rotation interrupted"


def test_the_whole_page_of_damaged_compartment_keys_is_passed_over(ring: Keyring, world: World) -> None:
    ring.add_compartment(new_id())
    order = sorted(row.compartment_id for row in ring.status())
    db.session.execute(
        text(
            "UPDATE compartment_key SET wrapped = x'00', created_at = '2020-01-01 00:00:00'"
            " WHERE compartment_id <> :id"
        ),
        {"id": order[2].hex},
    )
    db.session.commit()

    progress = ring.rotate_master()

    assert progress == rotation.Progress(renewed=1, damaged=tuple(order[:2]), finished=False)


def test_what_is_not_there_cannot_be_rotated(ring: Keyring) -> None:
    with pytest.raises(NotFound):
        ring.rotate_compartment(new_id())
    db.session.rollback()
    with pytest.raises(Misconfigured, match="DATABASE_URL"):
        ring.rotate_master()
    assert ring.master_status().current == 1


def test_a_database_of_another_master_key_is_left_alone(world: World, tmp_path: Path) -> None:
    stranger = FileKeyManager.create(tmp_path / "master.key")

    with pytest.raises(Misconfigured, match="is not the one"):
        Keyring(stranger).rotate_master()

    assert [kept.version for kept in stranger.status().versions] == [1]


def test_an_act_that_cannot_be_recorded_does_not_happen(ring: Keyring, world: World) -> None:
    def full(_sender: object, **_event: object) -> None:
        raise OSError

    with key_event.connected_to(full):
        for act in (ring.rotate_master, lambda: ring.rotate_compartment(world.compartment_ids[0])):
            with pytest.raises(OSError):
                act()
            db.session.rollback()

    assert ring.master_status().current == 1
    assert {row.version for row in ring.status()} == {1}
    assert world.opens(ring)


def test_an_old_wrap_put_back_after_a_rotation_does_not_open(ring: Keyring, world: World) -> None:
    item = world.items[0]
    query = text("SELECT wrapped FROM data_key WHERE owner_id = :id")
    old = db.session.scalar(query, {"id": item.owner_id.hex})
    ring.rotate_compartment(item.compartment_id)

    db.session.execute(
        text("UPDATE data_key SET wrapped = :old WHERE owner_id = :id"), {"old": old, "id": item.owner_id.hex}
    )

    with pytest.raises(Broken):
        ring.sealer(item.compartment_id, item.owner_id)
