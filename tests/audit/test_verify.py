"""Every attack of somebody who may write anything to the database, and some of one who has the key too."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text

from portal import audit
from portal.audit.chain import GENESIS, HASHED, EpochKey, event_hash, mac
from portal.audit.checkpoints import Checkpoint, from_lines
from portal.audit.models import AuditEvent
from portal.audit.trail import Trail
from portal.audit.verify import Verdict, verify
from portal.core.db import db

Record = Callable[[int], None]
Sql = Callable[..., None]

COPIED = (
    "epoch, at, actor_id, agency_id, act, outcome, object_kind, object_id, compartment_id, source, details, "
    "prev, hash, mac"
)


@pytest.fixture
def verdict(trail: Trail, k0: bytes) -> Callable[[], Verdict]:
    """What the auditor finds who has the first key but no checkpoint kept elsewhere."""
    return lambda: verify(k0=k0, key_file=trail.key_file)


def recompute_from(seq: int, key: EpochKey) -> None:
    """Hash and authenticate all events from ``seq`` on again, as an attacker does who covers his traces."""
    prev = db.session.scalar(select(AuditEvent.hash).where(AuditEvent.seq == seq - 1)) or GENESIS
    for event in db.session.scalars(select(AuditEvent).where(AuditEvent.seq >= seq).order_by(AuditEvent.seq)):
        event.prev = prev
        event.hash = prev = event_hash([getattr(event, name) for name in HASHED])
        event.mac = mac(key.key, event.hash)
    db.session.commit()


def made_checkpoint() -> Checkpoint:
    made = audit.checkpoint()
    assert made is not None
    return made


def test_an_untouched_trail_holds_and_every_event_is_checked_against_its_key(record: Record, verdict) -> None:
    record(3)
    audit.checkpoint()
    record(2)

    found = verdict()

    assert found == Verdict(count=5, authenticated=5)
    assert found.holds


def test_an_empty_trail_holds(inside: None, verdict) -> None:
    assert verdict() == Verdict(count=0, authenticated=0)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2020-01-01 00:00:00.000000"),
        ("actor_id", "0" * 32),
        ("agency_id", "0" * 32),
        ("act", "item.shred"),
        ("outcome", "refused"),
        ("object_kind", "item"),
        ("object_id", "0" * 32),
        ("compartment_id", "0" * 32),
        ("source", "10.0.0.1"),
        ("details", '{"number": 7}'),
        ("epoch", 1),
        ("prev", b"x" * 32),
        ("hash", b"x" * 32),
        ("mac", b"x" * 32),
    ],
)
def test_an_edited_event_is_found_whichever_field_was_edited(
    record: Record, sql: Sql, verdict, column: str, value: object
) -> None:
    record(5)

    sql(f"UPDATE audit_event SET {column} = :value WHERE seq = 3", value=value)

    assert (verdict().first_bad_seq, verdict().count) == (3, 2)


def test_an_event_deleted_from_the_middle_is_found(record: Record, sql: Sql, verdict) -> None:
    record(5)

    sql("DELETE FROM audit_event WHERE seq = 3")

    assert verdict().first_bad_seq == 3


def test_an_event_deleted_from_the_middle_is_found_when_the_later_ones_are_renumbered(
    record: Record, sql: Sql, verdict
) -> None:
    record(5)

    sql("DELETE FROM audit_event WHERE seq = 3")
    sql("UPDATE audit_event SET seq = seq - 1 WHERE seq = 4")
    sql("UPDATE audit_event SET seq = seq - 1 WHERE seq = 5")

    assert verdict().first_bad_seq == 3


def test_two_swapped_events_are_found(record: Record, sql: Sql, verdict) -> None:
    record(5)

    sql("UPDATE audit_event SET seq = 99 WHERE seq = 2")
    sql("UPDATE audit_event SET seq = 2 WHERE seq = 4")
    sql("UPDATE audit_event SET seq = 4 WHERE seq = 99")

    assert verdict().first_bad_seq == 2


def test_an_event_appended_without_the_key_is_found(record: Record, sql: Sql, verdict) -> None:
    record(3)

    sql(f"INSERT INTO audit_event (seq, {COPIED}) SELECT 4, {COPIED} FROM audit_event WHERE seq = 3")

    assert verdict().first_bad_seq == 4


def test_an_event_inserted_before_the_first_is_found(record: Record, sql: Sql, verdict) -> None:
    record(3)

    sql(f"INSERT INTO audit_event (seq, {COPIED}) SELECT -2, {COPIED} FROM audit_event WHERE seq = 1")

    assert verdict().first_bad_seq == -2


def test_an_edit_with_every_later_hash_recomputed_is_found_without_the_key(
    record: Record, sql: Sql, trail: Trail, k0: bytes
) -> None:
    record(3)
    audit.checkpoint()
    record(2)

    sql("UPDATE audit_event SET act = 'item.list' WHERE seq = 2")
    recompute_from(2, EpochKey(0, b"guess" * 6))

    assert verify(k0=k0, key_file=trail.key_file).first_bad_seq == 2
    assert verify(k0=None, key_file=trail.key_file).first_bad_seq == 3  # where the checkpoint stands


def test_an_edit_of_the_past_with_the_current_key_stolen_is_found_with_the_first_key(
    record: Record, sql: Sql, trail: Trail, k0: bytes
) -> None:
    record(3)
    audit.checkpoint()
    record(2)
    stolen = trail.key_file.current()

    sql("UPDATE audit_event SET act = 'item.list' WHERE seq = 2")
    recompute_from(2, stolen)

    assert verify(k0=k0, key_file=trail.key_file).first_bad_seq == 2


def test_a_trail_cut_below_its_last_checkpoint_is_found(record: Record, sql: Sql, verdict) -> None:
    record(5)
    audit.checkpoint()

    sql("DELETE FROM audit_event WHERE seq > 3")

    assert verdict().first_bad_seq == 4


def test_a_trail_cut_together_with_its_checkpoint_is_found_by_the_key_that_moved_on(
    record: Record, sql: Sql, verdict
) -> None:
    record(5)
    audit.checkpoint()

    sql("DELETE FROM audit_event WHERE seq > 3")
    sql("DELETE FROM audit_checkpoint")

    assert verdict().first_bad_seq == 4


def test_a_rollback_of_database_and_key_is_found_by_the_checkpoints_kept_elsewhere(
    record: Record, trail: Trail, k0: bytes, tmp_path: Path
) -> None:
    record(3)
    elsewhere = [made_checkpoint().line]
    copies = {
        path: tmp_path / f"old-{path.name}" for path in (trail.key_file.path, tmp_path / "portal.sqlite")
    }
    db.engine.dispose()
    for path, copy in copies.items():
        shutil.copy2(path, copy)
    record(3)
    elsewhere.append(made_checkpoint().line)

    db.session.remove()
    db.engine.dispose()
    for path, copy in copies.items():
        shutil.copy2(copy, path)

    assert verify(k0=k0, key_file=trail.key_file).holds  # nothing on this machine can tell
    kept = from_lines(elsewhere)
    assert verify(k0=k0, key_file=trail.key_file, checkpoints=kept).first_bad_seq == 4


def test_a_rollback_that_grew_past_a_checkpoint_kept_elsewhere_is_found(
    record: Record, sql: Sql, trail: Trail, k0: bytes
) -> None:
    record(3)
    old_key = trail.key_file.path.read_text()
    record(2)
    kept = [made_checkpoint()]

    sql("DELETE FROM audit_event WHERE seq > 3")
    sql("DELETE FROM audit_checkpoint")
    trail.key_file.path.write_text(old_key)
    record(4)

    assert verify(k0=k0, key_file=trail.key_file).holds
    assert verify(k0=k0, key_file=trail.key_file, checkpoints=kept).first_bad_seq == 5


def test_a_rollback_that_grew_again_is_found_by_the_epoch_that_its_events_skip(
    record: Record, sql: Sql, verdict
) -> None:
    record(3)
    audit.checkpoint()
    record(3)
    audit.checkpoint()

    sql("DELETE FROM audit_event WHERE seq > 3")
    sql("DELETE FROM audit_checkpoint WHERE epoch = 1")
    record(2)

    assert verdict().first_bad_seq == 4


def test_a_removed_checkpoint_is_found(record: Record, sql: Sql, trail: Trail, k0: bytes) -> None:
    record(3)
    kept = [made_checkpoint()]
    record(2)

    sql("DELETE FROM audit_checkpoint")

    assert verify(k0=k0, key_file=trail.key_file).first_bad_seq == 4
    assert verify(k0=k0, key_file=trail.key_file, checkpoints=kept).first_bad_seq == 3


@pytest.mark.parametrize(
    "change", ["size = 2", "epoch = 5", "head = x'00'", "mac = x'00'", "at = '2020-01-01 00:00:00'"]
)
def test_a_changed_checkpoint_is_found(record: Record, sql: Sql, verdict, change: str) -> None:
    record(3)
    audit.checkpoint()

    sql(f"UPDATE audit_checkpoint SET {change}")

    assert not verdict().holds


def test_a_key_file_that_was_swapped_is_found(record: Record, trail: Trail, verdict) -> None:
    record(3)
    trail.key_file.path.unlink()
    trail.key_file.create()

    assert verdict().first_bad_seq == 4


def test_without_any_key_the_chain_alone_is_verified(record: Record, sql: Sql) -> None:
    record(3)
    assert verify(k0=None, key_file=None) == Verdict(count=3, authenticated=0)

    sql("UPDATE audit_event SET act = 'item.list' WHERE seq = 2")

    assert verify(k0=None, key_file=None).first_bad_seq == 2


@pytest.mark.parametrize(
    "change",
    [
        "at = 5",
        "actor_id = 5",
        "object_id = 'x'",
        "details = '{'",
        "hash = 'text'",
        "act = CAST(x'ff' AS TEXT)",
    ],
)
def test_an_event_that_cannot_be_read_is_named(record: Record, sql: Sql, verdict, change: str) -> None:
    record(5)

    sql(f"UPDATE audit_event SET {change} WHERE seq = 4")

    assert verdict().first_bad_seq == 4


def test_a_trail_longer_than_a_batch_is_verified_whole(
    record: Record, sql: Sql, verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.audit.verify.BATCH", 2)
    record(7)
    assert verdict().count == 7

    sql("UPDATE audit_event SET source = 'x' WHERE seq = 7")

    assert verdict().first_bad_seq == 7


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("attack", "first_bad"),
    [
        ("UPDATE audit_event SET source = 'x' WHERE seq = 2", 2),
        ("UPDATE audit_event SET details = '{}' WHERE seq = 2", 2),
        ("DELETE FROM audit_event WHERE seq = 2", 2),
        ("DELETE FROM audit_event WHERE seq > 2", 3),
        ("TRUNCATE audit_event", 1),
        ("TRUNCATE audit_checkpoint", 4),
    ],
)
def test_attacks_on_postgresql_are_found(
    make_app, postgres_database: str, attack: str, first_bad: int
) -> None:
    app = make_app(postgres_database)
    with app.app_context():
        for count in (3, 1):
            audit.write([audit.Entry(act="item.read", details={"a": 1})] * count)
            audit.checkpoint()
        assert verify(k0=None, key_file=app.extensions["audit"].key_file).count == 4

        db.session.execute(text(attack))
        db.session.commit()

        assert verify(k0=None, key_file=app.extensions["audit"].key_file).first_bad_seq == first_bad


def test_verifying_waits_for_no_writer_and_leaves_no_transaction_open(
    record: Record, verdict, tmp_path: Path
) -> None:
    record(1)
    writer = sqlite3.connect(tmp_path / "portal.sqlite", isolation_level=None)

    with closing(writer):
        writer.execute("BEGIN IMMEDIATE")
        found = verdict()

    assert found.holds
    assert not db.session.registry().in_transaction()
