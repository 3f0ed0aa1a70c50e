"""The port to wherever attachments lie: opaque bytes that were sealed before they came here."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol
from uuid import UUID

PIECE_BYTES = 64 * 1024


class VolatileBlobStore(UserWarning):
    """A blob store was built that forgets everything with its process."""


class BlobStore(Protocol):
    """Keeps blobs by id; a blob is written once, whole or not at all, and never changed.

    Every method raises ``Unavailable`` where the place itself fails (a full disk, for one).
    """

    def write(self, blob_id: UUID, chunks: Iterable[bytes]) -> int:
        """Store a blob durably and return its size; ``Conflict`` where the id is taken."""

    def read(self, blob_id: UUID) -> Iterator[bytes]:
        """The blob in pieces; ``NotFound`` at the call, not at the first piece."""

    def delete(self, blob_id: UUID) -> None:
        """Remove the blob, if there is one."""

    def exists(self, blob_id: UUID) -> bool:
        """Whether there is such a blob."""

    def ids(self, *, before: datetime | None = None) -> Iterator[UUID]:
        """The id of every blob (that was written before a moment, where one is given), in no order."""
