"""The outbox: work promised in the same transaction as the act that asks for it, done later by the worker.

A job may run more than once (a worker can die between doing and noting it), so each kind of work is idempotent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from portal.content.models import Job
from portal.core import clock
from portal.core.db import db

INDEX = "index"
ERASE = "erase"
BLOB = "blob"

LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LeasedJob:
    """A job as it was taken; ``attempts`` counts this one."""

    id: UUID
    kind: str
    compartment_id: UUID
    object_id: UUID
    attempts: int


def add(kind: str, *, compartment_id: UUID, object_id: UUID) -> None:
    """Promise work on one object; it becomes due when the caller's transaction commits."""
    now = clock.now()
    db.session.add(
        Job(kind=kind, compartment_id=compartment_id, object_id=object_id, created_at=now, not_before=now)
    )


def lease(limit: int) -> list[LeasedJob]:
    """Take due jobs of one kind and one compartment, oldest first; committed, so that no other worker takes them."""
    now = clock.now()
    due = (
        select(Job)
        .where(Job.not_before <= now, or_(Job.leased_until.is_(None), Job.leased_until <= now))
        .order_by(Job.created_at, Job.id)
        .with_for_update(skip_locked=True)
    )
    first = db.session.scalar(due.limit(1))
    if first is None:
        db.session.rollback()
        return []
    alike = due.where(Job.kind == first.kind, Job.compartment_id == first.compartment_id)
    jobs = db.session.scalars(alike.limit(limit)).all()
    for job in jobs:
        job.leased_until = now + LEASE
        job.attempts += 1
    taken = [LeasedJob(j.id, j.kind, j.compartment_id, j.object_id, j.attempts) for j in jobs]
    db.session.commit()
    return taken


def done(jobs: Sequence[LeasedJob]) -> None:
    """Forget jobs that were done, in the caller's transaction."""
    db.session.execute(delete(Job).where(Job.id.in_([job.id for job in jobs])))


def postpone(jobs: Sequence[LeasedJob]) -> None:
    """Give failed jobs back, to be tried again after a wait that doubles each time."""
    now = clock.now()
    for job in jobs:
        wait = min(timedelta(seconds=2 ** min(job.attempts, 12)), LONGEST_WAIT)
        db.session.execute(
            update(Job).where(Job.id == job.id).values(leased_until=None, not_before=now + wait)
        )


def waiting() -> int:
    """How many jobs are not done yet."""
    return db.session.query(Job).count()
