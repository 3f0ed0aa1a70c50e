"""Writing the trail: an entry says what was done, ``write`` appends it in the act's own transaction."""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from portal.audit.chain import GENESIS, HASHED, EpochKey, canonical, event_hash, mac
from portal.audit.models import AuditCheckpoint, AuditEvent
from portal.audit.trail import current_trail
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Misconfigured, Unavailable

Outcome = Literal["done", "refused", "failed"]
Detail = str | int | bool | None

ACT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
LOCK = 0x7461_736B_6175_6474  # Any constant that nothing else in this database locks.
LARGEST_DETAILS = 2000

_log = logging.getLogger("portal.audit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act: ids and short facts, never content, a secret, a person's name or the words of a query."""

    act: str
    outcome: Outcome = "done"
    actor_id: UUID | None = None
    agency_id: UUID | None = None
    object_kind: str | None = None
    object_id: UUID | None = None
    compartment_id: UUID | None = None
    source: str = ""
    details: Mapping[str, Detail | Sequence[Detail]] = field(default_factory=dict)
    at: datetime = field(default_factory=clock.now)

    def __post_init__(self) -> None:
        if not ACT.fullmatch(self.act) or len(self.act) > 60:
            raise ValueError("an act is a short dotted verb in lower case")
        if self.outcome not in ("done", "refused", "failed"):
            raise ValueError("an outcome is done, refused or failed")
        if self.at.tzinfo is None:
            raise ValueError("an entry needs a time with its zone")
        if not _are_plain(self.details) or len(canonical([self.details])) > LARGEST_DETAILS:
            raise ValueError("details are a few short strings, whole numbers and truth values")


def write(entries: Sequence[Entry]) -> None:
    """Append inside the session's transaction; ``Unavailable`` where that fails, so the act fails too."""
    if not entries:
        return
    try:
        _append(db.session.connection(), entries)
    except (SQLAlchemyError, OSError, Misconfigured) as error:
        # The cause is named by its class alone: a driver's text may name hosts.
        _log.critical("The audit trail cannot be written (%s); acts are being refused.", type(error).__name__)
        raise Unavailable(
            "The portal cannot record what is done, so nothing was done. Try again later."
        ) from error


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain, and the last epoch that a checkpoint has closed (-1 before the first)."""

    seq: int
    hash: bytes
    closed_epoch: int


def lock_head(connection: Connection) -> Head:
    """The end of the chain, which nobody else extends before this transaction ends."""
    # SQLite needs no lock here: its transactions begin by taking the only write lock (``core.db``).
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    return read_head(connection)


def read_head(connection: Connection) -> Head:
    """The end of the chain as this transaction sees it."""
    closed = select(func.max(AuditCheckpoint.epoch)).scalar_subquery()
    last = select(AuditEvent.seq, AuditEvent.hash, closed).order_by(AuditEvent.seq.desc()).limit(1)
    row = connection.execute(last).first()
    if row is None:
        return Head(0, GENESIS, -1)
    return Head(row[0], row[1], -1 if row[2] is None else row[2])


def _append(connection: Connection, entries: Sequence[Entry]) -> None:
    head = lock_head(connection)
    # A checkpoint committed just before a crash left the key file one epoch behind: this catches it up.
    key = current_trail().key_file.advance(head.closed_epoch + 1)
    rows, seq, prev = [], head.seq, head.hash
    for entry in entries:
        seq += 1
        row = _row(entry, seq=seq, prev=prev, key=key)
        rows.append(row)
        prev = row["hash"]
    connection.execute(insert(AuditEvent), rows)


def _row(entry: Entry, *, seq: int, prev: bytes, key: EpochKey) -> dict[str, Any]:
    row: dict[str, Any] = {
        "seq": seq,
        "epoch": key.epoch,
        "at": entry.at,
        "actor_id": entry.actor_id,
        "agency_id": entry.agency_id,
        "act": entry.act,
        "outcome": entry.outcome,
        "object_kind": entry.object_kind,
        "object_id": entry.object_id,
        "compartment_id": entry.compartment_id,
        "source": entry.source[:64],
        "details": dict(entry.details),
        "prev": prev,
    }
    row["hash"] = event_hash([row[name] for name in HASHED])
    row["mac"] = mac(key.key, row["hash"])
    return row


def _are_plain(details: Mapping[str, Any]) -> bool:
    """Only what every database gives back as it was put in: no floats, no nesting."""
    scalars: list[Any] = []
    for value in details.values():
        scalars.extend(value if isinstance(value, list | tuple) else [value])
    return all(isinstance(name, str) for name in details) and all(
        isinstance(scalar, str | int | None) for scalar in scalars
    )
