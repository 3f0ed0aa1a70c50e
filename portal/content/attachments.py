"""Attachments: sealed as streams beside their item, under keys of their own."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain
from uuid import UUID

from flask import current_app

from portal.access.clearance import Clearance
from portal.access.policy import Permission
from portal.content import outbox, queries, seals
from portal.content.models import Attachment, Item
from portal.content.records import record
from portal.content.values import AttachmentCard, NewAttachment
from portal.core import clock, ids
from portal.core.db import db
from portal.core.errors import NotFound
from portal.keyring import Keyring
from portal.storage import BlobStore


def attach(clearance: Clearance, item_id: UUID, file: NewAttachment) -> UUID:
    """Add a file to the current version of an item that the clearance may write; returns the attachment's id.

    The same file under the same name is there once, however often it is sent.
    """
    row = writable_item(clearance, item_id)
    attachment_id = store(clearance, row, file)
    known = _sent_before(clearance, row, attachment_id)
    if known is not None:
        shred_attachment(queries.attachment(clearance, item_id, attachment_id))
        return known
    row.updated_at = clock.now()
    record(clearance, "attachment.create", row, attachment=str(attachment_id))
    return attachment_id


def detach(clearance: Clearance, item_id: UUID, attachment_id: UUID) -> None:
    """Destroy an attachment's key and row; its blob goes by a job."""
    row = writable_item(clearance, item_id)
    attachment = queries.attachment(clearance, item_id, attachment_id)
    if attachment.version != row.version:
        # What an earlier version was published with is part of its history.
        raise NotFound
    shred_attachment(attachment)
    record(clearance, "attachment.shred", row, attachment=str(attachment_id))


def open_attachment(
    clearance: Clearance, item_id: UUID, attachment_id: UUID
) -> tuple[AttachmentCard, Iterator[bytes]]:
    """Name, type and the opened stream of an attachment (``Broken`` where it is not), and the download recorded."""
    row = queries.attachment(clearance, item_id, attachment_id)
    sealer = clearance.sealer(row.compartment_id, row.id)
    card = seals.opened_label(sealer, row)
    chunks = sealer.open_stream(_blobs().read(row.id), aad=seals.BLOB_PLACE)
    # Opened before the answer begins: a blob that is another's becomes an error page, not a download cut short.
    first = next(chunks)
    record(clearance, "attachment.read", queries.item(clearance, item_id), attachment=str(row.id))
    return card, chain([first], chunks)


def writable_item(clearance: Clearance, item_id: UUID) -> Item:
    """The row of an item that the clearance may change; ``NotFound`` for all others."""
    clearance.require(Permission.IMPORT_ITEMS)
    row = queries.item(clearance, item_id)
    if row.compartment_id not in clearance.writable:
        raise NotFound
    return row


def store(clearance: Clearance, row: Item, file: NewAttachment) -> UUID:
    """Seal one file into the blob store. A blob whose transaction is rolled back is swept by the worker."""
    attachment_id = ids.new_id()
    _keyring().add_key(row.compartment_id, attachment_id)
    sealer = clearance.sealer(row.compartment_id, attachment_id)
    measured = _Measured(file.chunks)
    _blobs().write(attachment_id, sealer.seal_stream(measured, aad=seals.BLOB_PLACE))
    label = seals.sealed_label(
        sealer,
        name=file.name,
        media_type=file.media_type,
        size=measured.size,
        digest=measured.digest.hexdigest(),
    )
    db.session.add(
        Attachment(
            id=attachment_id,
            item_id=row.id,
            compartment_id=row.compartment_id,
            version=row.version,
            label=label,
            created_at=clock.now(),
        )
    )
    db.session.flush()
    return attachment_id


def shred_attachment(row: Attachment) -> None:
    """Destroy the key, then the row."""
    _keyring().destroy_key(row.id)
    outbox.add(outbox.BLOB, compartment_id=row.compartment_id, object_id=row.id)
    db.session.delete(row)


def _sent_before(clearance: Clearance, row: Item, attachment_id: UUID) -> UUID | None:
    """Another attachment of the same version with the same name and digest."""
    rows = queries.attachments(clearance, row.id, version=row.version)
    sealers = clearance.sealers({file.id: file.compartment_id for file in rows})
    cards = {file.id: seals.opened_label(sealers[file.id], file) for file in rows}
    new = cards.pop(attachment_id)
    same = (
        card.attachment_id for card in cards.values() if (card.name, card.digest) == (new.name, new.digest)
    )
    return next(same, None)


class _Measured:
    """Passes chunks on, counts their bytes and takes their digest."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.size = 0
        self.digest = sha256()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            self.digest.update(chunk)
            yield chunk


def _keyring() -> Keyring:
    ring: Keyring = current_app.extensions["keyring"]
    return ring


def _blobs() -> BlobStore:
    store: BlobStore = current_app.extensions["blobs"]
    return store
