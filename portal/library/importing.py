"""Import: a file becomes an item of the library, or is refused with one sentence."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any
from uuid import UUID

from portal.access.clearance import Clearance
from portal.content import service as content
from portal.content.models import Kind, Marking
from portal.content.values import Draft, NewAttachment, Saved
from portal.core import text
from portal.core.errors import Invalid, PortalError, TooLarge
from portal.extraction import Extracted, Extractor, SideCar
from portal.library.topics import topics_of

# What browsers and word processors call a document that has no title.
PUT_IN = re.compile(
    r"(?i)\s*(about:blank|untitled\b.*|document\d*|presentation\d*|powerpoint presentation)?\s*$"
)
TITLE_LIMIT = 300
TOPIC_LIMIT = 60
NAME_LIMIT = 150
RENAME = (
    f"Rename this file and import it again: its name is longer than {NAME_LIMIT} characters "
    "or holds line breaks or other control characters."
)
SHORTEN = "Shorten the {what} in the side-car to {limit} characters or fewer, and import both again."
# Formats whose original is kept beside the text; HTML is not, for it is never served as it came.
KEPT = {".docx", ".pdf", ".pptx"}
TRAINING_WORDS = ("training", "curriculum", "course", "indicator card")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it came, its side-car where it has one, and its place where names alone may meet."""

    filename: str
    source: bytes
    sidecar: SideCar | None = None
    place: str = ""

    @property
    def key(self) -> str:
        """What a later file must share to be the next version of this one."""
        if self.sidecar and self.sidecar.id:
            return self.sidecar.id
        return self.place or PurePath(self.filename).name


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where imported documents go, and what is true of all of them."""

    compartment_id: UUID
    owner_agency_id: UUID
    owner_agency: str
    task_force_id: UUID | None = None
    task_force: str = ""
    kind: Kind | None = None
    marking: Marking | None = None
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: ``saved`` and what the reader should know of the text."""

    saved: Saved
    title: str
    warnings: tuple[str, ...]


def read_upload(extractor: Extractor, upload: Upload) -> Extracted:
    """The document in the file; ``Invalid`` with one sentence where it cannot be had. Slow: hold no transaction."""
    if _holds_control(upload.filename) or len(upload.filename) > NAME_LIMIT:
        raise Invalid(RENAME)
    return extractor.extract(upload.source, filename=upload.filename)


def _holds_control(name: str) -> bool:
    return any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in name)


def import_document(clearance: Clearance, *, upload: Upload, extracted: Extracted, shelf: Shelf) -> Outcome:
    """Save what was read on the shelf; a file imported before is its next version, or unchanged."""
    payload = _payload(upload, extracted)
    sidecar = upload.sidecar
    draft = Draft(
        kind=shelf.kind or _stated_kind(sidecar),
        kind_if_new=_kind_of(sidecar, payload["title"]),
        compartment_id=shelf.compartment_id,
        marking=_marking_of(shelf, sidecar),
        owner_agency_id=shelf.owner_agency_id,
        owner_agency=shelf.owner_agency,
        task_force_id=shelf.task_force_id,
        task_force=shelf.task_force,
        payload=payload,
        dated=(sidecar.dated if sidecar else None) or shelf.dated,
        # Another agency's file of the same name is another document, not the next version of this one.
        source_key=f"import|{shelf.owner_agency_id}|{upload.key}",
        attachments=tuple(_original(upload, extracted)),
    )
    return Outcome(content.save(clearance, draft), payload["title"], extracted.warnings)


def name_of(path: str) -> str:
    """The last part of a name that a browser sent, whichever slashes its system uses."""
    return PurePath(path.replace("\\", "/")).name


def printable(name: str) -> str:
    """A file's name on one line, whatever characters its maker put into it."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)


def sentence(error: PortalError) -> str:
    """What to tell of a refused file."""
    fields = error.fields if isinstance(error, Invalid) else {}
    return " ".join(fields.values()) or str(error)


def _payload(upload: Upload, extracted: Extracted) -> dict[str, Any]:
    sidecar = upload.sidecar
    title = (sidecar.title if sidecar else "") or _told(extracted.title) or PurePath(upload.filename).stem
    title = " ".join(title.split())
    topics = (sidecar.topics if sidecar else ()) or topics_of(title, extracted.text)
    _check_lengths(title, topics)
    payload: dict[str, Any] = {
        "title": title,
        "topics": list(topics),
        "body": text.clean_html(extracted.html),
        "searchable": extracted.searchable,
    }
    for name in ("agency", "source", "url", "licence", "citation", "publication", "note"):
        payload[name] = getattr(sidecar, name, "") if sidecar else ""
    if sidecar and sidecar.date and not (sidecar.dated and sidecar.date == sidecar.dated.isoformat()):
        # Such as "2025-01 (snapshot)": the day that it is filed under says more than is known.
        payload["date"] = sidecar.date
    payload["context"] = list(sidecar.context) if sidecar else []
    if PurePath(upload.filename).suffix.lower() in KEPT:
        payload["original"] = hashlib.sha256(upload.source).hexdigest()
    return payload


def _told(title: str) -> str:
    """A file's own title, unless it is one that programs put in when nobody gave one."""
    return "" if PUT_IN.match(title) else title


def _check_lengths(title: str, topics: Sequence[str]) -> None:
    """Only a side-car can name a title or topics that no list has room for."""
    if len(title) > TITLE_LIMIT:
        raise TooLarge(SHORTEN.format(what="title", limit=TITLE_LIMIT))
    if any(len(topic) > TOPIC_LIMIT for topic in topics):
        raise TooLarge(SHORTEN.format(what="topics", limit=TOPIC_LIMIT))


def _original(upload: Upload, extracted: Extracted) -> Iterator[NewAttachment]:
    name = PurePath(upload.filename).name
    if PurePath(name).suffix.lower() in KEPT:
        yield NewAttachment(name=name, media_type=extracted.media_type, chunks=[upload.source])


def _stated_kind(sidecar: SideCar | None) -> Kind | None:
    """The kind that a side-car says in our words."""
    return Kind(sidecar.kind.lower()) if sidecar and sidecar.kind.lower() in set(Kind) else None


def _kind_of(sidecar: SideCar | None, title: str) -> Kind:
    """What speaks of training is training, the rest is reference; a protocol is one only where somebody says so."""
    said = f"{sidecar.kind if sidecar else ''} {title}".lower()
    return Kind.TRAINING if any(word in said for word in TRAINING_WORDS) else Kind.REFERENCE


def _marking_of(shelf: Shelf, sidecar: SideCar | None) -> Marking | None:
    """The marking that somebody stated, or None: a marking is never taken away by saying nothing."""
    if shelf.marking is not None:
        return shelf.marking
    return Marking(sidecar.marking) if sidecar and sidecar.marking else None
