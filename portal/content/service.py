"""The life of an item: saved, read, listed, shredded. Sealing, the check, the record and the index job happen here,
so that no feature can forget one."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from flask import current_app
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from portal.access.clearance import Clearance, is_law_enforcement_only
from portal.access.policy import Permission
from portal.content import attachments, outbox, queries, seals
from portal.content.models import Item, ItemVersion, Kind, Marking
from portal.content.records import record
from portal.content.values import Card, Document, Draft, Saved, VersionCard
from portal.core import clock, ids
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.sealing import Sealer
from portal.keyring import Keyring

MOST_SORTED = 5000
LES_ELSEWHERE = (
    "This compartment lets in members outside law enforcement, so nothing law enforcement sensitive (LES) can be put "
    "there. Choose a compartment of law enforcement only, or another marking."
)
TWICE_AT_ONCE = "Somebody else stored this document at the same moment. Look at it, then import yours again."


def save(clearance: Clearance, draft: Draft) -> Saved:
    """Bear the draft in its compartment, or add a version to the item of the same source; one transaction."""
    clearance.require(Permission.IMPORT_ITEMS)
    if draft.compartment_id not in clearance.writable:
        raise Invalid(
            "Choose a compartment from the list.", {"compartment": "Choose a compartment from the list."}
        )
    tag = seals.source_tag(clearance, draft.compartment_id, draft.source_key)
    known = queries.by_source(clearance, draft.compartment_id, tag)
    _check_marking(draft, known)
    if known is None:
        settled = replace(draft, kind=draft.kind or draft.kind_if_new, marking=draft.marking or Marking.NONE)
        return Saved(_bear(clearance, settled, tag), "imported")
    draft = _after(clearance, known, draft)
    if _same(clearance, known, draft):
        return Saved(known.id, "unchanged")
    _add_version(clearance, known, draft)
    return Saved(known.id, "updated")


def load(clearance: Clearance, item_id: UUID) -> Document:
    """The item opened whole, and the reading recorded; ``NotFound`` where it may not be known."""
    row = queries.item(clearance, item_id)
    document = _opened(clearance, row, row.version)
    record(clearance, "item.read", row, version=row.version)
    return document


def load_version(clearance: Clearance, item_id: UUID, number: int) -> Document:
    """An earlier version of a readable item, and the reading recorded."""
    row = queries.item(clearance, item_id)
    document = _opened(clearance, row, number)
    record(clearance, "item.read", row, version=number)
    return document


def history(clearance: Clearance, item_id: UUID) -> list[VersionCard]:
    """The versions of a readable item, newest first."""
    rows = queries.history(clearance, item_id)
    return [VersionCard(row.number, row.created_at, row.created_by) for row in rows]


def newest(clearance: Clearance, *, kind: Kind | None = None, limit: int = 10, offset: int = 0) -> list[Card]:
    """Cards of readable items, last changed first."""
    return seals.opened_cards(clearance, queries.newest(clearance, kind=kind, limit=limit, offset=offset))


def by_title(clearance: Clearance, *, kind: Kind, limit: int, offset: int = 0) -> list[Card]:
    """Cards of readable items of one kind in the order of their titles (which are sealed, so all are opened)."""
    opened = seals.opened_cards(clearance, queries.newest(clearance, kind=kind, limit=MOST_SORTED))
    opened.sort(key=lambda card: (card.title.casefold(), card.item_id))
    return opened[offset : offset + limit]


def count(clearance: Clearance, *, kind: Kind | None = None) -> int:
    """How many items may be read."""
    return queries.count(clearance, kind=kind)


def cards(clearance: Clearance, item_ids: Sequence[UUID]) -> dict[UUID, Card]:
    """Cards of those of the given items that may be read."""
    rows = queries.items(clearance, item_ids)
    return {card.item_id: card for card in seals.opened_cards(clearance, rows.values())}


def shred(clearance: Clearance, item_id: UUID) -> None:
    """Destroy the keys of an item and its attachments, then its rows; its index entry and blobs go by a job."""
    row = attachments.writable_item(clearance, item_id)
    for attachment in queries.attachments(clearance, item_id):
        attachments.shred_attachment(attachment)
    _keyring().destroy_key(row.id)
    outbox.add(outbox.ERASE, compartment_id=row.compartment_id, object_id=row.id)
    record(clearance, "item.shred", row, version=row.version)
    db.session.flush()
    db.session.execute(delete(ItemVersion).where(ItemVersion.item_id == row.id))
    db.session.delete(row)


def _bear(clearance: Clearance, draft: Draft, tag: bytes | None) -> UUID:
    item_id = ids.new_id()
    _keyring().add_key(draft.compartment_id, item_id)
    sealer = clearance.sealer(draft.compartment_id, item_id)
    now = clock.now()
    row = Item(
        id=item_id,
        kind=draft.kind,
        compartment_id=draft.compartment_id,
        marking=draft.marking,
        owner_agency_id=draft.owner_agency_id,
        task_force_id=draft.task_force_id,
        dated=draft.dated,
        version=1,
        card=seals.sealed_card(sealer, draft, 1),
        source_tag=tag,
        created_by=clearance.member_id,
        created_at=now,
        updated_at=now,
    )
    db.session.add(row)
    _flush()
    _store_version(clearance, sealer, row, draft)
    for file in draft.attachments:
        attachments.store(clearance, row, file)
    record(clearance, "item.create", row, version=1)
    return item_id


def _flush() -> None:
    """Two requests may bear the same source at once where the database lets them run side by side."""
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(TWICE_AT_ONCE) from error


def _check_marking(draft: Draft, known: Item | None) -> None:
    """LES lives only where nobody outside law enforcement reads; no page or command can put it elsewhere."""
    marking = draft.marking or (known.marking if known else Marking.NONE)
    if marking == Marking.LES and not is_law_enforcement_only(draft.compartment_id):
        raise Invalid(LES_ELSEWHERE, {"marking": LES_ELSEWHERE})


def _after(clearance: Clearance, row: Item, draft: Draft) -> Draft:
    """The draft as the next version of an item: it keeps the owner, and what the draft leaves open."""
    card = seals.opened_card(clearance.sealer(row.compartment_id, row.id), row)
    return replace(
        draft,
        kind=draft.kind or card.kind,
        marking=draft.marking or card.marking,
        owner_agency=card.agency,
        task_force=card.task_force,
    )


def _add_version(clearance: Clearance, row: Item, draft: Draft) -> None:
    sealer = clearance.sealer(row.compartment_id, row.id)
    marking_before = row.marking
    row.version += 1
    row.card = seals.sealed_card(sealer, draft, row.version)
    row.kind, row.marking, row.dated = str(draft.kind), str(draft.marking), draft.dated
    row.updated_at = clock.now()
    _store_version(clearance, sealer, row, draft)
    for file in draft.attachments:
        attachments.store(clearance, row, file)
    record(clearance, "item.update", row, version=row.version)
    if row.marking != marking_before:
        record(clearance, "item.mark", row, before=marking_before, after=row.marking)


def _store_version(clearance: Clearance, sealer: Sealer, row: Item, draft: Draft) -> None:
    payload = sealer.seal(seals.encode(draft.payload), aad=seals.payload_place(row.version))
    db.session.add(
        ItemVersion(
            item_id=row.id,
            number=row.version,
            kind=row.kind,
            marking=row.marking,
            dated=row.dated,
            payload=payload,
            created_by=clearance.member_id,
            created_at=clock.now(),
        )
    )
    outbox.add(outbox.INDEX, compartment_id=row.compartment_id, object_id=row.id)


def _same(clearance: Clearance, row: Item, draft: Draft) -> bool:
    """Whether the draft says just what the item says already; a payload names the digests of its attachments."""
    if (row.kind, row.marking, row.dated) != (draft.kind, draft.marking, draft.dated):
        return False
    current = _opened(clearance, row, row.version)
    return seals.encode(current.payload) == seals.encode(draft.payload)


def _opened(clearance: Clearance, row: Item, number: int) -> Document:
    version = queries.version(clearance, row.id, number)
    sealer = clearance.sealer(row.compartment_id, row.id)
    files = queries.attachments(clearance, row.id, version=number)
    sealers = clearance.sealers({file.id: file.compartment_id for file in files})
    payload = seals.opened_payload(sealer, version)
    # An earlier version shows the marking that it was read under, not the one its item has since been given.
    card = replace(
        seals.opened_card(sealer, row),
        title=payload["title"],
        topics=tuple(payload["topics"]),
        kind=Kind(version.kind),
        marking=Marking(version.marking),
        dated=version.dated,
    )
    return Document(
        card=card,
        payload=payload,
        attachments=tuple(seals.opened_label(sealers[file.id], file) for file in files),
    )


def _keyring() -> Keyring:
    ring: Keyring = current_app.extensions["keyring"]
    return ring
