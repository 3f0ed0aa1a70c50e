"""The keyring: the only maker of sealers, and the only hand on the tables of keys."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from portal.core.db import reading
from portal.core.errors import Broken, Conflict, Misconfigured, NotFound
from portal.core.sealing import Sealer
from portal.keyring.aead import new_key
from portal.keyring.events import announce
from portal.keyring.locks import lock_keys
from portal.keyring.port import KeyManager, ManagerStatus
from portal.keyring.queries import (
    DataRow,
    KeyStatus,
    add_data_key,
    add_version,
    all_rows,
    delete_data_key,
    has_tables,
    newest_key,
    newest_version,
    rows_of,
    set_data_key,
    status_rows,
    versions_of,
)
from portal.keyring.rotation import Progress, rotate_compartment, rotate_master
from portal.keyring.sealer import DataKeySealer
from portal.keyring.wrapping import Wrapping, data_aad

# The compartment of the portal's own secrets (of second factors, for one). It can never be a member's: random
# identifiers are of version 4, and this one is not.
SYSTEM_COMPARTMENT = UUID("00000000-0000-0000-0000-000000000001")


class Keyring:
    """Makes and destroys keys in the caller's transaction, opens them, and rotates them in its own."""

    def __init__(self, manager: KeyManager) -> None:
        self._manager = manager
        self._wrapping = Wrapping(manager)

    def add_compartment(self, compartment_id: UUID) -> None:
        """Give a new compartment its key, and the data key (owned by itself) that seals its index."""
        if not self._ensure_compartment(compartment_id):
            raise Conflict("This compartment has its key already.")

    def add_key(self, compartment_id: UUID, owner_id: UUID) -> None:
        """Give an item or attachment its own random data key."""
        add_data_key(owner_id, compartment_id, *self._fresh(compartment_id, owner_id))

    def sealer(self, compartment_id: UUID, owner_id: UUID) -> Sealer:
        """The sealer of one owner; ``NotFound`` where it has no key, ``Broken`` where its row was changed."""
        found = self.sealers({owner_id: compartment_id})
        if owner_id not in found:
            raise NotFound
        return found[owner_id]

    def sealers(self, owners: Mapping[UUID, UUID]) -> Mapping[UUID, Sealer]:
        """Sealers by owner, in one query; ``owners`` maps owner to compartment. No key, no entry."""
        rows = rows_of(owners)
        if any(owners[row.owner_id] != row.compartment_id for row in rows):
            raise Broken("A key is filed under another compartment than what it seals.")
        return {row.owner_id: self._wrapping.sealer(*row) for row in rows}

    def system_sealer(self, owner_id: UUID) -> Sealer:
        """The sealer of one of the portal's own secrets; its key is made at need and survives rotations."""
        if owner_id not in self.sealers({owner_id: SYSTEM_COMPARTMENT}):
            self._ensure_compartment(SYSTEM_COMPARTMENT)
            self.add_key(SYSTEM_COMPARTMENT, owner_id)
        return self.sealer(SYSTEM_COMPARTMENT, owner_id)

    def passing_sealer(self) -> Sealer:
        """A sealer under a random key that is kept nowhere: for what must not outlive this process."""
        return DataKeySealer(uuid4(), uuid4(), new_key())

    def replace_key(self, owner_id: UUID, compartment_id: UUID) -> None:
        """Give the owner a new key in ``compartment_id`` and destroy the old; the caller seals all again."""
        set_data_key(owner_id, compartment_id, *self._fresh(compartment_id, owner_id))

    def destroy_key(self, owner_id: UUID) -> None:
        """Shred: from the commit on nothing that was sealed for this owner can be opened again."""
        delete_data_key(owner_id)
        self._wrapping.forget()

    def rotate_compartment(self, compartment_id: UUID) -> Progress:
        """Give the compartment a new key, or finish doing so; commits in batches, may be killed and rerun."""
        progress = rotate_compartment(self._wrapping, compartment_id)
        self._wrapping.forget()
        return progress

    def rotate_master(self) -> Progress:
        """Make a new master key, or finish doing so; commits in batches and may be killed and run again."""
        self.check()
        progress = rotate_master(self._wrapping, self._manager)
        self._wrapping.forget()
        return progress

    def status(self) -> list[KeyStatus]:
        """One row for each version of each compartment's key."""
        return status_rows()

    def master_status(self) -> ManagerStatus:
        """Where the master key is and which versions are kept."""
        return self._manager.status()

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose that every worker computes alike, until the master key is rotated."""
        return self._manager.derive(purpose)

    def check(self) -> None:
        """Raise ``Misconfigured`` where the master key is not the one that this database was sealed with."""
        place = self._manager.status().place
        # Start-up asks, in every worker at once: none of them shall wait for the write lock.
        with reading():
            newest = newest_key() if has_tables() else None
        try:
            if newest:
                self._wrapping.compartment_box(*newest)
        except Broken:
            raise Misconfigured(
                f"The master key in {place} is not the one that this database was sealed with: "
                "put back the key that was in use, or restore the database that belongs to this one."
            ) from None

    def damaged(self) -> list[UUID]:
        """Opens every data key there is and returns the owners whose keys do not open."""
        return [row.owner_id for row in all_rows() if not self._opens(row)]

    def _ensure_compartment(self, compartment_id: UUID) -> bool:
        """Whether the compartment had no key yet; it has one now."""
        lock_keys()
        if versions_of(compartment_id):
            return False
        add_version(compartment_id, 1, self._wrapping.new_compartment_key(compartment_id, 1))
        self.add_key(compartment_id, compartment_id)
        announce("compartment key added", compartment_id)
        return True

    def _fresh(self, compartment_id: UUID, owner_id: UUID) -> tuple[int, bytes]:
        """The compartment's current version, and a new data key wrapped under it."""
        version, wrapped = newest_version(compartment_id)
        box = self._wrapping.compartment_box(compartment_id, version, wrapped)
        return version, box.seal(new_key(), data_aad(compartment_id, owner_id, version))

    def _opens(self, row: DataRow) -> bool:
        try:
            self._wrapping.sealer(*row)
        except Broken:
            return False
        return True
