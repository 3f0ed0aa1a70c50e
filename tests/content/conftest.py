"""The small world on each kind of database, and hands that reach past the portal into its tables."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from portal.access.clearance import Clearance, clearance_for
from portal.core.db import db
from tests.postgres import database_url, postgres_database, postgres_url
from tests.world import World, populate

__all__ = ["database_url", "postgres_database", "postgres_url"]

ClearanceOf = Callable[..., Clearance]


@pytest.fixture
def world(make_portal: Callable[..., Flask], database_url: str) -> World:
    """People and groups, without items."""
    return populate(make_portal(SQLALCHEMY_DATABASE_URI=database_url))


@pytest.fixture
def inside(world: World) -> Iterator[World]:
    """The world with an application context open."""
    with world.app.app_context():
        yield world


@pytest.fixture
def clearance_of(world: World) -> ClearanceOf:
    """Computes a person's clearance as of now; an application context is open."""

    def compute(person: str) -> Clearance:
        facts = world.app.extensions["directory"].facts(world.people[person].member_id)
        return clearance_for(facts, world.app.extensions["keyring"])

    return compute


def counted(*models: type[Any]) -> list[int]:
    """How many rows each table has."""
    return [db.session.query(model).count() for model in models]


def copied(source: Any, target: Any, *names: str) -> None:
    """Put values of one row into another and commit, as somebody with the database in his hands could."""
    for name in names:
        setattr(target, name, getattr(source, name))
    db.session.commit()
    db.session.expire_all()
