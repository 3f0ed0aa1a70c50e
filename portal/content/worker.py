"""The worker: takes jobs from the outbox until it is told to stop."""

import logging
import signal
import threading
from types import FrameType

from sqlalchemy.exc import SQLAlchemyError

from portal.audit import checkpoint_if_due
from portal.content import indexer, outbox
from portal.core.db import db
from portal.core.errors import PortalError

log = logging.getLogger(__name__)

BATCH = 200
PAUSE = 0.5


def work_once() -> bool:
    """Do one lease's worth of jobs; False when nothing was due. Failed jobs are tried again later."""
    jobs = outbox.lease(BATCH)
    if not jobs:
        return False
    try:
        indexer.run_jobs(jobs)
    except Exception as error:
        db.session.rollback()
        outbox.postpone(jobs)
        db.session.commit()
        # The error's text may hold content; its type and place do not.
        log.warning("job failed", extra={"job_kind": jobs[0].kind, "error": type(error).__name__})
    finally:
        db.session.remove()
    return True


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
    while not stop.is_set():
        if not work_once():
            _keep_house()
            stop.wait(PAUSE)


def _keep_house() -> None:
    """Close the trail's epoch when it is due; a trail that cannot be written now is written later."""
    try:
        checkpoint_if_due()
    except (PortalError, SQLAlchemyError) as error:
        db.session.rollback()
        log.warning("housekeeping failed", extra={"error": type(error).__name__})
    finally:
        db.session.remove()
