"""A blob store for tests: its blobs end with the process."""

import warnings
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from portal.core.clock import now
from portal.core.errors import Conflict, NotFound
from portal.storage.port import PIECE_BYTES, VolatileBlobStore


class MemoryBlobStore:
    """Keeps blobs in this process only, and warns that it does."""

    def __init__(self) -> None:
        warnings.warn(
            "Attachments are kept in memory and end with this process.", VolatileBlobStore, stacklevel=2
        )
        self._blobs: dict[UUID, bytes] = {}
        self._written_at: dict[UUID, datetime] = {}

    def write(self, blob_id: UUID, chunks: Iterable[bytes]) -> int:
        if blob_id in self._blobs:
            raise Conflict("There is an attachment under this id already.")
        self._blobs[blob_id] = b"".join(chunks)
        self._written_at[blob_id] = now()
        return len(self._blobs[blob_id])

    def read(self, blob_id: UUID) -> Iterator[bytes]:
        if blob_id not in self._blobs:
            raise NotFound
        blob = self._blobs[blob_id]
        return (blob[start : start + PIECE_BYTES] for start in range(0, len(blob), PIECE_BYTES))

    def delete(self, blob_id: UUID) -> None:
        self._blobs.pop(blob_id, None)

    def exists(self, blob_id: UUID) -> bool:
        return blob_id in self._blobs

    def ids(self, *, before: datetime | None = None) -> Iterator[UUID]:
        kept = list(self._blobs)
        return (each for each in kept if before is None or self._written_at[each] < before)
