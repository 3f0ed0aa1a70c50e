"""Plain values that pass between content and the features: drafts in, opened documents out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.content.models import Kind, Marking
from portal.core.text import text_of

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A file to be sealed with its item: ``chunks`` are read once, in constant memory."""

    name: str
    media_type: str
    chunks: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Draft:
    """An item about to be born in ``compartment_id``.

    ``payload`` holds at least ``title`` (str), ``topics`` (list of str) and ``body`` (sanitised HTML).
    ``source_key`` names where it came from: a second draft from the same source is its next version.
    Without a kind or a marking a new version keeps those before it; a new item takes ``kind_if_new`` and none.
    """

    compartment_id: UUID
    owner_agency_id: UUID
    owner_agency: str
    payload: Payload
    kind: Kind | None = None
    kind_if_new: Kind = Kind.REFERENCE
    marking: Marking | None = None
    task_force_id: UUID | None = None
    task_force: str = ""
    dated: date | None = None
    source_key: str | None = None
    attachments: tuple[NewAttachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a draft: ``outcome`` is ``imported``, ``updated`` or ``unchanged``."""

    item_id: UUID
    outcome: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows of an item."""

    item_id: UUID
    kind: Kind
    marking: Marking
    compartment_id: UUID
    title: str
    topics: tuple[str, ...]
    agency: str
    task_force: str
    dated: date | None
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AttachmentCard:
    """What a page shows of an attachment; ``size`` in bytes, ``digest`` its SHA-256 in hexadecimal."""

    attachment_id: UUID
    name: str
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Document:
    """An item opened whole."""

    card: Card
    payload: Payload
    attachments: tuple[AttachmentCard, ...] = field(default=())

    @property
    def words(self) -> str:
        """The text that search reads: purpose and body, without the title."""
        return "\n".join(filter(None, (str(self.payload.get("purpose", "")), text_of(self.payload["body"]))))


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One line of an item's history."""

    number: int
    created_at: datetime
    created_by: UUID | None
