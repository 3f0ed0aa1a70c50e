"""The small world on each kind of database, and clearances of the people in it."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.access.clearance import Clearance, clearance_for
from tests.postgres import database_url, postgres_database, postgres_url
from tests.world import World, populate

__all__ = ["database_url", "postgres_database", "postgres_url"]

ClearanceOf = Callable[..., Clearance]


@pytest.fixture
def world(make_portal: Callable[..., Flask], database_url: str) -> World:
    """People and groups, without items."""
    return populate(make_portal(SQLALCHEMY_DATABASE_URI=database_url))


@pytest.fixture
def clearance_of(world: World) -> ClearanceOf:
    """Computes a person's clearance as of now; an application context is open."""

    def compute(person: str) -> Clearance:
        facts = world.app.extensions["directory"].facts(world.people[person].member_id)
        return clearance_for(facts, world.app.extensions["keyring"])

    return compute
