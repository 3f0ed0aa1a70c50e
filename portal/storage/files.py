"""The default blob store: one file a blob, in a folder that only the portal's own user can read."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from portal.core.clock import now
from portal.core.errors import Conflict, Misconfigured, NotFound, Unavailable
from portal.storage.port import PIECE_BYTES

PRIVATE_FOLDER = 0o700
DRAFT_SUFFIX = ".draft"
ABANDONED_AFTER_SECONDS = 3600
HEX_DIGIT = "[0-9a-f]"


class FileBlobStore:
    """Files under ``root``, spread over 256 folders; a blob is there once it is on the disk, whole."""

    def __init__(self, root: Path | str) -> None:
        with _available():
            Path(root).mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            self._root = Path(root).resolve()

    def write(self, blob_id: UUID, chunks: Iterable[bytes]) -> int:
        target = self._path(blob_id)
        if target.exists():
            raise Conflict("There is an attachment under this id already.")
        draft, file = self._new_draft()
        try:
            with file:
                size = _copy(chunks, file)
            self._publish(draft, target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return size

    def read(self, blob_id: UUID) -> Iterator[bytes]:
        path = self._path(blob_id)
        if not path.is_file():
            raise NotFound
        return _pieces(path)

    def delete(self, blob_id: UUID) -> None:
        path = self._path(blob_id)
        with _available():
            if path.exists():
                path.unlink()
                _sync_folder(path.parent)

    def exists(self, blob_id: UUID) -> bool:
        return self._path(blob_id).is_file()

    def ids(self, *, before: datetime | None = None) -> Iterator[UUID]:
        for path in self._root.glob(f"{HEX_DIGIT * 2}/{HEX_DIGIT * 32}"):
            if before is None or _changed_before(before.timestamp(), path):
                yield UUID(path.name)

    def sweep(self) -> int:
        """Remove what crashed writes left behind, and return how many; writes that go on are spared."""
        deadline = now().timestamp() - ABANDONED_AFTER_SECONDS
        with _available():
            drafts = self._root.glob(f"*{DRAFT_SUFFIX}")
            old = [draft for draft in drafts if _changed_before(deadline, draft)]
            for draft in old:
                draft.unlink(missing_ok=True)
        return len(old)

    def _path(self, blob_id: UUID) -> Path:
        name = blob_id.hex
        path = (self._root / name[:2] / name).resolve()
        # The name holds no separator; a link that somebody placed in the folder could still lead elsewhere.
        if not path.is_relative_to(self._root):
            raise Misconfigured(f"A link in {self._root} leads out of it: remove the link.")
        return path

    def _new_draft(self) -> tuple[Path, BinaryIO]:
        with _available():
            descriptor, name = tempfile.mkstemp(DRAFT_SUFFIX, dir=self._root)
        return Path(name), os.fdopen(descriptor, "wb")

    def _publish(self, draft: Path, target: Path) -> None:
        with _available():
            if not target.parent.exists():
                target.parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
                _sync_folder(self._root)
            draft.rename(target)
            _sync_folder(target.parent)


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(f"The attachment folder does not work now ({error.strerror}).") from None


def _copy(chunks: Iterable[bytes], file: BinaryIO) -> int:
    """Write and flush to the disk; returns the number of bytes."""
    size = 0
    # Only the disk's own failures become ``Unavailable``; what ``chunks`` raises is for the caller.
    for chunk in chunks:
        with _available():
            file.write(chunk)
        size += len(chunk)
    with _available():
        file.flush()
        os.fsync(file.fileno())
    return size


def _pieces(path: Path) -> Iterator[bytes]:
    with _available(), path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def _changed_before(deadline: float, path: Path) -> bool:
    """Of two workers that start together and sweep, one finds that the other has removed the file."""
    try:
        return path.stat().st_mtime < deadline
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
