"""Where the sealed bytes of indexes lie: named files of one compartment, on disk or in memory."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Lock
from typing import Protocol
from uuid import UUID

LOCK_NAME = ".lock"


class Files(Protocol):
    """The files of one compartment. Names and lengths are all that they tell."""

    def names(self) -> list[str]:
        """The names of all files."""

    def read(self, name: str, start: int, length: int) -> bytes:
        """A part of a file; ``FileNotFoundError`` where there is none."""

    def length(self, name: str) -> int:
        """The length of a file in bytes."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole and durably: after a crash it is there as given, or as it was before."""

    def delete(self, name: str) -> None:
        """Remove a file, if it is there."""

    def locked(self) -> AbstractContextManager[None]:
        """Exclude every other writer of this compartment inside the block."""


class DiskFiles:
    """A folder. Writing is fsynced, file and folder; the lock is the kernel's, so it ends with its
    process."""

    def __init__(self, root: Path, compartment_id: UUID) -> None:
        self._folder = root / str(compartment_id)

    def names(self) -> list[str]:
        try:
            return [path.name for path in self._folder.iterdir() if not path.name.startswith(".")]
        except FileNotFoundError:
            return []

    def read(self, name: str, start: int, length: int) -> bytes:
        with (self._folder / name).open("rb", buffering=0) as file:
            return os.pread(file.fileno(), length, start)

    def length(self, name: str) -> int:
        return (self._folder / name).stat().st_size

    def write(self, name: str, data: bytes) -> None:
        unfinished = self._folder / f".{name}"
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(handle, view) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        unfinished.replace(self._folder / name)
        self._sync_folder()

    def delete(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        for folder in (self._folder.parent, self._folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self._sweep()
            yield
        finally:
            os.close(handle)

    def _sweep(self) -> None:
        """Remove what a killed writer left unfinished."""
        for path in self._folder.glob(".*"):
            if path.name != LOCK_NAME:
                path.unlink()

    def _sync_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class MemoryFiles:
    """A dictionary, sealed like the disk; for tests and trials."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._lock = Lock()

    def names(self) -> list[str]:
        return list(self._files)

    def read(self, name: str, start: int, length: int) -> bytes:
        if name not in self._files:
            raise FileNotFoundError(name)
        return self._files[name][start : start + length]

    def length(self, name: str) -> int:
        if name not in self._files:
            raise FileNotFoundError(name)
        return len(self._files[name])

    def write(self, name: str, data: bytes) -> None:
        self._files[name] = bytes(data)

    def delete(self, name: str) -> None:
        self._files.pop(name, None)

    @contextmanager
    def locked(self) -> Iterator[None]:
        with self._lock:
            yield
