"""Every look-up of items: each starts from ``clearance.compartments`` and cannot be asked without a clearance."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, func, select

from portal.access.clearance import Clearance
from portal.content.models import Attachment, Item, ItemVersion, Kind
from portal.core.db import db
from portal.core.errors import NotFound


def readable(clearance: Clearance) -> Select[Item]:
    """The statement that all others extend: items in the compartments of the clearance."""
    return select(Item).where(Item.compartment_id.in_(list(clearance.compartments)))


def item(clearance: Clearance, item_id: UUID) -> Item:
    """The row, or ``NotFound`` where it does not exist or may not be known."""
    row = db.session.scalar(readable(clearance).where(Item.id == item_id))
    if row is None:
        raise NotFound
    return row


def items(clearance: Clearance, item_ids: Collection[UUID]) -> dict[UUID, Item]:
    """Those of the given items that may be read, by id."""
    rows = db.session.scalars(readable(clearance).where(Item.id.in_(list(item_ids))))
    return {row.id: row for row in rows}


def newest(
    clearance: Clearance, *, kind: Kind | None = None, limit: int = 10, offset: int = 0
) -> Sequence[Item]:
    """Readable items, last changed first."""
    rows = readable(clearance).order_by(Item.updated_at.desc(), Item.id)
    if kind is not None:
        rows = rows.where(Item.kind == kind)
    return db.session.scalars(rows.limit(limit).offset(offset)).all()


def count(clearance: Clearance, *, kind: Kind | None = None) -> int:
    """How many items may be read."""
    rows = readable(clearance)
    if kind is not None:
        rows = rows.where(Item.kind == kind)
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def by_source(clearance: Clearance, compartment_id: UUID, tag: bytes | None) -> Item | None:
    """The item that an earlier draft of the same source became."""
    if tag is None:
        return None
    return db.session.scalar(
        readable(clearance).where(Item.compartment_id == compartment_id, Item.source_tag == tag)
    )


def version(clearance: Clearance, item_id: UUID, number: int) -> ItemVersion:
    """One version of a readable item, or ``NotFound``."""
    owner = item(clearance, item_id)
    row = db.session.get(ItemVersion, (owner.id, number))
    if row is None:
        raise NotFound
    return row


def versions(clearance: Clearance, item_ids: Collection[UUID]) -> dict[UUID, ItemVersion]:
    """The current version of each readable item, by item id."""
    current = (
        select(ItemVersion)
        .join(Item, (Item.id == ItemVersion.item_id) & (Item.version == ItemVersion.number))
        .where(Item.id.in_(list(item_ids)), Item.compartment_id.in_(list(clearance.compartments)))
    )
    return {row.item_id: row for row in db.session.scalars(current)}


def history(clearance: Clearance, item_id: UUID) -> Sequence[ItemVersion]:
    """All versions of a readable item, newest first."""
    owner = item(clearance, item_id)
    rows = select(ItemVersion).where(ItemVersion.item_id == owner.id).order_by(ItemVersion.number.desc())
    return db.session.scalars(rows).all()


def attachments(clearance: Clearance, item_id: UUID, *, version: int | None = None) -> Sequence[Attachment]:
    """The attachments of a readable item (of one version, where given), oldest first."""
    owner = item(clearance, item_id)
    rows = select(Attachment).where(Attachment.item_id == owner.id)
    if version is not None:
        rows = rows.where(Attachment.version == version)
    return db.session.scalars(rows.order_by(Attachment.created_at, Attachment.id)).all()


def attachment(clearance: Clearance, item_id: UUID, attachment_id: UUID) -> Attachment:
    """One attachment of one readable item; another item's attachment is ``NotFound`` under this one's address."""
    owner = item(clearance, item_id)
    rows = select(Attachment).where(Attachment.id == attachment_id, Attachment.item_id == owner.id)
    row = db.session.scalar(rows)
    if row is None or row.compartment_id != owner.compartment_id:
        raise NotFound
    return row
