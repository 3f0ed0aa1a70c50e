"""Import: a file becomes an item of the library, or is refused with one sentence."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from uuid import UUID

from portal.access.clearance import Clearance
from portal.content import service as content
from portal.content.models import Kind, Marking
from portal.content.values import Draft, NewAttachment, Saved
from portal.core import text
from portal.extraction import Extracted, Extractor, SideCar
from portal.library.topics import topics_of

TITLE_LIMIT = 300
# Formats whose original is kept beside the text; HTML is not, for it is never served as it came.
KEPT = {".docx", ".pdf", ".pptx"}
TRAINING_WORDS = ("training", "curriculum", "course", "indicator card")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it came, and its side-car where it has one."""

    filename: str
    source: bytes
    sidecar: SideCar | None = None


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: ``saved`` and what the reader should know of the text."""

    saved: Saved
    title: str
    warnings: tuple[str, ...]


def read_upload(extractor: Extractor, upload: Upload) -> Extracted:
    """The document in the file; ``Invalid`` with one sentence where it cannot be had. Slow: hold no transaction."""
    return extractor.extract(upload.source, filename=upload.filename)


def import_document(clearance: Clearance, *, upload: Upload, extracted: Extracted, shelf: Shelf) -> Outcome:
    """Save what was read on the shelf; a file imported before is its next version, or unchanged."""
    payload = _payload(upload, extracted)
    sidecar = upload.sidecar
    draft = Draft(
        kind=shelf.kind or _kind_of(sidecar, payload["title"]),
        compartment_id=shelf.compartment_id,
        marking=_marking_of(shelf, sidecar),
        owner_agency_id=shelf.owner_agency_id,
        owner_agency=shelf.owner_agency,
        task_force_id=shelf.task_force_id,
        task_force=shelf.task_force,
        payload=payload,
        dated=sidecar.dated if sidecar else None,
        source_key=(sidecar.id if sidecar and sidecar.id else PurePath(upload.filename).name),
        attachments=tuple(_original(upload, extracted)),
    )
    return Outcome(content.save(clearance, draft), payload["title"], extracted.warnings)


def _payload(upload: Upload, extracted: Extracted) -> dict[str, Any]:
    sidecar = upload.sidecar
    title = (sidecar.title if sidecar else "") or extracted.title or PurePath(upload.filename).stem
    title = text.line(" ".join(title.split()), field="title", limit=TITLE_LIMIT)
    topics = (sidecar.topics if sidecar else ()) or topics_of(title, extracted.text)
    payload: dict[str, Any] = {
        "title": title,
        "topics": list(topics),
        "body": text.clean_html(extracted.html),
        "searchable": extracted.searchable,
    }
    for name in ("agency", "source", "url", "licence", "citation", "publication", "note"):
        payload[name] = getattr(sidecar, name, "") if sidecar else ""
    payload["context"] = list(sidecar.context) if sidecar else []
    if PurePath(upload.filename).suffix.lower() in KEPT:
        payload["original"] = hashlib.sha256(upload.source).hexdigest()
    return payload


def _original(upload: Upload, extracted: Extracted) -> Iterator[NewAttachment]:
    name = PurePath(upload.filename).name
    if PurePath(name).suffix.lower() in KEPT:
        yield NewAttachment(name=name, media_type=extracted.media_type, chunks=[upload.source])


def _kind_of(sidecar: SideCar | None, title: str) -> Kind:
    """A document that names its kind as training is training; a protocol is one only when someone says so."""
    said = f"{sidecar.kind if sidecar else ''} {title}".lower()
    return Kind.TRAINING if any(word in said for word in TRAINING_WORDS) else Kind.REFERENCE


def _marking_of(shelf: Shelf, sidecar: SideCar | None) -> Marking:
    if shelf.marking is not None:
        return shelf.marking
    return Marking(sidecar.marking) if sidecar and sidecar.marking else Marking.NONE
