"""Rotation of a compartment's key and of the master key: online, in batches, and resumable.

A rotation is unfinished as long as an older version is kept, and running it again finishes it; there is no
other state. Everything opens throughout, because a row names the version that wraps it and no version goes
before the last row that needs it. Each function commits the session as it goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, select, update

from portal.core.db import db
from portal.core.errors import Broken, Misconfigured, NotFound
from portal.keyring.events import announce
from portal.keyring.locks import lock_keys
from portal.keyring.models import CompartmentKey, DataKey
from portal.keyring.port import KeyManager, wrapping_version
from portal.keyring.queries import add_version, drop_unused_versions, newest_key, versions_of
from portal.keyring.wrapping import Wrapping, data_aad

BATCH = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """How many keys this run wrapped anew, whose keys do not open, and whether the old version is gone."""

    renewed: int
    damaged: tuple[UUID, ...]
    finished: bool


def rotate_compartment(wrapping: Wrapping, compartment_id: UUID) -> Progress:
    """Wrap every data key of the compartment under a new version, then destroy the older versions."""
    newest = _begin_compartment(wrapping, compartment_id)
    renewed, damaged, after = 0, [], UUID(int=0)
    while rows := _lock_data_keys(compartment_id, newest, after):
        broken = _renew_data_keys(wrapping, compartment_id, rows)
        db.session.commit()
        renewed += len(rows) - len(broken)
        damaged += broken
        after = rows[-1].owner_id
    drop_unused_versions(compartment_id, newest)
    finished = len(versions_of(compartment_id)) == 1
    announce(
        "compartment key rotated" if finished else "compartment key rotation interrupted",
        compartment_id,
        renewed=renewed,
    )
    db.session.commit()
    return Progress(renewed, tuple(damaged), finished)


def rotate_master(wrapping: Wrapping, manager: KeyManager) -> Progress:
    """Wrap every compartment key under a new master version, then destroy the older versions."""
    _begin_master(manager)
    renewed, damaged = 0, set[tuple[UUID, int]]()
    while stale := _stale_compartment_keys(manager, damaged):
        broken = _renew_compartment_keys(wrapping, stale[:BATCH])
        db.session.commit()
        renewed += len(stale[:BATCH]) - len(broken)
        damaged |= broken
    # The lock that ``_stale_compartment_keys`` took is still held: nobody wraps under an older version.
    if not damaged:
        manager.forget_old()
    announce("master key rotation interrupted" if damaged else "master key rotated", renewed=renewed)
    db.session.commit()
    return Progress(renewed, tuple(sorted({compartment_id for compartment_id, _ in damaged})), not damaged)


def _begin_compartment(wrapping: Wrapping, compartment_id: UUID) -> int:
    lock_keys()
    versions = [row.version for row in versions_of(compartment_id)]
    if not versions:
        raise NotFound("There is no such compartment.")
    newest = versions[-1]
    if len(versions) == 1:
        newest += 1
        add_version(compartment_id, newest, wrapping.new_compartment_key(compartment_id, newest))
        announce("compartment key rotation begun", compartment_id)
    db.session.commit()
    return newest


def _lock_data_keys(compartment_id: UUID, newest: int, after: UUID) -> Sequence[Row[UUID, int, bytes]]:
    lock_keys()
    query = (
        select(DataKey.owner_id, DataKey.key_version, DataKey.wrapped)
        .where(
            DataKey.compartment_id == compartment_id, DataKey.key_version < newest, DataKey.owner_id > after
        )
        .order_by(DataKey.owner_id)
        .limit(BATCH)
        .with_for_update()
    )
    return db.session.execute(query).all()


def _renew_data_keys(
    wrapping: Wrapping, compartment_id: UUID, rows: Sequence[Row[UUID, int, bytes]]
) -> list[UUID]:
    """Wrap these anew and return the owners whose keys do not open."""
    boxes = {
        version: wrapping.compartment_box(compartment_id, version, wrapped)
        for version, wrapped in versions_of(compartment_id)
    }
    newest, changes, damaged = max(boxes), [], []
    for owner_id, version, wrapped in rows:
        try:
            data_key = boxes[version].open(wrapped, data_aad(compartment_id, owner_id, version))
        except Broken:
            damaged.append(owner_id)
            continue
        again = boxes[newest].seal(data_key, data_aad(compartment_id, owner_id, newest))
        changes.append({"owner_id": owner_id, "key_version": newest, "wrapped": again})
    if changes:
        db.session.execute(update(DataKey), changes)
    return damaged


def _begin_master(manager: KeyManager) -> None:
    lock_keys()
    # Beside the wrong database a rotation would end by destroying the key that the right one needs.
    if newest_key() is None:
        raise Misconfigured("This database holds no keys, so there is none to rotate. Is DATABASE_URL right?")
    if len(manager.status().versions) == 1:
        announce("master key rotation begun")
        manager.rotate()
    db.session.commit()


def _stale_compartment_keys(
    manager: KeyManager, damaged: set[tuple[UUID, int]]
) -> list[tuple[UUID, int, bytes]]:
    """Locks the keys, and returns those under an older master version that are not known to be damaged."""
    lock_keys()
    current = manager.status().current
    query = select(CompartmentKey.compartment_id, CompartmentKey.version, CompartmentKey.wrapped)
    return [
        (compartment_id, version, wrapped)
        for compartment_id, version, wrapped in db.session.execute(query)
        if wrapping_version(wrapped) != current and (compartment_id, version) not in damaged
    ]


def _renew_compartment_keys(wrapping: Wrapping, rows: list[tuple[UUID, int, bytes]]) -> set[tuple[UUID, int]]:
    """Wrap these anew and return those that do not open."""
    changes, damaged = [], set()
    for compartment_id, version, wrapped in rows:
        try:
            again = wrapping.renew_compartment_key(compartment_id, version, wrapped)
        except Broken:
            damaged.add((compartment_id, version))
            continue
        changes.append({"compartment_id": compartment_id, "version": version, "wrapped": again})
    if changes:
        db.session.execute(update(CompartmentKey), changes)
    return damaged
