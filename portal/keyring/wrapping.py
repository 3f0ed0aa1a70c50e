"""Wrapping and unwrapping: master key, compartment key, data key, sealer."""

from functools import lru_cache
from uuid import UUID

from portal.keyring.aead import Box, new_key
from portal.keyring.framing import DOMAIN, frame, number
from portal.keyring.port import KeyManager
from portal.keyring.sealer import DataKeySealer

KEPT_COMPARTMENT_KEYS = 1024
KEPT_SEALERS = 4096


def compartment_aad(compartment_id: UUID, version: int) -> bytes:
    """Binds a wrapped compartment key to its row."""
    return frame(DOMAIN, b"compartment-key", compartment_id.bytes, number(version))


def data_aad(compartment_id: UUID, owner_id: UUID, version: int) -> bytes:
    """Binds a wrapped data key to its row."""
    return frame(DOMAIN, b"data-key", compartment_id.bytes, owner_id.bytes, number(version))


class Wrapping:
    """Opens rows into keys and remembers a bounded number of them.

    What is remembered is found by everything the row holds, so a row that was changed is opened anew, and a
    row that is gone is never asked for. Every method raises ``Broken`` where a row does not open.
    """

    def __init__(self, manager: KeyManager) -> None:
        self._manager = manager
        self.compartment_box = lru_cache(KEPT_COMPARTMENT_KEYS)(self._compartment_box)
        self.sealer = lru_cache(KEPT_SEALERS)(self._sealer)

    def forget(self) -> None:
        """Drop every unwrapped key from memory."""
        self.sealer.cache_clear()
        self.compartment_box.cache_clear()

    def new_compartment_key(self, compartment_id: UUID, version: int) -> bytes:
        """A fresh compartment key, wrapped."""
        return self._manager.wrap(new_key(), compartment_aad(compartment_id, version))

    def renew_compartment_key(self, compartment_id: UUID, version: int, wrapped: bytes) -> bytes:
        """The same compartment key, wrapped under the current master key."""
        aad = compartment_aad(compartment_id, version)
        return self._manager.wrap(self._manager.unwrap(wrapped, aad), aad)

    def _compartment_box(self, compartment_id: UUID, version: int, wrapped: bytes) -> Box:
        return Box(self._manager.unwrap(wrapped, compartment_aad(compartment_id, version)))

    def _sealer(
        self, owner_id: UUID, compartment_id: UUID, version: int, wrapped: bytes, compartment_wrapped: bytes
    ) -> DataKeySealer:
        box = self.compartment_box(compartment_id, version, compartment_wrapped)
        data_key = box.open(wrapped, data_aad(compartment_id, owner_id, version))
        return DataKeySealer(compartment_id, owner_id, data_key)
