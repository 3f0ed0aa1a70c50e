"""Checkpoints pin how long the trail was and what it ended with, and close the epoch of its key."""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from portal.audit.chain import EpochKey, canonical, mac, utc_text
from portal.audit.models import AuditCheckpoint
from portal.audit.record import lock_head, read_head
from portal.audit.trail import Trail, current_trail
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Invalid

EVENTS_BETWEEN = 100
TIME_BETWEEN = timedelta(minutes=1)

_log = logging.getLogger("portal.audit.checkpoint")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The trail had ``size`` events and ended in ``head`` when ``epoch`` was closed."""

    epoch: int
    size: int
    head: bytes
    at: datetime
    mac: bytes = b""
    signature: bytes | None = None

    @property
    def statement(self) -> bytes:
        """What is authenticated and signed."""
        return b"checkpoint" + canonical([self.epoch, self.size, self.head, self.at])

    @property
    def line(self) -> str:
        """One line of JSON, to be kept on another machine."""
        signature = None if self.signature is None else self.signature.hex()
        values = {"epoch": self.epoch, "size": self.size, "head": self.head.hex(), "at": utc_text(self.at)}
        return json.dumps(values | {"mac": self.mac.hex(), "signature": signature})


def checkpoint() -> Checkpoint | None:
    """Close the epoch if events came since the last one. Commits the session, then moves the key forward."""
    trail = current_trail()
    made = _close_epoch(db.session.connection(), trail)
    db.session.commit()
    if made is not None:
        # Only after the commit: should the process die in between, the next writer moves the key.
        trail.key_file.advance(made.epoch + 1)
        _log.info("%s", made.line)
    return made


def checkpoint_if_due() -> Checkpoint | None:
    """For the worker's loop: a checkpoint where 100 events, or one and a minute, came since the last.

    Call it with no transaction open.
    """
    connection = db.session.connection()
    last = last_checkpoint(connection)
    size, at = (0, None) if last is None else (last.size, last.at)
    count = read_head(connection).seq - size
    # A clock that went back makes a checkpoint due, rather than putting it off.
    is_old = at is None or not timedelta(0) <= clock.now() - at < TIME_BETWEEN
    if count >= EVENTS_BETWEEN or (count and is_old):
        return checkpoint()
    db.session.rollback()
    return None


def stored(connection: Connection) -> list[Checkpoint]:
    """The checkpoints in the database, by epoch."""
    rows = connection.execute(select(*_columns()).order_by(AuditCheckpoint.epoch))
    return [Checkpoint(*row) for row in rows]


def from_lines(lines: Iterable[str]) -> list[Checkpoint]:
    """The checkpoints that were kept elsewhere; ``Invalid`` names the line that is not one."""
    return [_from_line(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _from_line(number: int, line: str) -> Checkpoint:
    try:
        read = json.loads(line)
        signature = read["signature"]
        return Checkpoint(
            epoch=int(read["epoch"]),
            size=int(read["size"]),
            head=bytes.fromhex(read["head"]),
            at=datetime.fromisoformat(read["at"]),
            mac=bytes.fromhex(read["mac"]),
            signature=None if signature is None else bytes.fromhex(signature),
        )
    except (ValueError, KeyError, TypeError):
        raise Invalid(f"Line {number} of the checkpoints is not a checkpoint.") from None


def _close_epoch(connection: Connection, trail: Trail) -> Checkpoint | None:
    head = lock_head(connection)
    last = last_checkpoint(connection)
    if head.seq <= (0 if last is None else last.size):
        return None
    key = trail.key_file.advance(head.closed_epoch + 1)
    made = _authenticated(Checkpoint(key.epoch, head.seq, head.hash, clock.now()), key=key, trail=trail)
    connection.execute(insert(AuditCheckpoint), [_values(made)])
    return made


def _authenticated(bare: Checkpoint, *, key: EpochKey, trail: Trail) -> Checkpoint:
    """Under the next epoch's key, so that the key file of the moment can check the last checkpoint."""
    signature = None if trail.signer is None else trail.signer.sign(bare.statement)
    next_key = key.at(bare.epoch + 1)
    return Checkpoint(bare.epoch, bare.size, bare.head, bare.at, mac(next_key.key, bare.statement), signature)


def last_checkpoint(connection: Connection) -> Checkpoint | None:
    """The checkpoint that closed the latest epoch; None before the first."""
    row = connection.execute(select(*_columns()).order_by(AuditCheckpoint.epoch.desc()).limit(1)).first()
    return None if row is None else Checkpoint(*row)


def _columns() -> list[Any]:
    return [getattr(AuditCheckpoint, name) for name in Checkpoint.__slots__]


def _values(made: Checkpoint) -> dict[str, Any]:
    return {name: getattr(made, name) for name in Checkpoint.__slots__}
