"""Rotations that are killed: at every step and at random moments, with readers all the while."""

import multiprocessing
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from pathlib import Path
from uuid import UUID

import pytest

from portal.core.db import db, reading
from portal.keyring import FileKeyManager
from tests.keyring.rotator import KEY_FILE, ring_in, rotate, rotate_and_die, rotate_until_killed
from tests.keyring.world import World, make_world

CHILDREN = multiprocessing.get_context("forkserver")


@pytest.fixture(scope="module", autouse=True)
def _server() -> Iterator[None]:
    """Each child is a copy of one small process that has imported everything already."""
    CHILDREN.set_forkserver_preload(["tests.keyring.rotator"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        forkserver.ensure_running()
        yield


@pytest.fixture
def sealed(tmp_path: Path) -> tuple[Path, World]:
    """A folder with a database and its key file, and what is sealed in it."""
    folder = tmp_path / "original"
    FileKeyManager.create(folder / KEY_FILE)
    with ring_in(folder) as ring:
        world = make_world(ring, compartments=2, items=4)
        db.session.commit()
    return folder, world


def start(target: Callable[..., None], *arguments: object):
    """A child that runs ``target``."""
    child = CHILDREN.Process(target=target, args=arguments)
    child.start()
    return child


def assert_it_opens_and_can_be_finished(
    folder: Path, world: World, compartment_ids: list[UUID | None]
) -> None:
    with ring_in(folder) as ring:
        assert world.opens(ring)
        for compartment_id in compartment_ids:
            assert rotate(ring, compartment_id).finished
        assert world.opens(ring)
        assert len(ring.status()) == len(world.compartment_ids)
        assert len(ring.master_status().versions) == 1
        assert ring.damaged() == []


@pytest.mark.slow
@pytest.mark.parametrize("what", ["compartment", "master"])
def test_a_rotation_killed_before_any_of_its_steps_loses_nothing_and_is_finished_by_the_next(
    sealed: tuple[Path, World], tmp_path: Path, what: str
) -> None:
    original, world = sealed
    rotated = world.compartment_ids[0] if what == "compartment" else None
    exits: list[int | None] = []

    while 0 not in exits:
        folder = tmp_path / f"killed-{len(exits)}"
        shutil.copytree(original, folder)
        child = start(rotate_and_die, folder, rotated, len(exits) + 1)
        child.join(20)
        exits.append(child.exitcode)
        assert_it_opens_and_can_be_finished(folder, world, [rotated])

    assert set(exits) == {-signal.SIGKILL, 0}
    assert len(exits) > 4


@pytest.mark.slow
def test_rotations_killed_at_random_moments_lose_nothing(sealed: tuple[Path, World]) -> None:
    folder, world = sealed

    for _ in range(8):
        child = start(rotate_until_killed, folder, world.compartment_ids[0])
        time.sleep(random.uniform(0.05, 0.25))
        child.kill()
        child.join(20)
        with ring_in(folder) as ring:
            assert world.opens(ring)

    assert_it_opens_and_can_be_finished(folder, world, [world.compartment_ids[0], None])


@pytest.mark.slow
def test_readers_open_everything_while_rotations_go_on(sealed: tuple[Path, World]) -> None:
    folder, world = sealed
    child = start(rotate_until_killed, folder, world.compartment_ids[0])
    seen, deadline = set(), time.monotonic() + 15

    with ring_in(folder) as ring:
        while len(seen) < 12 and time.monotonic() < deadline:
            with reading():
                seen.add(ring.master_status().current)
                assert world.opens(ring)
                db.session.rollback()
    child.kill()
    child.join(20)

    assert len(seen) == 12
