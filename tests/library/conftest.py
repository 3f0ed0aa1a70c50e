"""A world with the field's own documents in it, imported once; and an import command to run."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from portal.core import clock
from portal.core.db import db
from portal.extraction import SandboxExtractor
from tests.accounts.visitor import Clock
from tests.world import World, new_app, populate

GIVEN = Path(__file__).parents[3] / "shared" / "data"


def run_import(world: World, path: Path, *options: str) -> Result:
    """``flask library import PATH`` into the group of all task forces."""
    command = ["library", "import", str(path), "--compartment", "all group", *options]
    return world.app.test_cli_runner().invoke(args=command)


@pytest.fixture(scope="session")
def reader() -> Iterator[SandboxExtractor]:
    """One extractor for all worlds: its child processes take a second to start."""
    with SandboxExtractor() as extractor:
        yield extractor


@pytest.fixture
def world(world: World, reader: SandboxExtractor) -> World:
    """People and groups, without items."""
    world.app.extensions["extractor"] = reader
    return world


@pytest.fixture
def importing(world: World) -> Callable[..., Result]:
    """Runs the import command in a fresh world."""
    return lambda path, *options: run_import(world, path, *options)


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Result]]:
    """The world that holds the 216 documents, and what the command said; tests must not change it."""
    folder = GIVEN / "library"
    if not folder.is_dir():
        pytest.skip("the documents of the field (../shared/data/library) are not here")
    with clock.using(Clock()):
        world = populate(new_app(tmp_path_factory.mktemp("imported") / "instance"))
        said = run_import(world, folder)
        world.inside(lambda: None)
    yield world, said
    with world.app.app_context():
        db.session.remove()
        db.engine.dispose()
