"""The default key manager: master keys in one file that only the portal's own user can read."""

from pathlib import Path
from threading import Lock

from portal.keyring.keyfile import missing, read, replace, write_new
from portal.keyring.master import MasterKeys
from portal.keyring.port import ManagerStatus


class FileKeyManager:
    """Keeps the master keys in a file of mode 0600, and reads it anew when another process changed it.

    Raises ``Misconfigured``, naming the file and what to do, where it is missing, damaged or not private.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._reading = Lock()
        # The stamp is taken first: a change between the two costs one more reading, instead of being missed.
        self._seen = self._stamp()
        self._held = self._before = read(self._path)

    def __repr__(self) -> str:
        return f"FileKeyManager({str(self._path)!r})"

    @classmethod
    def create(cls, path: Path | str) -> "FileKeyManager":
        """Make a new master key in a new file; a folder it makes gets mode 0700, an existing file is left."""
        write_new(Path(path), MasterKeys.fresh())
        return cls(path)

    def wrap(self, plaintext: bytes, aad: bytes) -> bytes:
        return self._keys().current.wrap(plaintext, aad)

    def unwrap(self, wrapped: bytes, aad: bytes) -> bytes:
        keys = self._keys()
        # A transaction that began before a rotation ended still reads what the destroyed version wrapped.
        return (keys if keys.holds_key_of(wrapped) else self._before).unwrap(wrapped, aad)

    def status(self) -> ManagerStatus:
        return ManagerStatus(str(self._path), self._keys().versions)

    def rotate(self) -> None:
        replace(self._path, self._keys().with_new())

    def forget_old(self) -> None:
        replace(self._path, self._keys().newest_only())

    def derive(self, purpose: str) -> bytes:
        return self._keys().current.derive(purpose)

    def _keys(self) -> MasterKeys:
        # Workers outlive a rotation that a command ran; one stat call tells them that it changed the file.
        if self._stamp() != self._seen:
            with self._reading:
                self._read_again()
        return self._held

    def _read_again(self) -> None:
        stamp = self._stamp()
        # Another thread may have been here while this one waited, and must not lose us the keys before.
        if stamp != self._seen:
            self._before, self._held = self._held, read(self._path)
            self._seen = stamp

    def _stamp(self) -> tuple[int, ...]:
        try:
            found = self._path.stat()
        except OSError as error:
            raise missing(self._path, error) from None
        return (found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size)
