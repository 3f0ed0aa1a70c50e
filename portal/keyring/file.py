"""The default key manager: master keys in one file that only the portal's own user can read."""

from pathlib import Path

from portal.keyring.keyfile import missing, read, replace, write_new
from portal.keyring.master import MasterKeys
from portal.keyring.port import ManagerStatus


class FileKeyManager:
    """Keeps the master keys in a file of mode 0600, and reads it anew when another process changed it.

    Raises ``Misconfigured``, naming the file and what to do, where it is missing, damaged or not private.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._seen: tuple[int, ...] = ()
        self._read()

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
        return self._keys().unwrap(wrapped, aad)

    def status(self) -> ManagerStatus:
        return ManagerStatus(str(self._path), self._keys().versions)

    def rotate(self) -> None:
        replace(self._path, self._keys().with_new())

    def forget_old(self) -> None:
        replace(self._path, self._keys().newest_only())

    def derive(self, purpose: str) -> bytes:
        return self._keys().current.derive(purpose)

    def _keys(self) -> MasterKeys:
        # Workers outlive a rotation that a command ran; one stat call tells them that it changed.
        if self._stamp() != self._seen:
            self._read()
        return self._held

    def _read(self) -> None:
        # The stamp is taken first: a change between the two reads the file once more, instead of never.
        stamp = self._stamp()
        self._held = read(self._path)
        self._seen = stamp

    def _stamp(self) -> tuple[int, ...]:
        try:
            found = self._path.stat()
        except OSError as error:
            raise missing(self._path, error) from None
        return (found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size)
