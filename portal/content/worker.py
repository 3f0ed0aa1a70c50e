"""The worker: takes jobs from the outbox until it is told to stop, and keeps house in between."""

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from types import FrameType

from sqlalchemy.exc import SQLAlchemyError

from portal.audit import checkpoint_if_due
from portal.content import indexer, outbox
from portal.content.orphans import Sweep
from portal.core.db import db
from portal.core.errors import PortalError

log = logging.getLogger(__name__)

BATCH = 200
PAUSE = 0.5
PAUSE_AFTER_FAILURE = 5.0


def work_once() -> bool:
    """Do one lease's worth of jobs; False when nothing was due. Failed jobs are tried again later."""
    jobs = outbox.lease(BATCH)
    if jobs and not _is_done(jobs):
        _one_by_one(jobs)
    return bool(jobs)


def work_off() -> None:
    """Do all that is due now."""
    while work_once():
        pass


def run() -> None:
    """Work until SIGTERM or SIGINT; a job under way is finished first."""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    sweep = Sweep()
    while not stop.is_set():
        stop.wait(_pause_after_round(sweep))


def _pause_after_round(sweep: Sweep) -> float:
    """Work, or keep house where nothing is due; a part that does not answer is asked again a little later."""
    done = _survived(work_once)
    if done is None:
        return PAUSE_AFTER_FAILURE
    if not done:
        _survived(checkpoint_if_due)
        _survived(sweep.if_due)
    return 0.0 if done else PAUSE


def _survived(act: Callable[[], object]) -> bool | None:
    """Whether the act did anything; None where a part of the portal does not answer."""
    try:
        return bool(act())
    except (PortalError, SQLAlchemyError) as error:
        db.session.rollback()
        log.warning("The worker could not go on (%s) and will try again.", type(error).__name__)
        return None
    finally:
        db.session.remove()


def _one_by_one(jobs: Sequence[outbox.LeasedJob]) -> None:
    """Jobs that failed together are tried alone, so that the one at fault holds up no other."""
    for job in jobs:
        if len(jobs) == 1 or not _is_done([job]):
            outbox.postpone([job])
            db.session.commit()


def _is_done(jobs: Sequence[outbox.LeasedJob]) -> bool:
    try:
        indexer.run_jobs(jobs)
    except Exception as error:
        db.session.rollback()
        # The error's text may hold content; its type and place do not.
        log.warning("A job of kind %s failed: %s.", jobs[0].kind, type(error).__name__)
        return False
    finally:
        db.session.remove()
    return True
