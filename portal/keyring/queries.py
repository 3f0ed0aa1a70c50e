"""The rows of keys. Columns are selected, not objects, so that the session keeps no stale copy."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Row, and_, delete, exists, func, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict, NotFound
from portal.keyring.models import CompartmentKey, DataKey
from portal.keyring.port import wrapping_version

DataRow = Row[UUID, UUID, int, bytes, bytes]
THE_VERSION_OF_THE_DATA_KEY = and_(
    CompartmentKey.compartment_id == DataKey.compartment_id, CompartmentKey.version == DataKey.key_version
)


class KeyStatus(NamedTuple):
    """One version of one compartment's key: what an operator may know of it."""

    compartment_id: UUID
    version: int
    data_keys: int
    master_version: int
    created_at: datetime
    retired_at: datetime | None


# Every data key with the compartment key that wraps it, in the order that ``Wrapping.sealer`` takes.
DATA_ROWS = select(
    DataKey.owner_id, DataKey.compartment_id, DataKey.key_version, DataKey.wrapped, CompartmentKey.wrapped
).join(CompartmentKey, THE_VERSION_OF_THE_DATA_KEY)


def rows_of(owner_ids: Iterable[UUID]) -> Sequence[DataRow]:
    """The rows of these owners, in one query."""
    return db.session.execute(DATA_ROWS.where(DataKey.owner_id.in_(owner_ids))).all()


def all_rows() -> Iterable[DataRow]:
    """Every row there is, a thousand at a time."""
    return db.session.execute(DATA_ROWS.execution_options(yield_per=1000))


def has_tables() -> bool:
    """Whether the database has been migrated far enough to hold keys."""
    return inspect(db.session.connection()).has_table(CompartmentKey.__tablename__)


def newest_key() -> Row[UUID, int, bytes] | None:
    """The compartment key that was made last, in the order that ``Wrapping.compartment_box`` takes."""
    query = select(CompartmentKey.compartment_id, CompartmentKey.version, CompartmentKey.wrapped)
    return db.session.execute(query.order_by(CompartmentKey.created_at.desc()).limit(1)).first()


def versions_of(compartment_id: UUID) -> Sequence[Row[int, bytes]]:
    """A compartment's versions and wrapped keys, oldest first."""
    query = select(CompartmentKey.version, CompartmentKey.wrapped)
    return db.session.execute(
        query.where(CompartmentKey.compartment_id == compartment_id).order_by(CompartmentKey.version)
    ).all()


def newest_version(compartment_id: UUID) -> tuple[int, bytes]:
    """The version that wraps new data keys; it stays until this transaction ends."""
    query = (
        select(CompartmentKey.version, CompartmentKey.wrapped)
        .where(CompartmentKey.compartment_id == compartment_id)
        .order_by(CompartmentKey.version.desc())
        .limit(1)
        .with_for_update(read=True, key_share=True)
    )
    # On PostgreSQL a rotation that ends at this moment can take the row away while we wait for it; the newer
    # version is there then.
    found = db.session.execute(query).first() or db.session.execute(query).first()
    if found is None:
        raise NotFound("There is no such compartment.")
    return found.version, found.wrapped


def add_version(compartment_id: UUID, version: int, wrapped: bytes) -> None:
    """Store a new version and retire the ones before it."""
    db.session.execute(
        insert(CompartmentKey).values(
            compartment_id=compartment_id, version=version, wrapped=wrapped, created_at=now()
        )
    )
    older = (CompartmentKey.compartment_id == compartment_id) & (CompartmentKey.version < version)
    db.session.execute(update(CompartmentKey).where(older).values(retired_at=now()))


def add_data_key(owner_id: UUID, compartment_id: UUID, version: int, wrapped: bytes) -> None:
    """Store a data key; ``Conflict`` where the owner has one."""
    values = {"compartment_id": compartment_id, "key_version": version, "wrapped": wrapped}
    try:
        db.session.execute(insert(DataKey).values(owner_id=owner_id, **values))
    except IntegrityError:
        raise Conflict("There is a key for this already.") from None


def set_data_key(owner_id: UUID, compartment_id: UUID, version: int, wrapped: bytes) -> None:
    """Overwrite an owner's data key; ``NotFound`` where it has none."""
    values = {"compartment_id": compartment_id, "key_version": version, "wrapped": wrapped}
    done = db.session.execute(
        update(DataKey).where(DataKey.owner_id == owner_id).values(values).returning(DataKey.owner_id)
    )
    if done.first() is None:
        raise NotFound


def delete_data_key(owner_id: UUID) -> None:
    """Remove an owner's data key, if there is one."""
    db.session.execute(delete(DataKey).where(DataKey.owner_id == owner_id))


def drop_unused_versions(compartment_id: UUID, newest: int) -> None:
    """Delete the versions before ``newest`` that wrap nothing."""
    older = (CompartmentKey.compartment_id == compartment_id) & (CompartmentKey.version < newest)
    # First wait for whoever is adding a data key under one of them; the second statement then sees that key.
    db.session.execute(select(CompartmentKey.version).where(older).with_for_update())
    db.session.execute(delete(CompartmentKey).where(older, ~exists().where(THE_VERSION_OF_THE_DATA_KEY)))


def status_rows() -> list[KeyStatus]:
    """One row a compartment and version, in that order."""
    query = (
        select(
            CompartmentKey.compartment_id,
            CompartmentKey.version,
            func.count(DataKey.owner_id),
            CompartmentKey.wrapped,
            CompartmentKey.created_at,
            CompartmentKey.retired_at,
        )
        .outerjoin(DataKey, THE_VERSION_OF_THE_DATA_KEY)
        .group_by(CompartmentKey.compartment_id, CompartmentKey.version)
        .order_by(CompartmentKey.compartment_id, CompartmentKey.version)
    )
    return [
        KeyStatus(compartment_id, version, count, wrapping_version(wrapped), created_at, retired_at)
        for compartment_id, version, count, wrapped, created_at, retired_at in db.session.execute(query)
    ]
