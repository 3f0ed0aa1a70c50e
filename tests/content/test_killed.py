"""U1: processes that save and index are killed at random moments, and nothing acknowledged is lost."""

import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.access.policy import Permission
from portal.content import attachments, find, outbox, service
from portal.content.models import Item
from portal.content.worker import work_off
from portal.core import clock
from portal.core.db import db
from portal.index import SearchQuery
from tests.content.writer import DATABASE, opened, save_until_killed, work_until_killed
from tests.world import World, populate

pytestmark = pytest.mark.slow
CHILDREN = multiprocessing.get_context("forkserver")
ROUNDS = 5


@pytest.fixture(scope="module", autouse=True)
def _server() -> Iterator[None]:
    """Each child is a copy of one small process that has imported everything already."""
    CHILDREN.set_forkserver_preload(["tests.content.writer"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        forkserver.ensure_running()
        yield


@pytest.fixture
def folder(make_portal: Callable[..., Flask], tmp_path: Path) -> Path:
    return tmp_path / "instance"


@pytest.fixture
def people(make_portal: Callable[..., Flask], folder: Path) -> World:
    """The world in a file, without its application, which no child could take along."""
    app = make_portal(SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / DATABASE}")
    return replace(populate(app), app=None)


def _started(target: Callable[..., None], *arguments: object, **options: object) -> Any:
    child = CHILDREN.Process(target=target, args=arguments, kwargs=options)
    child.start()
    return child


def _acknowledged(folder: Path) -> dict[str, set[int]]:
    """Numbers by what was acknowledged of them."""
    said: dict[str, set[int]] = {"saved": set(), "shredded": set()}
    file = folder / "acknowledged"
    for line in file.read_text().splitlines() if file.exists() else []:
        what, number = line.split()
        said[what].add(int(number))
    return said


def _wait_for(folder: Path, *, more_than: int) -> None:
    deadline = time.monotonic() + 30
    while len(_acknowledged(folder)["saved"]) <= more_than and time.monotonic() < deadline:
        time.sleep(0.02)


def test_u1_saving_and_indexing_killed_at_random_moments_lose_nothing_acknowledged(
    folder: Path, people: World
) -> None:
    for number in range(ROUNDS):
        before = len(_acknowledged(folder)["saved"])
        saver = _started(save_until_killed, folder, people, first=number * 1000)
        indexer = _started(work_until_killed, folder)
        # The first round is long enough for something to be shredded.
        _wait_for(folder, more_than=before + (random.randint(0, 6) if number else 6))
        time.sleep(random.uniform(0, 0.2))
        for child in random.sample([saver, indexer], 2):
            child.kill()
        for child in (saver, indexer):
            child.join(20)

    said = _acknowledged(folder)
    world = replace(people, app=opened(folder))
    with world.app.app_context():
        # The leases of the dead are over by then.
        with clock.using(lambda: clock._system_time() + outbox.LEASE + timedelta(seconds=1)):
            work_off()
        _assert_nothing_is_lost(world, said)
        _assert_nothing_is_half_done(world)


def _assert_nothing_is_lost(world: World, said: dict[str, set[int]]) -> None:
    reader = replace(world.operator(), permissions=frozenset({Permission.READ_ITEMS}))
    page = find.search(reader, SearchQuery(text="quartz", limit=1000))
    found = {int(finding.card.title.rpartition("n")[2]) for finding in page.findings}

    kept = {number for number in said["saved"] if number % 4 != 3}
    assert not page.degraded and len(said["saved"]) > ROUNDS and said["shredded"]
    assert kept <= found
    assert not found & said["shredded"]
    # At most one act of each round was done and not acknowledged.
    assert len(found - kept) <= ROUNDS
    assert page.total == len(found)


def _assert_nothing_is_half_done(world: World) -> None:
    assert outbox.waiting() == 0
    ids = list(db.session.scalars(db.select(Item.id)))
    for item_id in ids:
        document = service.load(world.operator(), item_id)
        (card,) = document.attachments
        _, chunks = attachments.open_attachment(world.operator(), item_id, card.attachment_id)
        assert len(b"".join(chunks)) == card.size
    db.session.commit()
    verdict = world.app.test_cli_runner().invoke(args=["audit", "verify"])
    assert verdict.exit_code == 0, verdict.output
