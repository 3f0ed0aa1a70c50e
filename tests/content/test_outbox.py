"""The outbox: what is promised is done, once or more, by whoever takes it first."""

from datetime import timedelta

import pytest

from portal.content import outbox
from portal.content.models import Job
from portal.core import ids
from portal.core.db import db
from tests.accounts.visitor import Clock
from tests.world import World


@pytest.fixture
def group(inside: World) -> object:
    return inside.groups["all"]


def _promise(group, count: int = 1, kind: str = outbox.INDEX) -> list:  # type: ignore[no-untyped-def, type-arg]
    objects = [ids.new_id() for _ in range(count)]
    for each in objects:
        outbox.add(kind, compartment_id=group, object_id=each)
    return objects


def test_what_is_promised_in_a_transaction_that_is_undone_was_never_promised(group: object) -> None:
    _promise(group)
    db.session.rollback()

    assert outbox.waiting() == 0
    assert outbox.lease(10) == []


def test_a_lease_takes_jobs_of_one_kind_and_compartment_oldest_first(
    inside: World, group: object, moving_clock: Clock
) -> None:
    first = _promise(group)
    moving_clock.pass_by(seconds=1)
    _promise(inside.groups["law"])
    _promise(group, kind=outbox.BLOB)
    moving_clock.pass_by(seconds=1)
    later = _promise(group, count=2)
    db.session.commit()

    jobs = outbox.lease(2)

    assert jobs[0].object_id == first[0] and jobs[1].object_id in later and len(jobs) == 2
    assert {(job.kind, job.compartment_id, job.attempts) for job in jobs} == {(outbox.INDEX, group, 1)}


def test_a_leased_job_is_nobody_elses_until_its_lease_is_over(group: object, moving_clock: Clock) -> None:
    _promise(group)
    db.session.commit()
    taken = outbox.lease(10)

    at_once = outbox.lease(10)
    moving_clock.pass_by(seconds=outbox.LEASE.total_seconds() - 1)
    shortly_before = outbox.lease(10)
    moving_clock.pass_by(seconds=1)
    after = outbox.lease(10)

    assert (len(taken), at_once, shortly_before) == (1, [], [])
    assert [(job.id, job.attempts) for job in after] == [(taken[0].id, 2)]


def test_a_failed_job_waits_longer_each_time_but_never_more_than_an_hour(
    group: object, moving_clock: Clock
) -> None:
    _promise(group)
    db.session.commit()
    waits = []

    for _ in range(15):
        jobs = outbox.lease(10)
        outbox.postpone(jobs)
        db.session.commit()
        row = db.session.scalars(db.select(Job)).one()
        waits.append(row.not_before - moving_clock.moment)
        assert outbox.lease(10) == []
        moving_clock.moment = row.not_before

    assert waits[:4] == [timedelta(seconds=2**number) for number in range(1, 5)]
    assert waits == sorted(waits) and waits[-1] == outbox.LONGEST_WAIT


def test_done_jobs_are_forgotten_only_when_the_work_is_kept(group: object, moving_clock: Clock) -> None:
    _promise(group)
    db.session.commit()
    jobs = outbox.lease(10)

    outbox.done(jobs)
    db.session.rollback()
    undone = outbox.waiting()
    outbox.done(jobs)
    db.session.commit()

    assert (undone, outbox.waiting()) == (1, 0)


def test_a_job_names_ids_and_nothing_that_anybody_wrote() -> None:
    columns = {column.name: str(column.type) for column in Job.__table__.columns}

    texts = {name for name, kind in columns.items() if "CHAR" in kind.upper() and name != "id"}
    assert texts - {"compartment_id", "object_id"} == {"kind"}
    assert not [kind for kind in columns.values() if "BLOB" in kind.upper() or "TEXT" in kind.upper()]
