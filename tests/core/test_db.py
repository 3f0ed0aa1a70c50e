"""The database: times in UTC both ways, foreign keys, and locks that make writers wait instead of fail."""

import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, StatementError

from portal.access.models import Compartment, CompartmentRule
from portal.core import ids
from portal.core.db import UTCDateTime, db, pairs, reading
from tests.world import new_app

NOON = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)
DIALECTS = (sqlite.dialect(), postgresql.dialect())


@pytest.fixture
def file_app(tmp_path: Path) -> Flask:
    """An application over a database file, with the context open."""
    app = new_app(tmp_path / "i", SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'p.db'}")
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_times_go_in_and_come_out_as_utc(dialect) -> None:
    kind = UTCDateTime()
    elsewhere = NOON.astimezone(timezone(timedelta(hours=-5)))

    assert kind.process_bind_param(elsewhere, dialect) == NOON
    assert kind.process_bind_param(elsewhere, dialect).utcoffset() == timedelta(0)
    assert kind.process_result_value(NOON.replace(tzinfo=None), dialect) == NOON
    assert kind.process_result_value(elsewhere, dialect).utcoffset() == timedelta(0)
    assert kind.process_bind_param(None, dialect) is None
    assert kind.process_result_value(None, dialect) is None


def test_a_stored_time_comes_back_as_the_same_moment(file_app: Flask) -> None:
    row = Compartment(id=ids.new_id(), name="a", created_at=NOON.astimezone(timezone(timedelta(hours=9))))
    db.session.add(row)
    db.session.commit()
    db.session.expire_all()

    stored = db.session.scalar(select(Compartment.created_at))

    assert stored == NOON
    assert stored.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(file_app: Flask) -> None:
    db.session.add(Compartment(id=ids.new_id(), name="a", created_at=NOON.replace(tzinfo=None)))

    with pytest.raises(StatementError, match="without a zone"):
        db.session.commit()


def test_foreign_keys_and_checks_hold(file_app: Flask) -> None:
    db.session.add(CompartmentRule(id=ids.new_id(), compartment_id=ids.new_id(), role="librarian"))

    with pytest.raises(IntegrityError):
        db.session.commit()


def test_deleted_text_is_overwritten_and_every_commit_reaches_the_disk(file_app: Flask) -> None:
    found = {
        name: db.session.scalar(text(f"PRAGMA {name}"))
        for name in ("secure_delete", "synchronous", "journal_mode")
    }

    assert found == {"secure_delete": 1, "synchronous": 2, "journal_mode": "wal"}


def test_pairs_map_the_first_column_to_the_second(file_app: Flask) -> None:
    row = Compartment(id=ids.new_id(), name="a")
    db.session.add(row)

    assert pairs(select(Compartment.name, Compartment.id)) == {"a": row.id}


def _holds_the_lock(file: Path) -> bool:
    other = sqlite3.connect(file, timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    finally:
        other.close()
    return False


def test_a_transaction_takes_the_write_lock_at_once_and_a_reading_one_takes_none(
    file_app: Flask, tmp_path: Path
) -> None:
    db.session.execute(select(Compartment.id))
    held_by_a_writer = _holds_the_lock(tmp_path / "p.db")
    db.session.rollback()
    with reading():
        db.session.execute(select(Compartment.id))
        held_by_a_reader = _holds_the_lock(tmp_path / "p.db")
        db.session.rollback()
    db.session.execute(select(Compartment.id))
    held_afterwards = _holds_the_lock(tmp_path / "p.db")

    assert (held_by_a_writer, held_by_a_reader, held_afterwards) == (True, False, True)


def test_a_reader_sees_what_was_committed_while_a_writer_is_at_work(file_app: Flask) -> None:
    _add("before")()
    db.session.commit()
    db.session.add(Compartment(id=ids.new_id(), name="not committed"))
    db.session.flush()
    seen: list[str] = []

    _in_a_thread(file_app, lambda: seen.extend(_names()))

    assert seen == ["before"]


def test_two_that_read_first_and_write_later_wait_for_each_other_and_lose_nothing(file_app: Flask) -> None:
    row = Compartment(id=ids.new_id(), name="counted", index_generation=0)
    db.session.add(row)
    db.session.commit()

    def count_up() -> None:
        for _ in range(20):
            found = db.session.scalar(select(Compartment))
            found.index_generation += 1
            db.session.commit()
            db.session.expire_all()

    threads = [_thread(file_app, count_up) for _ in range(3)]
    for thread in threads:
        thread.join(60)

    db.session.expire_all()
    assert db.session.scalar(select(Compartment.index_generation)) == 60


def _add(name: str) -> Callable[[], None]:
    return lambda: db.session.add(Compartment(id=ids.new_id(), name=name))


def _names() -> list[str]:
    with reading():
        return list(db.session.scalars(select(Compartment.name)))


def _thread(app: Flask, act: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        with app.app_context():
            act()
            db.session.remove()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def _in_a_thread(app: Flask, act: Callable[[], None]) -> None:
    _thread(app, act).join(30)
