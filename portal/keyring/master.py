"""The versions of a master key in memory: what the file and the memory key manager share."""

import hmac
from collections.abc import Iterable
from datetime import datetime

from portal.core.clock import now
from portal.core.errors import Broken
from portal.keyring.aead import Box, new_key, subkey
from portal.keyring.framing import DOMAIN, frame, number
from portal.keyring.port import VERSION_BYTES, MasterVersion, wrapping_version


class MasterKey:
    """One version. The secret only feeds the derivation; it is never itself the key of a cipher."""

    __slots__ = ("_box", "_secret", "created_at", "version")

    def __init__(self, version: int, created_at: datetime, secret: bytes) -> None:
        self.version, self.created_at = version, created_at
        self._secret = secret
        self._box = Box(subkey(secret, frame(DOMAIN, b"wrap")))

    @property
    def secret(self) -> bytes:
        """The secret itself, for whoever stores it."""
        return self._secret

    @property
    def check_value(self) -> str:
        """Tells a damaged or mistyped secret from the real one, and nothing else about it."""
        return subkey(self._secret, frame(DOMAIN, b"check"), 16).hex()

    def has_check_value(self, value: str) -> bool:
        """Whether ``value`` belongs to this secret."""
        return hmac.compare_digest(self.check_value.encode(), value.encode())

    def wrap(self, plaintext: bytes, aad: bytes) -> bytes:
        """This version's number, then ``plaintext`` sealed under it."""
        return number(self.version) + self._box.seal(plaintext, self._bound(aad))

    def unwrap(self, wrapped: bytes, aad: bytes) -> bytes:
        """What ``wrap`` sealed."""
        return self._box.open(wrapped[VERSION_BYTES:], self._bound(aad))

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose."""
        return subkey(self._secret, frame(DOMAIN, b"derive", purpose.encode()))

    def _bound(self, aad: bytes) -> bytes:
        return frame(DOMAIN, b"master", number(self.version), aad)


class MasterKeys:
    """An unchanging set of versions; the highest is the current one."""

    __slots__ = ("_by_version", "current")

    def __init__(self, keys: Iterable[MasterKey]) -> None:
        self._by_version = {key.version: key for key in sorted(keys, key=lambda key: key.version)}
        self.current = self._by_version[max(self._by_version)]

    @classmethod
    def fresh(cls) -> "MasterKeys":
        """A new set with version 1."""
        return cls([MasterKey(1, now(), new_key())])

    def with_new(self) -> "MasterKeys":
        """This set and one more version."""
        return MasterKeys([*self.all, MasterKey(self.current.version + 1, now(), new_key())])

    def newest_only(self) -> "MasterKeys":
        """The current version alone."""
        return MasterKeys([self.current])

    @property
    def all(self) -> tuple[MasterKey, ...]:
        """Every version, oldest first."""
        return tuple(self._by_version.values())

    @property
    def versions(self) -> tuple[MasterVersion, ...]:
        """What may be told of every version, oldest first."""
        return tuple(MasterVersion(key.version, key.created_at) for key in self.all)

    def holds_key_of(self, wrapped: bytes) -> bool:
        """Whether the version that ``wrapped`` names is here."""
        return wrapping_version(wrapped) in self._by_version

    def unwrap(self, wrapped: bytes, aad: bytes) -> bytes:
        """Open ``wrapped`` with the version that it names."""
        key = self._by_version.get(wrapping_version(wrapped))
        if key is None:
            raise Broken("A key is wrapped under a version of the master key that is not kept here.")
        return key.unwrap(wrapped, aad)
