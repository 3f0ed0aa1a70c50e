"""The keyring: who gets which key, and what happens when rows are not what they were."""

from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from portal.core.db import db
from portal.core.errors import Broken, Conflict, Misconfigured, NotFound
from portal.core.ids import new_id
from portal.keyring import SYSTEM_COMPARTMENT, FileKeyManager, Keyring, MemoryKeyManager
from portal.keyring.models import CompartmentKey, DataKey
from tests.keyring.world import FIELD, TEXT, World, make_item


def change(statement: str, **values: object) -> None:
    """What somebody does who may write anything to the database."""
    db.session.execute(text(statement), {k: v.hex if isinstance(v, UUID) else v for k, v in values.items()})
    db.session.commit()


def test_what_is_sealed_for_an_item_opens_with_a_sealer_got_anew(ring: Keyring, world: World) -> None:
    for item in world.items:
        sealer = ring.sealer(item.compartment_id, item.owner_id)

        assert sealer.open(item.sealed, aad=FIELD) == TEXT


def test_a_compartment_has_a_key_of_its_own_for_its_index(ring: Keyring, world: World) -> None:
    one, other = world.compartment_ids

    sealed = ring.sealer(one, one).seal(b"page", aad=b"1")

    with pytest.raises(Broken):
        ring.sealer(other, other).open(sealed, aad=b"1")


def test_a_key_is_found_under_its_own_compartment_only(ring: Keyring, world: World) -> None:
    item = world.items[0]

    with pytest.raises(Broken):
        ring.sealer(world.compartment_ids[1], item.owner_id)
    with pytest.raises(NotFound):
        ring.sealer(item.compartment_id, new_id())


def test_a_page_of_sealers_costs_one_query_and_leaves_out_who_has_no_key(
    ring: Keyring, world: World, statements: list[str]
) -> None:
    owners = {item.owner_id: item.compartment_id for item in world.items}
    ring.destroy_key(world.items[0].owner_id)
    statements.clear()

    sealers = ring.sealers(owners)

    assert len(statements) == 1
    assert set(sealers) == set(owners) - {world.items[0].owner_id}


def test_no_key_is_given_twice_and_none_in_a_compartment_that_is_not_there(
    ring: Keyring, world: World
) -> None:
    item = world.items[0]

    with pytest.raises(Conflict):
        ring.add_compartment(item.compartment_id)
    with pytest.raises(NotFound):
        ring.add_key(new_id(), new_id())
    with pytest.raises(Conflict) as caught:
        ring.add_key(item.compartment_id, item.owner_id)

    assert caught.value.__suppress_context__


def test_a_key_is_born_in_the_transaction_of_its_item(ring: Keyring, world: World) -> None:
    item = make_item(ring, world.compartment_ids[0])

    db.session.rollback()

    with pytest.raises(NotFound):
        ring.sealer(item.compartment_id, item.owner_id)


def test_an_item_that_moves_gets_a_new_key_and_the_old_one_is_gone(ring: Keyring, world: World) -> None:
    item, target = world.items[0], world.compartment_ids[1]

    ring.replace_key(item.owner_id, target)

    with pytest.raises(Broken):
        ring.sealer(target, item.owner_id).open(item.sealed, aad=FIELD)
    with pytest.raises(Broken):
        ring.sealer(item.compartment_id, item.owner_id)


def test_what_has_no_key_cannot_be_moved(ring: Keyring, world: World) -> None:
    with pytest.raises(NotFound):
        ring.replace_key(new_id(), world.compartment_ids[0])


def test_a_destroyed_key_is_gone_for_every_process_at_its_next_call(
    ring: Keyring, world: World, manager
) -> None:
    item, other_process = world.items[0], Keyring(manager)
    other_process.sealer(item.compartment_id, item.owner_id)

    ring.destroy_key(item.owner_id)
    ring.destroy_key(item.owner_id)

    for each in (ring, other_process):
        with pytest.raises(NotFound):
            each.sealer(item.compartment_id, item.owner_id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE owner_id = :other)"
        " WHERE owner_id = :mine",
        "UPDATE data_key SET wrapped = substr(wrapped, 1, 40) WHERE owner_id = :mine",
        "UPDATE data_key SET wrapped = x'' WHERE owner_id = :mine",
        "UPDATE data_key SET compartment_id = :elsewhere WHERE owner_id = :mine",
        "UPDATE compartment_key SET wrapped = (SELECT wrapped FROM compartment_key"
        " WHERE compartment_id = :elsewhere) WHERE compartment_id = :here",
        "UPDATE compartment_key SET wrapped = x'00' WHERE compartment_id = :here",
    ],
)
def test_a_row_that_was_changed_does_not_open_though_it_was_opened_before(
    ring: Keyring, world: World, statement: str
) -> None:
    mine, other = world.items[0], world.items[1]
    ring.sealer(mine.compartment_id, mine.owner_id)

    values = {
        "mine": mine.owner_id,
        "other": other.owner_id,
        "here": mine.compartment_id,
        "elsewhere": world.compartment_ids[1],
    }
    change(statement, **{name: value for name, value in values.items() if f":{name}" in statement})

    with pytest.raises(Broken):
        ring.sealer(mine.compartment_id, mine.owner_id)


def test_a_row_moved_to_another_compartment_does_not_open_there_either(ring: Keyring, world: World) -> None:
    item, elsewhere = world.items[0], world.compartment_ids[1]

    change(
        "UPDATE data_key SET compartment_id = :elsewhere WHERE owner_id = :mine",
        elsewhere=elsewhere,
        mine=item.owner_id,
    )

    with pytest.raises(Broken):
        ring.sealer(elsewhere, item.owner_id)


def test_an_old_row_put_back_after_a_move_opens_nothing_that_was_sealed_since(
    ring: Keyring, world: World
) -> None:
    item = world.items[0]
    row = db.session.get_one(DataKey, item.owner_id)
    wrapped = row.wrapped
    ring.replace_key(item.owner_id, item.compartment_id)
    sealed = ring.sealer(item.compartment_id, item.owner_id).seal(TEXT, aad=FIELD)

    change(
        "UPDATE data_key SET wrapped = :wrapped WHERE owner_id = :mine", wrapped=wrapped, mine=item.owner_id
    )

    with pytest.raises(Broken):
        ring.sealer(item.compartment_id, item.owner_id).open(sealed, aad=FIELD)


def test_the_portals_own_secrets_get_a_key_at_need_and_keep_it(ring: Keyring) -> None:
    member_id, other_id = new_id(), new_id()

    sealed = ring.system_sealer(member_id).seal(b"secret", aad=b"totp")
    other = ring.system_sealer(other_id)

    assert ring.system_sealer(member_id).open(sealed, aad=b"totp") == b"secret"
    assert ring.sealer(SYSTEM_COMPARTMENT, member_id).open(sealed, aad=b"totp") == b"secret"
    with pytest.raises(Broken):
        other.open(sealed, aad=b"totp")


def test_an_items_key_is_not_one_of_the_portals_own(ring: Keyring, world: World) -> None:
    with pytest.raises(Broken):
        ring.system_sealer(world.items[0].owner_id)


def test_the_database_refuses_to_lose_a_compartment_key_that_is_in_use(ring: Keyring, world: World) -> None:
    from_database = db.session.get_one(CompartmentKey, (world.compartment_ids[0], 1))

    db.session.delete(from_database)

    with pytest.raises(Exception, match="FOREIGN KEY"):
        db.session.flush()
    db.session.rollback()


def test_the_check_passes_without_tables_and_without_keys_and_with_the_right_key(ring: Keyring) -> None:
    db.drop_all()
    ring.check()
    db.session.rollback()

    db.create_all()
    ring.check()

    ring.add_compartment(new_id())
    ring.check()


def test_another_master_key_is_found_out_at_the_start(app: Flask, world: World, tmp_path: Path) -> None:
    wrong = FileKeyManager.create(tmp_path / "master.key")

    with pytest.raises(Misconfigured, match=r"master\.key is not the one"):
        Keyring(wrong).check()


def test_the_status_tells_versions_and_counts_and_no_key(
    ring: Keyring, world: World, manager: MemoryKeyManager
) -> None:
    rows = ring.status()

    assert {row.compartment_id: (row.version, row.data_keys, row.master_version) for row in rows} == {
        compartment_id: (1, 4, 1) for compartment_id in world.compartment_ids
    }
    assert all(row.retired_at is None for row in rows)
    assert ring.master_status() == manager.status()
    assert ring.derive("cookies") == manager.derive("cookies")


def test_damaged_keys_are_named(ring: Keyring, world: World) -> None:
    assert ring.damaged() == []

    change("UPDATE data_key SET wrapped = x'00' WHERE owner_id = :mine", mine=world.items[2].owner_id)

    assert ring.damaged() == [world.items[2].owner_id]
