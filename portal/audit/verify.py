"""Verifying the trail: one pass in order of number, which finds the first event not as it was written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from portal.audit.chain import GENESIS, HASHED, EpochKey, event_hash, mac
from portal.audit.checkpoints import Checkpoint, stored
from portal.audit.keyfile import FURTHEST_STEP, KeyFile
from portal.audit.models import AuditEvent
from portal.audit.port import CheckpointSigner
from portal.core.db import db, reading

BATCH = 2000
FIRST = -(2**63)
# What decoding a row raises when somebody put in what the portal never writes.
UNREADABLE = (ValueError, TypeError, AttributeError, RecursionError, DBAPIError)
COLUMNS = [getattr(AuditEvent, name) for name in (*HASHED, "hash", "mac")]
SEQ, EPOCH, PREV = (HASHED.index(name) for name in ("seq", "epoch", "prev"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """``count`` events hold, ``authenticated`` of them under a key; ``reason`` is None if all is well."""

    count: int
    authenticated: int
    first_bad_seq: int | None = None
    reason: str | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing wrong was found."""
        return self.reason is None


class _Bad(Exception):
    def __init__(self, seq: int, reason: str) -> None:
        super().__init__(reason)
        self.seq = seq
        self.reason = reason


def verify(
    *,
    k0: bytes | None,
    key_file: KeyFile | None,
    checkpoints: Iterable[Checkpoint] = (),
    signer: CheckpointSigner | None = None,
    after: int = 0,
) -> Verdict:
    """Find the first changed, removed, reordered or inserted event, a cut or a rollback.

    ``checkpoints`` are those kept elsewhere. Without ``k0`` the events before the key file's epoch are held
    by their hashes and the last checkpoint alone. Events up to ``after`` are taken as they are, and so is the
    epoch that follows: a restored backup breaks a trail there, and what came since must still be verified.
    Call it with no transaction open: it begins its own.
    """
    # The key is read before the database: after it, a checkpoint made in between would look like a rollback.
    current = None if key_file is None else key_file.current()
    known = current if k0 is None else EpochKey(0, k0)
    with reading():
        try:
            connection = _snapshot()
            walk = _Walk(known, in_database=stored(connection), elsewhere=checkpoints, signer=signer)
            bad = _walked(walk, connection, after=after, current=current)
        finally:
            db.session.rollback()
    count = max(walk.seq - after, 0)
    if bad is None:
        return Verdict(count, walk.authenticated)
    return Verdict(count, walk.authenticated, bad.seq, bad.reason)


def _walked(walk: "_Walk", connection: Connection, *, after: int, current: EpochKey | None) -> "_Bad | None":
    try:
        if after > 0:
            walk.start(*_break(connection, after, current))
        for row in _rows(connection, after if after > 0 else FIRST):
            walk.step(row)
        walk.end(current)
    except _Bad as bad:
        return bad
    return None


def _snapshot() -> Connection:
    """All reads of the pass see one moment; SQLite's do so by themselves."""
    if db.engine.dialect.name == "postgresql":
        return db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return db.session.connection()


class _Walk:
    """Where the pass stands: the last good event, the next one's epoch, the checkpoints still to come."""

    def __init__(
        self,
        known: EpochKey | None,
        *,
        in_database: Sequence[Checkpoint],
        elsewhere: Iterable[Checkpoint],
        signer: CheckpointSigner | None,
    ) -> None:
        self.seq = 0
        self.authenticated = 0
        self._prev = GENESIS
        self._epoch = 0
        self._known = known
        self._key = known
        self._signer = signer
        self._in_database = frozenset(in_database)
        self._to_come: dict[int, set[Checkpoint]] = defaultdict(set)
        for point in (*in_database, *elsewhere):
            self._to_come[point.size].add(point)

    def start(self, seq: int, prev: bytes, epoch: int) -> None:
        """Begin after event ``seq`` instead of at the first."""
        self.seq, self._prev, self._epoch = seq, prev, epoch
        for size in [size for size in self._to_come if size <= seq]:
            del self._to_come[size]

    def step(self, row: Sequence[Any]) -> None:
        """Take the next event, or raise ``_Bad``."""
        seq = row[SEQ]
        if seq != self.seq + 1:
            raise _Bad(min(seq, self.seq + 1), "An event is missing here, or one was put in.")
        if row[EPOCH] != self._epoch:
            raise _Bad(seq, "The event's key epoch is not the one that the checkpoints before it allow.")
        if row[PREV] != self._prev:
            raise _Bad(seq, "The event does not follow the one before it.")
        if row[-2] != event_hash(row[:-2]):
            raise _Bad(seq, "The event was changed.")
        key = self._key_of(self._epoch)
        if key is not None:
            if not compare_digest(mac(key.key, row[-2]), row[-1] or b""):
                raise _Bad(seq, "The event was not written with the trail's key.")
            self.authenticated += 1
        self.seq, self._prev = seq, row[-2]
        if seq in self._to_come:
            self._close_epoch(self._to_come.pop(seq))

    def end(self, current: EpochKey | None) -> None:
        """Compare the end of the trail with what is known of it from elsewhere."""
        if self._to_come:
            raise _Bad(
                self.seq + 1,
                "The trail ends before a checkpoint: events were cut off, or it was rolled back.",
            )
        if current is None:
            return
        if current.epoch > self._epoch:
            raise _Bad(
                self.seq + 1, "The key has seen checkpoints that the trail lacks: it was cut or rolled back."
            )
        reached = self._key_of(current.epoch)
        if reached is not None and not compare_digest(reached.key, current.key):
            raise _Bad(self.seq + 1, "The key file does not follow from the first key.")

    def _close_epoch(self, points: Iterable[Checkpoint]) -> None:
        for point in points:
            if point.head != self._prev or point.epoch != self._epoch:
                raise _Bad(self.seq, "The trail up to this event is not the one that a checkpoint saw.")
            if point not in self._in_database:
                raise _Bad(self.seq, "The checkpoint after this event was removed or changed.")
            self._check_authentic(point)
        self._epoch += 1

    def _check_authentic(self, point: Checkpoint) -> None:
        key = self._key_of(point.epoch + 1)
        if key is not None and not compare_digest(mac(key.key, point.statement), point.mac or b""):
            raise _Bad(self.seq, "The checkpoint after this event was not made with the trail's key.")
        if self._signer is not None and not self._signer.verify(point.statement, point.signature or b""):
            raise _Bad(self.seq, "The checkpoint after this event is not signed by this portal.")

    def _key_of(self, epoch: int) -> EpochKey | None:
        """The key of ``epoch``; None before the first known one. Epochs rise but for the look at the end."""
        if self._known is None or self._key is None or epoch < self._known.epoch:
            return None
        if epoch != self._key.epoch:
            self._key = (self._key if epoch > self._key.epoch else self._known).at(epoch)
        return self._key


def _break(connection: Connection, after: int, current: EpochKey | None) -> tuple[int, bytes, int]:
    """Where a pass starts that takes everything up to event ``after`` as it is."""
    found = select(AuditEvent.seq, AuditEvent.epoch, AuditEvent.hash).where(AuditEvent.seq >= after)
    rows = connection.execute(found.order_by(AuditEvent.seq).limit(2)).all()
    if not rows or rows[0].seq != after:
        raise _Bad(after, "There is no such event to begin after.")
    base = rows[0].epoch if current is None else current.epoch
    epoch = rows[1].epoch if len(rows) > 1 else base
    if epoch > base + FURTHEST_STEP:
        raise _Bad(after + 1, "The event's key epoch has not come yet.")
    return after, rows[0].hash, epoch


def _rows(connection: Connection, after: int) -> Iterator[Sequence[Any]]:
    """Every event by number, in batches; where a batch cannot be decoded, one by one up to the culprit."""
    size = BATCH
    while True:
        try:
            rows = _fetch(connection, after, size)
        except UNREADABLE:
            if size == 1:
                raise _Bad(_next_seq(connection, after), "The event cannot be read.") from None
            size = 1
            continue
        if not rows:
            return
        yield from rows
        after = rows[-1][SEQ]


def _fetch(connection: Connection, after: int, size: int) -> Sequence[Sequence[Any]]:
    query = select(*COLUMNS).where(AuditEvent.seq > after).order_by(AuditEvent.seq).limit(size)
    return connection.execute(query).all()


def _next_seq(connection: Connection, after: int) -> int:
    query = select(AuditEvent.seq).where(AuditEvent.seq > after).order_by(AuditEvent.seq).limit(1)
    return connection.execute(query).scalar_one()
