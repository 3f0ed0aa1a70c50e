"""Entries, and writing them: with the act or not at all, in order, and refused rather than lost."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from portal import audit
from portal.audit.models import AuditEvent
from portal.audit.trail import Trail
from portal.audit.verify import verify
from portal.core import clock
from portal.core.db import db, reading
from portal.core.errors import Unavailable

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def stored() -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq)))


def write_in_another_session(app: Flask) -> None:
    with app.app_context():
        audit.write([audit.Entry(act="item.save")])
        db.session.commit()


def full_entry() -> audit.Entry:
    return audit.Entry(
        act="item.read",
        outcome="refused",
        actor_id=UUID(int=1),
        agency_id=UUID(int=2),
        object_kind="item",
        object_id=UUID(int=3),
        compartment_id=UUID(int=4),
        source="2001:db8::1",
        details={"why": "märking \x00\udc80", "count": 3, "again": True, "by": None, "kinds": ["a", "b"]},
        at=NOON.astimezone(timezone(timedelta(hours=-6))),
    )


def test_an_event_is_stored_as_its_entry_says(inside: None) -> None:
    entry = full_entry()

    audit.write([entry])
    db.session.commit()

    event = stored()[0]
    kept = {name: getattr(event, name) for name in audit.Entry.__slots__}
    assert kept == {name: getattr(entry, name) for name in audit.Entry.__slots__}


@pytest.mark.postgres
def test_a_full_event_and_a_bare_one_hold_on_postgresql_too(make_app, postgres_database: str) -> None:
    app = make_app(postgres_database)
    key_file = app.extensions["audit"].key_file

    with app.app_context():
        audit.write([full_entry(), audit.Entry(act="sign_in")])
        audit.checkpoint()
        audit.write([audit.Entry(act="sign_out")])
        db.session.commit()
        found = verify(k0=None, key_file=key_file)

    assert (found.reason, found.count, found.authenticated) == (None, 3, 1)


def test_events_are_numbered_from_one_without_gaps(inside: None) -> None:
    audit.write([audit.Entry(act="sign_in"), audit.Entry(act="item.read")])
    audit.write([audit.Entry(act="sign_out")])
    db.session.commit()

    assert [(event.seq, event.act) for event in stored()] == [
        (1, "sign_in"),
        (2, "item.read"),
        (3, "sign_out"),
    ]


def test_writing_nothing_touches_nothing(inside: None, trail: Trail) -> None:
    trail.key_file.path.unlink()

    audit.write([])

    assert stored() == []


def test_an_act_that_is_rolled_back_takes_its_events_with_it_and_leaves_no_gap(
    record: Callable[[int], None],
) -> None:
    record(1)

    audit.write([audit.Entry(act="item.save")])
    db.session.rollback()
    record(1)

    assert [event.seq for event in stored()] == [1, 2]


def test_a_clock_that_goes_back_leaves_the_order_of_writing_as_it_was(inside: None, trail: Trail) -> None:
    with clock.using(lambda: NOON):
        audit.write([audit.Entry(act="item.read")])
    with clock.using(lambda: NOON - timedelta(days=1)):
        audit.write([audit.Entry(act="item.save")])
    db.session.commit()

    assert [event.act for event in stored()] == ["item.read", "item.save"]
    assert stored()[1].at < stored()[0].at
    assert verify(k0=None, key_file=trail.key_file).holds


def test_a_missing_key_refuses_the_act_and_raises_the_alarm(
    inside: None, trail: Trail, caplog: pytest.LogCaptureFixture
) -> None:
    trail.key_file.path.unlink()

    with pytest.raises(Unavailable):
        audit.write([audit.Entry(act="item.read")])

    assert [record.levelno for record in caplog.records] == [logging.CRITICAL]
    assert stored() == []


def test_a_database_without_the_trail_refuses_the_act(
    inside: None, sql: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    sql("DROP TABLE audit_event")

    with pytest.raises(Unavailable):
        audit.write([audit.Entry(act="item.read")])

    assert "OperationalError" in caplog.text
    assert "audit_event" not in caplog.text


def test_a_stale_reading_transaction_cannot_fork_the_chain(
    record: Callable[[int], None], trail: Trail, app: Flask
) -> None:
    record(1)

    with reading():
        assert len(stored()) == 1
        with ThreadPoolExecutor() as others:
            others.submit(write_in_another_session, app).result()
        with pytest.raises(Unavailable):
            audit.write([audit.Entry(act="item.read")])
    db.session.rollback()

    assert [event.act for event in stored()] == ["item.read", "item.save"]
    db.session.rollback()
    assert verify(k0=None, key_file=trail.key_file).holds


@pytest.mark.parametrize(
    "wrong",
    [
        {"act": "Read item"},
        {"act": ""},
        {"act": "a" * 61},
        {"outcome": "maybe"},
        {"at": datetime(2026, 1, 1)},  # noqa: DTZ001 - a time without a zone is what is refused
        {"details": {"share": 0.5}},
        {"details": {"nested": {"a": 1}}},
        {"details": {"text": "x" * 2000}},
        {"details": {1: "a"}},
    ],
)
def test_an_entry_that_could_not_be_verified_later_is_not_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"act|outcome|zone|details"):
        audit.Entry(**{"act": "item.read", **wrong})  # type: ignore[arg-type]


def test_a_source_longer_than_its_column_is_cut_and_the_act_recorded(inside: None, trail: Trail) -> None:
    audit.write([audit.Entry(act="sign_in", source="9" * 100)])
    db.session.commit()

    assert stored()[0].source == "9" * 64
    assert verify(k0=None, key_file=trail.key_file).holds


def test_the_trail_has_no_column_for_a_name_or_content(inside: None) -> None:
    columns = {column["name"] for column in inspect(db.engine).get_columns("audit_event")}

    assert columns == {*audit.Entry.__slots__, "seq", "epoch", "prev", "hash", "mac"}


def test_gathered_entries_are_given_once_in_order(app: Flask) -> None:
    with app.test_request_context():
        audit.gather(audit.Entry(act="item.search"))
        audit.gather(audit.Entry(act="item.read", object_id=uuid4()))

        assert [entry.act for entry in audit.take()] == ["item.search", "item.read"]
        assert audit.take() == []


def test_an_entry_gathered_outside_a_request_is_written_at_once(inside: None) -> None:
    audit.gather(audit.Entry(act="key.rotate"))
    db.session.commit()

    assert [event.act for event in stored()] == ["key.rotate"]
