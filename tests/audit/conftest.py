"""A small application with a trail in a database of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from portal import audit
from portal.audit.keyfile import read_k0
from portal.audit.trail import Trail
from portal.core.db import db
from tests.postgres import postgres_database, postgres_url

__all__ = ["app", "inside", "k0", "make_app", "postgres_database", "postgres_url", "record", "sql", "trail"]

MakeApp = Callable[..., Flask]


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[MakeApp]:
    """Builds an application on a database's address, with its tables and its first key."""
    made: list[Flask] = []

    def make(url: str | None = None, signer: audit.CheckpointSigner | None = None) -> Flask:
        app = Flask("trail", instance_path=str(tmp_path))
        app.config["SQLALCHEMY_DATABASE_URI"] = url or f"sqlite:///{tmp_path / 'portal.sqlite'}"
        db.init_app(app)
        audit.init_app(app, signer=signer)
        with app.app_context():
            db.create_all()
        app.extensions["audit"].key_file.create()
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    return make_app()


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    """The test runs within the application's context."""
    with app.app_context():
        yield


@pytest.fixture
def trail(app: Flask) -> Trail:
    kept: Trail = app.extensions["audit"]
    return kept


@pytest.fixture
def k0(trail: Trail) -> bytes:
    """What the auditor took away when the key was made."""
    return read_k0(trail.key_file.path.with_name("audit-k0"))


@pytest.fixture
def record(inside: None) -> Callable[[int], None]:
    """Records and commits a number of events, one transaction each."""

    def record_events(count: int) -> None:
        for number in range(count):
            audit.write([audit.Entry(act="item.read", source="127.0.0.1", details={"number": number})])
            db.session.commit()

    return record_events


@pytest.fixture
def sql(inside: None) -> Callable[..., None]:
    """What an attacker does who may write anything to the database."""

    def run(statement: str, **values: object) -> None:
        db.session.execute(text(statement), values)
        db.session.commit()

    return run
