"""``flask db upgrade`` gives exactly the schema that the models describe, on each kind of database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, Column, MetaData, Table, inspect

from portal import create_app
from portal.core.db import UTCDateTime, db
from portal.keyring import FileKeyManager
from portal.startup import MIGRATIONS
from tests.postgres import database_url, postgres_database, postgres_url
from tests.world import settings

__all__ = ["database_url", "postgres_database", "postgres_url"]


@pytest.fixture
def migrated(tmp_path: Path, database_url: str) -> Iterator[Flask]:
    """An application whose database was made by the migrations alone."""
    (tmp_path / "keys").mkdir(mode=0o700)
    FileKeyManager.create(tmp_path / "keys" / "master.key")
    url = f"sqlite:///{tmp_path / 'portal.db'}" if database_url == "sqlite://" else database_url
    app = create_app(settings(tmp_path, SQLALCHEMY_DATABASE_URI=url))
    app.extensions["audit"].key_file.create()
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
        yield app
        db.session.remove()
        db.engine.dispose()


def _compare_type(_context, _inspected, _column, _seen, wanted):  # type: ignore[no-untyped-def]
    """Our time type is the plain one as far as the schema goes."""
    return False if isinstance(wanted, UTCDateTime) else None


def differences(metadata: MetaData) -> list[object]:
    """What would have to change for the database to be what ``metadata`` says."""
    options = {"compare_type": _compare_type, "compare_server_default": True}
    with db.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def test_migrations_and_models_agree(migrated: Flask) -> None:
    assert differences(db.metadata) == []


def test_the_comparison_sees_what_a_migration_forgot(migrated: Flask) -> None:
    metadata = MetaData(naming_convention=db.metadata.naming_convention)
    for table in db.metadata.sorted_tables:
        table.to_metadata(metadata)
    metadata.tables["item"].append_column(Column("forgotten", UTCDateTime()))
    Table("unheard_of", metadata, Column("id", UTCDateTime(), primary_key=True))

    seen = {difference[0] for difference in differences(metadata)}  # type: ignore[index]

    assert seen == {"add_column", "add_table"}


def test_checks_of_the_models_are_in_the_database_which_the_comparison_does_not_tell(migrated: Flask) -> None:
    in_models = {
        (table.name, str(constraint.name))
        for table in db.metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }

    inspector = inspect(db.engine)
    in_database = {
        (name, str(check["name"]))
        for name in inspector.get_table_names()
        for check in inspector.get_check_constraints(name)
    }

    assert in_models and in_models == in_database


def test_migrating_again_changes_nothing_and_the_way_back_leaves_nothing(
    migrated: Flask, tables: Callable[[], set[str]]
) -> None:
    upgrade(directory=str(MIGRATIONS))
    after_two = tables()
    downgrade(directory=str(MIGRATIONS), revision="base")

    assert after_two == {*db.metadata.tables, "alembic_version"}
    assert tables() == {"alembic_version"}


@pytest.fixture
def tables() -> Callable[[], set[str]]:
    return lambda: set(inspect(db.engine).get_table_names())
