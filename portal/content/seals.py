"""How an item's fields are sealed: the associated data names the field and the version it belongs to."""

import json
import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from portal.access.clearance import Clearance
from portal.content.models import Attachment, Item, ItemVersion, Kind, Marking
from portal.content.values import AttachmentCard, Card, Draft, Payload
from portal.core.errors import Broken, Invalid
from portal.core.sealing import Sealer

log = logging.getLogger(__name__)


def card_place(version: int) -> bytes:
    """Associated data of an item's card."""
    return f"item.card|{version}".encode()


def payload_place(number: int) -> bytes:
    """Associated data of a version's payload."""
    return f"item.payload|{number}".encode()


LABEL_PLACE = b"attachment.label"
BLOB_PLACE = b"attachment.blob"


def encode(value: Any) -> bytes:
    """JSON as bytes; ``Invalid`` where a text in it cannot be written as UTF-8."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError as error:
        raise Invalid("The text holds broken characters. Copy it again from its source.") from error


def sealed_card(sealer: Sealer, draft: Draft, version: int) -> bytes:
    """The card of a draft, sealed for its place."""
    card = {
        "title": draft.payload["title"],
        "topics": list(draft.payload["topics"]),
        "agency": draft.owner_agency,
        "task_force": draft.task_force,
    }
    return sealer.seal(encode(card), aad=card_place(version))


def opened_card(sealer: Sealer, item: Item) -> Card:
    """The card of a row; ``Broken`` where it is not the one sealed for this item and version."""
    card = json.loads(sealer.open(item.card, aad=card_place(item.version)))
    return Card(
        item_id=item.id,
        kind=Kind(item.kind),
        marking=Marking(item.marking),
        compartment_id=item.compartment_id,
        title=card["title"],
        topics=tuple(card["topics"]),
        agency=card["agency"],
        task_force=card["task_force"],
        dated=item.dated,
        version=item.version,
        updated_at=item.updated_at,
    )


def opened_cards(clearance: Clearance, items: Iterable[Item]) -> list[Card]:
    """Cards of many rows in their order, with the keys fetched at once.

    One that does not open is left out of the list and named in the log by its id; its own page says that it is broken.
    """
    rows = list(items)
    sealers = clearance.sealers({row.id: row.compartment_id for row in rows})
    cards = []
    for row in rows:
        try:
            cards.append(opened_card(sealers[row.id], row))
        except (Broken, KeyError):
            log.error("an item's card does not open", extra={"item_id": str(row.id)})
    return cards


def opened_payload(sealer: Sealer, version: ItemVersion) -> Payload:
    """The payload of one version."""
    payload: Payload = json.loads(sealer.open(version.payload, aad=payload_place(version.number)))
    return payload


def sealed_label(sealer: Sealer, *, name: str, media_type: str, size: int, digest: str) -> bytes:
    """Name, type, size (bytes in the clear) and digest of an attachment."""
    label = {"name": name, "media_type": media_type, "size": size, "digest": digest}
    return sealer.seal(encode(label), aad=LABEL_PLACE)


def opened_label(sealer: Sealer, row: Attachment) -> AttachmentCard:
    """What a page shows of an attachment."""
    return AttachmentCard(attachment_id=row.id, **json.loads(sealer.open(row.label, aad=LABEL_PLACE)))


def source_tag(clearance: Clearance, compartment_id: UUID, source_key: str | None) -> bytes | None:
    """A keyed fingerprint of where a draft came from, so that the source's name is not in the clear."""
    if source_key is None:
        return None
    return clearance.sealer(compartment_id, compartment_id).tag(b"item.source|" + source_key.encode())
