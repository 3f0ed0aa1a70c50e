"""Several processes that append at once, on both databases, with checkpoints moving the key under them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit.keyfile import read_k0
from portal.audit.models import AuditEvent
from portal.audit.verify import verify
from portal.core.db import db

APPENDER = Path(__file__).with_name("appender.py")
ROOT = Path(__file__).parents[2]


Process = subprocess.Popen[str]


def append_at_once(app: Flask, *, count: int, checkpoints_every: list[int]) -> None:
    """Start a process for each of ``checkpoints_every``, let them all go, and wait for their end."""
    wait_for(started(app, count=count, checkpoints_every=checkpoints_every))


def started(app: Flask, *, count: int, checkpoints_every: list[int]) -> list[Process]:
    url, instance = app.config["SQLALCHEMY_DATABASE_URI"], app.instance_path
    processes = [
        subprocess.Popen(
            [sys.executable, str(APPENDER), url, instance, str(count), str(every)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for every in checkpoints_every
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return processes


def wait_for(processes: list[Process]) -> None:
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0


def assert_unbroken(app: Flask, *, count: int) -> None:
    key_file = app.extensions["audit"].key_file
    k0 = read_k0(key_file.path.with_name("audit-k0"))
    with app.app_context():
        found = verify(k0=k0, key_file=key_file)
        numbers = db.session.scalars(select(AuditEvent.seq).order_by(AuditEvent.seq)).all()
        epochs = db.session.scalars(select(AuditEvent.epoch).distinct()).all()
        db.session.rollback()

    assert (found.reason, found.authenticated) == (None, count)
    assert numbers == list(range(1, count + 1))
    assert len(epochs) > 1


def assert_holds_while_it_grows(app: Flask) -> None:
    """Verify again and again, in small batches, while a process appends and makes checkpoints."""
    key_file = app.extensions["audit"].key_file
    k0 = read_k0(key_file.path.with_name("audit-k0"))
    processes = started(app, count=60, checkpoints_every=[3])
    counts = set()

    with app.app_context():
        while processes[0].poll() is None:
            found = verify(k0=k0, key_file=key_file)
            assert found.reason is None
            counts.add(found.count)
    wait_for(processes)

    assert len(counts) > 1


@pytest.mark.slow
def test_a_trail_that_grows_on_sqlite_raises_no_false_alarm(
    make_app, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.audit.verify.BATCH", 5)

    assert_holds_while_it_grows(make_app())


@pytest.mark.slow
@pytest.mark.postgres
def test_a_trail_that_grows_on_postgresql_raises_no_false_alarm(
    make_app, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.audit.verify.BATCH", 5)

    assert_holds_while_it_grows(make_app(postgres_database))


@pytest.mark.slow
def test_two_processes_on_sqlite_leave_consecutive_numbers_and_no_fork(make_app) -> None:
    app = make_app()

    append_at_once(app, count=40, checkpoints_every=[10, 7])

    assert_unbroken(app, count=80)


@pytest.mark.slow
@pytest.mark.postgres
def test_two_processes_on_postgresql_leave_consecutive_numbers_and_no_fork(
    make_app, postgres_database: str
) -> None:
    app = make_app(postgres_database)

    append_at_once(app, count=60, checkpoints_every=[10, 7])

    assert_unbroken(app, count=120)
