"""The worker: everything that is promised gets done, whatever fails on the way."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copytree, rmtree
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from portal.access.clearance import Clearance
from portal.access.models import Compartment
from portal.access.policy import Permission
from portal.content import find, indexer, outbox
from portal.content.models import Item, Job
from portal.content.orphans import Sweep
from portal.content.values import NewAttachment
from portal.content.worker import (
    PAUSE,
    PAUSE_AFTER_FAILURE,
    _pause_after_round,
    _survived,
    work_off,
    work_once,
)
from portal.core import ids
from portal.core.db import db
from portal.core.errors import Unavailable
from portal.index import SearchQuery
from tests.accounts.visitor import Clock
from tests.content.conftest import ClearanceOf
from tests.world import World, populate


def _found(clearance: Clearance) -> set[str]:
    """The titles that a search without words finds."""
    reader = replace(clearance, permissions=clearance.permissions | {Permission.READ_ITEMS})
    page = find.search(reader, SearchQuery(limit=500))
    assert not page.degraded
    return {finding.card.title for finding in page.findings}


def _waiting() -> list[Job]:
    return list(db.session.scalars(db.select(Job)))


def test_a_job_done_twice_leaves_the_same_index(inside: World, clearance_of: ClearanceOf) -> None:
    item_id = inside.add("all", "Quartz")
    db.session.commit()
    work_off()
    for _ in range(2):
        outbox.add(outbox.INDEX, compartment_id=inside.groups["all"], object_id=item_id)
    db.session.commit()

    work_off()

    page = find.search(clearance_of("detective"), SearchQuery(text="quartz"))
    assert (page.total, outbox.waiting()) == (1, 0)


def test_a_failing_job_holds_up_no_other(
    inside: World, clearance_of: ClearanceOf, caplog: pytest.LogCaptureFixture
) -> None:
    bad = inside.add("all", "Basalt")
    for number in range(3):
        inside.add("all", f"Quartz {number}")
    inside.add("houston", "Feldspar")
    db.session.get_one(Item, bad).card = b"nothing that opens"
    db.session.commit()

    work_off()

    db.session.execute(db.update(Item).where(Item.id == bad).values(compartment_id=inside.groups["law"]))
    assert _found(clearance_of("advocate")) == {"Quartz 0", "Quartz 1", "Quartz 2", "Feldspar"}
    assert [(job.object_id, job.leased_until, job.attempts) for job in _waiting()] == [(bad, None, 1)]
    assert "Broken" in caplog.text and "asalt" not in caplog.text


def test_a_failed_job_is_done_once_its_cause_is_gone(
    inside: World, clearance_of: ClearanceOf, moving_clock: Clock
) -> None:
    item_id = inside.add("all", "Quartz")
    row = db.session.get_one(Item, item_id)
    whole, row.card = row.card, b"nothing that opens"
    db.session.commit()
    work_off()
    db.session.get_one(Item, item_id).card = whole
    db.session.commit()

    work_off()
    too_early = outbox.waiting()
    moving_clock.pass_by(seconds=2)
    work_off()

    assert (too_early, outbox.waiting()) == (1, 0)
    assert _found(clearance_of("advocate")) == {"Quartz"}


def test_a_job_of_an_unknown_kind_stays_and_stops_nothing(inside: World, clearance_of: ClearanceOf) -> None:
    outbox.add("unheard-of", compartment_id=inside.groups["all"], object_id=ids.new_id())
    inside.add("all", "Quartz")
    db.session.commit()

    work_off()

    assert [job.kind for job in _waiting()] == ["unheard-of"]
    assert _found(clearance_of("advocate")) == {"Quartz"}


def test_work_is_done_when_nothing_is_due(inside: World) -> None:
    assert work_once() is False


def test_a_part_that_does_not_answer_ends_no_worker(inside: World, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise OperationalError("SELECT secret", {}, Exception("secret"))

    def refuse() -> None:
        raise Unavailable("not now")

    outcomes = [_survived(act) for act in (fail, refuse, lambda: 0, lambda: 3)]

    assert outcomes == [None, None, False, True]
    assert "OperationalError" in caplog.text and "secret" not in caplog.text


def test_a_round_works_first_and_keeps_house_when_idle(inside: World) -> None:
    inside.add("all", "Quartz")
    db.session.commit()
    sweep = Sweep()

    pauses = [_pause_after_round(sweep) for _ in range(2)]

    assert pauses == [0.0, PAUSE]
    assert sweep._last is not None


def test_a_database_that_is_away_makes_the_worker_wait(inside: World) -> None:
    db.session.execute(db.text("DROP TABLE job"))
    db.session.commit()

    assert _pause_after_round(Sweep()) == PAUSE_AFTER_FAILURE


@pytest.fixture
def tell_to_stop() -> Iterator[Callable[[signal.Signals], None]]:
    """Sends this process a signal again and again, for the worker may not listen yet at the first."""
    kinds = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(each, lambda _number, _frame: None) for each in kinds]
    over = threading.Event()
    tellers: list[threading.Thread] = []

    def tell(number: signal.Signals) -> None:
        def go_on() -> None:
            while not over.wait(0.2):
                os.kill(os.getpid(), number)

        tellers.append(threading.Thread(target=go_on))
        tellers[0].start()

    yield tell
    over.set()
    tellers[0].join()
    for each, handler in zip(kinds, before, strict=True):
        signal.signal(each, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_command_works_until_it_is_told_to_stop(
    world: World, tell_to_stop: Callable[[signal.Signals], None], number: signal.Signals
) -> None:
    with world.app.app_context():
        world.add("all", "Quartz")
        db.session.commit()

    tell_to_stop(number)
    told = world.app.test_cli_runner().invoke(args=["worker"])

    assert told.exit_code == 0, told.output


def test_a_blob_job_deletes_the_blob_and_may_be_done_again(inside: World) -> None:
    blobs = inside.app.extensions["blobs"]
    blob_id = ids.new_id()
    blobs.write(blob_id, [b"sealed"])
    for _ in range(2):
        outbox.add(outbox.BLOB, compartment_id=inside.groups["all"], object_id=blob_id)
        db.session.commit()
        work_off()

    assert not blobs.exists(blob_id) and outbox.waiting() == 0


def test_the_generation_in_the_database_only_grows_and_an_older_index_is_not_merged_over(
    inside: World, make_old: Callable[[], Callable[[], None]]
) -> None:
    inside.add("all", "Quartz")
    db.session.commit()
    work_off()
    put_back = make_old()
    gone = inside.add("all", "Malachite")
    db.session.commit()
    work_off()
    known = db.session.get_one(Compartment, inside.groups["all"]).index_generation

    put_back()
    outbox.add(outbox.ERASE, compartment_id=inside.groups["all"], object_id=gone)
    db.session.commit()
    work_off()

    assert outbox.waiting() == 1
    assert db.session.get_one(Compartment, inside.groups["all"]).index_generation == known


@pytest.fixture
def make_old(inside: World, tmp_path: Path) -> Callable[[], Callable[[], None]]:
    """Keeps a copy of the index as it is now, and gives back how to put it back."""
    folder = inside.app.config["INDEX_FOLDER"]

    def keep() -> Callable[[], None]:
        copytree(folder, tmp_path / "older")

        def put_back() -> None:
            rmtree(folder)
            copytree(tmp_path / "older", folder)

        return put_back

    return keep


@pytest.mark.postgres
def test_two_workers_side_by_side_do_everything_and_lose_no_generation(
    make_portal: Callable[..., Flask], postgres_database: str
) -> None:
    world = populate(make_portal(SQLALCHEMY_DATABASE_URI=postgres_database))
    titles = [f"Quartz {number}" for number in range(30)]
    with world.app.app_context():
        for number, title in enumerate(titles):
            world.add("all" if number % 2 else "houston", title)
        db.session.commit()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(_work_in_threes, [world.app, world.app]))

    assert sum(done) == 30
    with world.app.app_context():
        assert outbox.waiting() == 0
        assert _found(world.operator()) == set(titles)
        _assert_newest_is_known(world, "all")
        _assert_newest_is_known(world, "houston")


@pytest.mark.postgres
def test_while_one_worker_changes_an_index_another_waits_and_writers_of_items_do_not(
    make_portal: Callable[..., Flask], postgres_database: str
) -> None:
    world = populate(make_portal(SQLALCHEMY_DATABASE_URI=postgres_database))
    group = world.groups["all"]

    def beside(act: Callable[[], object]) -> None:
        with world.app.app_context():
            db.session.execute(db.text("SET LOCAL lock_timeout = '300ms'"))
            act()
            db.session.commit()

    with world.app.app_context(), ThreadPoolExecutor(1) as pool:
        first = world.add("all", "Quartz")
        db.session.commit()
        indexer.index_items(group, [first])

        pool.submit(beside, lambda: world.add("all", "Basalt")).result()
        with pytest.raises(OperationalError, match="lock timeout"):
            pool.submit(beside, lambda: indexer.index_items(group, [first])).result()
        db.session.commit()

        pool.submit(beside, lambda: indexer.index_items(group, [first])).result()


def _work_in_threes(app: Flask) -> int:
    count = 0
    with app.app_context():
        while jobs := outbox.lease(3):
            indexer.run_jobs(jobs)
            db.session.remove()
            count += len(jobs)
    return count


def _assert_newest_is_known(world: World, group: str) -> None:
    """No state of the index is newer than the database says, whoever committed last."""
    row = db.session.get_one(Compartment, world.groups[group])
    sealer = world.app.extensions["keyring"].sealer(row.id, row.id)
    world.app.extensions["index"].check(row.id, sealer, row.index_generation)
    with pytest.raises(Unavailable):
        world.app.extensions["index"].check(row.id, sealer, row.index_generation + 1)


def test_blobs_without_a_row_go_after_a_day_and_others_stay(
    inside: World, moving_clock: Clock, set_age: Callable
) -> None:
    blobs = inside.app.extensions["blobs"]
    kept = NewAttachment(name="a.pdf", media_type="application/pdf", chunks=[b"%PDF"])
    inside.add("all", "Quartz", attachments=(kept,))
    db.session.commit()
    named = set(blobs.ids())
    inside.add("all", "Rolled back", attachments=(kept,))
    db.session.rollback()
    old = set(blobs.ids()) - named
    fresh = ids.new_id()
    blobs.write(fresh, [b"sealed"])
    for blob_id in named | old:
        set_age(blob_id, timedelta(days=1, minutes=1))
    set_age(fresh, timedelta(hours=23))

    swept = Sweep().if_due()

    assert (len(old), swept) == (1, 1)
    assert set(blobs.ids()) == named | {fresh}


def test_the_sweep_looks_at_most_once_an_hour(inside: World, moving_clock: Clock, set_age: Callable) -> None:
    blobs = inside.app.extensions["blobs"]
    sweep = Sweep()
    sweep.if_due()
    left = ids.new_id()
    blobs.write(left, [b"sealed"])
    set_age(left, timedelta(days=2))

    moving_clock.pass_by(minutes=59)
    too_early = sweep.if_due()
    moving_clock.pass_by(minutes=1)

    assert (too_early, sweep.if_due()) == (0, 1)
    assert not blobs.exists(left)


@pytest.fixture
def set_age(inside: World, moving_clock: Clock) -> Callable:
    """Makes a blob look as if it had been written some time ago."""

    def set_to(blob_id: UUID, age: timedelta) -> None:
        path = next(inside.app.config["BLOB_FOLDER"].glob(f"*/{blob_id.hex}"))
        moment = (moving_clock.moment - age).timestamp()
        os.utime(path, (moment, moment))

    return set_to
