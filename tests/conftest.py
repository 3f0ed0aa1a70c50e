"""What every folder's tests may ask for: the whole application with a small world in it, and browsers to use it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings

from portal.core import clock as portal_clock
from portal.core.db import db
from tests.accounts.visitor import Clock
from tests.chromium import chromium
from tests.page_client import Browser
from tests.world import GROUPS, World, add_items, new_app, populate

# A busy machine is no fault of the code; what must be quick has a test that says so.
settings.register_profile("portal", deadline=None)
settings.load_profile("portal")


# Fixtures made elsewhere that every folder may ask for.
__all__ = ["chromium"]


@pytest.fixture
def moving_clock() -> Iterator[Clock]:
    """The time, which only the test moves."""
    moving = Clock()
    with portal_clock.using(moving):
        yield moving


@pytest.fixture
def make_portal(tmp_path: Path, moving_clock: Clock) -> Iterator[Callable[..., Flask]]:
    """Builds whole applications, each in a folder of its own."""
    made: list[Flask] = []

    def make(name: str = "instance", **changes: object) -> Flask:
        made.append(new_app(tmp_path / name, **changes))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def world(make_portal: Callable[..., Flask]) -> World:
    """People and groups, without items."""
    return populate(make_portal())


@pytest.fixture
def full_world(world: World) -> World:
    """Items in every group."""
    for group in GROUPS:
        add_items(world, group)
    return world


@pytest.fixture
def browse(moving_clock: Clock) -> Callable[..., Browser]:
    """Makes browsers; with a person's name, signed in."""

    def make(world: World, person: str | None = None) -> Browser:
        browser = Browser(world.app, moving_clock)
        if person is not None:
            browser.sign_in(world.people[person])
        return browser

    return make
