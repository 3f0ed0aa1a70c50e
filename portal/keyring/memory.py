"""A key manager for tests: its keys end with the process."""

import warnings

from portal.keyring.master import MasterKeys
from portal.keyring.port import InsecureKeyManager, ManagerStatus


class MemoryKeyManager:
    """Keeps the master key in this process only, and warns that it does."""

    def __init__(self) -> None:
        warnings.warn(
            "The master key is kept in memory: nothing sealed now can be opened once this process ends.",
            InsecureKeyManager,
            stacklevel=2,
        )
        self._keys = MasterKeys.fresh()

    def wrap(self, plaintext: bytes, aad: bytes) -> bytes:
        return self._keys.current.wrap(plaintext, aad)

    def unwrap(self, wrapped: bytes, aad: bytes) -> bytes:
        return self._keys.unwrap(wrapped, aad)

    def status(self) -> ManagerStatus:
        return ManagerStatus("the memory of this process", self._keys.versions)

    def rotate(self) -> None:
        self._keys = self._keys.with_new()

    def forget_old(self) -> None:
        self._keys = self._keys.newest_only()

    def derive(self, purpose: str) -> bytes:
        return self._keys.current.derive(purpose)
