"""A trail whose database was restored from a backup: broken there for good, and verified from there on."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal import audit
from portal.audit.checkpoints import stored
from portal.audit.trail import Trail
from portal.audit.verify import Verdict, verify
from portal.core.db import db

Record = Callable[[int], None]
Sql = Callable[..., None]


@pytest.fixture
def restored(record: Record, sql: Sql) -> None:
    """Five events and two checkpoints, put back to three and one; then three more and one."""
    record(3)
    audit.checkpoint()
    record(2)
    audit.checkpoint()
    sql("DELETE FROM audit_event WHERE seq > 3")
    sql("DELETE FROM audit_checkpoint WHERE epoch > 0")
    record(2)
    audit.checkpoint()
    record(1)


def test_what_came_after_the_break_holds(restored: None, trail: Trail, k0: bytes) -> None:
    assert verify(k0=k0, key_file=trail.key_file).first_bad_seq == 4
    assert verify(k0=k0, key_file=trail.key_file, after=3) == Verdict(count=3, authenticated=3)


def test_a_change_after_the_break_is_found(restored: None, trail: Trail, k0: bytes, sql: Sql) -> None:
    sql("UPDATE audit_event SET act = 'item.list' WHERE seq = 5")

    assert verify(k0=k0, key_file=trail.key_file, after=3).first_bad_seq == 5


def test_an_event_removed_at_the_break_is_found(restored: None, trail: Trail, k0: bytes, sql: Sql) -> None:
    sql("DELETE FROM audit_event WHERE seq = 4")

    assert verify(k0=k0, key_file=trail.key_file, after=3).first_bad_seq == 4


def test_a_cut_after_the_break_is_found(restored: None, trail: Trail, k0: bytes, sql: Sql) -> None:
    sql("DELETE FROM audit_event WHERE seq > 4")

    assert verify(k0=k0, key_file=trail.key_file, after=3).first_bad_seq == 5


def test_nothing_after_the_break_holds_too(restored: None, trail: Trail, k0: bytes) -> None:
    assert verify(k0=k0, key_file=trail.key_file, after=6) == Verdict(count=0, authenticated=0)


@pytest.mark.parametrize("missing", [7, 10**15])
def test_a_break_at_an_event_that_is_not_there_is_said(
    restored: None, trail: Trail, k0: bytes, missing: int
) -> None:
    assert verify(k0=k0, key_file=trail.key_file, after=missing) == Verdict(
        count=0, authenticated=0, first_bad_seq=missing, reason="There is no such event to begin after."
    )


@pytest.mark.parametrize("with_key_file", [True, False])
def test_an_epoch_that_has_not_come_is_found(
    restored: None, trail: Trail, k0: bytes, sql: Sql, with_key_file: bool
) -> None:
    sql("UPDATE audit_event SET epoch = 9223372036854775807 WHERE seq = 4")

    found = verify(k0=k0, key_file=trail.key_file if with_key_file else None, after=3)

    assert found.first_bad_seq == 4


def test_the_command_begins_after_the_number_given(app: Flask, restored: None) -> None:
    db.session.rollback()

    result = app.test_cli_runner().invoke(args=["audit", "verify", "--after", "3"])

    assert (result.exit_code, "3 events" in result.output) == (0, True)


def test_checkpoints_of_both_sides_of_the_break_stay(restored: None) -> None:
    assert [point.epoch for point in stored(db.session.connection())] == [0, 2]
