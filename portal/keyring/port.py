"""The port to whatever holds the master key: a file, a key-management service, a hardware module."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class InsecureKeyManager(UserWarning):
    """A key manager was built that is not safe for real use."""


@dataclass(frozen=True, slots=True)
class MasterVersion:
    """One version of the master key, without the key."""

    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ManagerStatus:
    """Where the master key lives and which versions are kept; the newest is the current one."""

    place: str
    versions: tuple[MasterVersion, ...]

    @property
    def current(self) -> int:
        """The version that wraps from now on."""
        return self.versions[-1].version


class KeyManager(Protocol):
    """Holds versions of the master key and never hands one out.

    What ``wrap`` returns begins with the version that wrapped it, in eight bytes (see ``wrapping_version``).
    Where the keys themselves cannot be had, every method raises ``Misconfigured`` or ``Unavailable``.
    """

    def wrap(self, plaintext: bytes, aad: bytes) -> bytes:
        """Seal a key under the current version."""

    def unwrap(self, wrapped: bytes, aad: bytes) -> bytes:
        """The key again, whichever kept version wrapped it; otherwise ``Broken``."""

    def status(self) -> ManagerStatus:
        """The kept versions, oldest first."""

    def rotate(self) -> None:
        """Add a version and make it the current one; the older ones stay."""

    def forget_old(self) -> None:
        """Destroy every version but the current one; for when nothing is wrapped under them any more."""

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from the current version: they change when it does."""


VERSION_BYTES = 8


def wrapping_version(wrapped: bytes) -> int:
    """The master version under which ``wrapped`` claims to be."""
    return int.from_bytes(wrapped[:VERSION_BYTES], "big")
