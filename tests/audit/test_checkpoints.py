"""Checkpoints: when they are made, what they sign, and what a crash in the middle of one leaves behind."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from portal import audit
from portal.audit.checkpoints import checkpoint_if_due, from_lines, stored
from portal.audit.models import AuditEvent
from portal.audit.trail import Trail
from portal.audit.verify import verify
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Invalid

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
Record = Callable[[int], None]


class Ed25519Signer:
    """A signer as the keyring has one."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def verify(self, message: bytes, signature: bytes) -> bool:
        try:
            self._key.public_key().verify(signature, message)
        except InvalidSignature:
            return False
        return True


def append(count: int) -> None:
    audit.write([audit.Entry(act="item.read")] * count)
    db.session.commit()


def epochs() -> list[int]:
    return list(db.session.scalars(db.select(AuditEvent.epoch).order_by(AuditEvent.seq)))


def test_a_checkpoint_closes_the_epoch(record: Record, trail: Trail) -> None:
    record(2)

    made = audit.checkpoint()
    record(1)

    assert made is not None
    assert (made.epoch, made.size) == (0, 2)
    assert trail.key_file.current().epoch == 1
    assert epochs() == [0, 0, 1]


def test_nothing_new_makes_no_checkpoint(record: Record, trail: Trail) -> None:
    assert audit.checkpoint() is None
    record(1)
    audit.checkpoint()

    assert audit.checkpoint() is None
    assert trail.key_file.current().epoch == 1


def test_a_checkpoint_survives_being_kept_elsewhere_as_a_line(record: Record) -> None:
    record(1)
    made = audit.checkpoint()
    assert made is not None

    assert from_lines([made.line, "", "  \n"]) == [made] == stored(db.session.connection())


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"epoch": "x"}', "3"])
def test_a_line_that_is_no_checkpoint_is_named(line: str) -> None:
    with pytest.raises(Invalid, match="Line 2"):
        from_lines(["", line])


def test_a_checkpoint_is_logged_so_that_another_machine_can_keep_it(
    record: Record, caplog: pytest.LogCaptureFixture
) -> None:
    record(1)

    with caplog.at_level("INFO", logger="portal.audit.checkpoint"):
        made = audit.checkpoint()

    assert made is not None
    assert caplog.messages == [made.line]


def test_a_crash_after_the_commit_and_before_the_key_moved_is_repaired_by_the_next_event(
    record: Record, trail: Trail, k0: bytes
) -> None:
    record(2)
    before = trail.key_file.path.read_text()
    audit.checkpoint()
    trail.key_file.path.write_text(before)
    assert verify(k0=k0, key_file=trail.key_file).holds

    record(1)

    assert trail.key_file.current().epoch == 1
    assert epochs() == [0, 0, 1]
    assert verify(k0=k0, key_file=trail.key_file).holds


def test_a_crash_after_the_commit_and_before_the_key_moved_does_not_hinder_the_next_checkpoint(
    record: Record, trail: Trail, k0: bytes
) -> None:
    record(2)
    before = trail.key_file.path.read_text()
    audit.checkpoint()
    trail.key_file.path.write_text(before)

    assert audit.checkpoint() is None
    record(1)
    audit.checkpoint()

    assert trail.key_file.current().epoch == 2
    assert verify(k0=k0, key_file=trail.key_file).holds


def test_a_key_that_is_ahead_of_the_database_still_records_and_verifying_says_so(
    record: Record, sql: Callable[..., None], trail: Trail, k0: bytes
) -> None:
    record(2)
    audit.checkpoint()
    sql("DELETE FROM audit_checkpoint")

    record(1)
    audit.checkpoint()
    record(1)

    assert epochs() == [0, 0, 1, 2]
    assert verify(k0=k0, key_file=trail.key_file).first_bad_seq == 3


def test_a_checkpoint_is_due_after_a_hundred_events_or_a_minute(inside: None) -> None:
    now = NOON
    with clock.using(lambda: now):
        assert checkpoint_if_due() is None
        append(1)
        assert checkpoint_if_due() is not None
        append(99)
        assert checkpoint_if_due() is None
        append(1)
        assert checkpoint_if_due() is not None
        now = NOON + timedelta(minutes=2)
        assert checkpoint_if_due() is None
        append(1)
        assert checkpoint_if_due() is not None


def test_a_clock_that_went_back_does_not_put_a_checkpoint_off(inside: None) -> None:
    with clock.using(lambda: NOON):
        append(1)
        audit.checkpoint()
    with clock.using(lambda: NOON - timedelta(days=1)):
        append(1)

        assert checkpoint_if_due() is not None


def test_a_signed_checkpoint_verifies_and_one_signed_by_another_does_not(make_app, request) -> None:
    signer = Ed25519Signer()
    app: Flask = make_app(signer=signer)
    key_file = app.extensions["audit"].key_file

    with app.app_context():
        append(2)
        audit.checkpoint()

        assert verify(k0=None, key_file=key_file, signer=signer).holds
        assert verify(k0=None, key_file=key_file, signer=Ed25519Signer()).first_bad_seq == 2


def test_a_checkpoint_without_its_signature_is_found(make_app) -> None:
    signer = Ed25519Signer()
    app: Flask = make_app(signer=signer)

    with app.app_context():
        append(2)
        audit.checkpoint()
        db.session.execute(db.text("UPDATE audit_checkpoint SET signature = NULL"))
        db.session.commit()
        found = verify(k0=None, key_file=None, signer=signer)

    assert found.first_bad_seq == 2
