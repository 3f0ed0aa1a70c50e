"""Blobs that no attachment names: what an import that was rolled back, or died, left in the store."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from portal.content.models import Attachment
from portal.core import clock
from portal.core.db import db, reading
from portal.storage import BlobStore

# An import may still be going on, and a restored database may still be given back what it lost.
SPARED_FOR = timedelta(days=1)
EVERY = timedelta(hours=1)
BATCH = 500


class Sweep:
    """Sweeps when it is first asked, and then once an hour."""

    def __init__(self) -> None:
        self._last: datetime | None = None

    def if_due(self) -> int:
        """Sweep where an hour has passed; returns how many blobs went."""
        now = clock.now()
        if self._last is not None and now - self._last < EVERY:
            return 0
        self._last = now
        return sweep()


def sweep() -> int:
    """Delete the blobs that are older than a day and have no row; returns how many."""
    blobs: BlobStore = current_app.extensions["blobs"]
    count = 0
    for blob_ids in _batches(blobs.ids(before=clock.now() - SPARED_FOR)):
        for blob_id in blob_ids - _named(blob_ids):
            blobs.delete(blob_id)
            count += 1
    return count


def _batches(blob_ids: Iterable[UUID]) -> Iterator[set[UUID]]:
    rest = iter(blob_ids)
    while batch := set(islice(rest, BATCH)):
        yield batch


def _named(blob_ids: set[UUID]) -> set[UUID]:
    """Those that are attachments'."""
    with reading():
        found = set(db.session.scalars(select(Attachment.id).where(Attachment.id.in_(blob_ids))))
        db.session.rollback()
    return found
