"""The trail's key on disk: read with suspicion, moved forward to the next epoch, never back."""

import fcntl
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.audit.chain import EpochKey
from portal.core.errors import Misconfigured

# More epochs than a checkpoint a minute makes in a year: beyond it, key and database are strangers.
FURTHEST_STEP = 1_000_000


class KeyFile:
    """The current epoch's key in a file that only its owner may read; earlier keys are overwritten."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._cached: tuple[tuple[int, ...], EpochKey] | None = None

    def create(self) -> Path:
        """Make the first key, and beside it ``audit-k0`` for the auditor to take away; gives its path."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        first = EpochKey(0, secrets.token_bytes(32))
        offline = self.path.with_name("audit-k0")
        with self._locked():
            if self.path.exists():
                raise Misconfigured(f"The audit key {self.path} exists already; a trail keeps its first key.")
            _replace(offline, first.key.hex() + "\n")
            _replace(self.path, _spelled(first))
        return offline

    def current(self) -> EpochKey:
        """The epoch's key; ``Misconfigured`` where the file is missing, readable by others or damaged."""
        try:
            seen = self.path.lstat()
        except FileNotFoundError:
            raise Misconfigured(
                f"The audit key {self.path} is missing. Restore it from its backup, or create one with "
                "'flask audit init' if this installation is new."
            ) from None
        _require_private(self.path, seen)
        mark = (seen.st_ino, seen.st_ctime_ns, seen.st_mtime_ns, seen.st_size)
        if self._cached is None or self._cached[0] != mark:
            self._cached = (mark, self._read())
        return self._cached[1]

    def advance(self, epoch: int) -> EpochKey:
        """The key of ``epoch``, moving the file forward if it is behind; one that is ahead stays."""
        key = self.current()
        if key.epoch >= epoch:
            return key
        with self._locked():
            # Somebody else may have moved it further while this process waited.
            key = self.current()
            key = self.later(key, max(epoch, key.epoch))
            _replace(self.path, _spelled(key))
        return key

    def later(self, key: EpochKey, epoch: int) -> EpochKey:
        """A later epoch's key, without moving the file; ``Misconfigured`` where no portal gets so far."""
        if epoch - key.epoch > FURTHEST_STEP:
            raise Misconfigured(f"The audit key {self.path} does not belong to this database's trail.")
        return key.at(epoch)

    def _read(self) -> EpochKey:
        try:
            read = json.loads(self.path.read_text("ascii"))
            key = EpochKey(int(read["epoch"]), bytes.fromhex(read["key"]))
        except (ValueError, KeyError, TypeError):
            key = EpochKey(-1, b"")
        if key.epoch < 0 or len(key.key) != 32:
            raise Misconfigured(f"The audit key {self.path} is damaged. Restore it from its backup.")
        return key

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process or thread at a time; otherwise a slow one could put an older key back."""
        handle = os.open(self.path.with_name(self.path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def read_k0(path: Path) -> bytes:
    """The first key from the auditor's file; ``Misconfigured`` where it is not one."""
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != 32:
        raise Misconfigured(f"{path} does not hold the trail's first key: 64 hexadecimal digits.")
    return key


def _require_private(path: Path, seen: os.stat_result) -> None:
    if not stat.S_ISREG(seen.st_mode):
        raise Misconfigured(f"The audit key {path} must be a regular file, not a link or a folder.")
    if seen.st_mode & 0o077:
        raise Misconfigured(f"The audit key {path} can be read by others. Run: chmod 600 {path}")
    if seen.st_uid != os.geteuid():
        raise Misconfigured(f"The audit key {path} belongs to another user. Run the portal as its owner.")


def _spelled(key: EpochKey) -> str:
    return json.dumps({"epoch": key.epoch, "key": key.key.hex()}) + "\n"


def _replace(path: Path, text: str) -> None:
    """Durable and all at once: a crash leaves the old file or the new one."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
