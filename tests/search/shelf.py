"""The documents that practitioners search, ready for an index: the starter library, and the given one where it is."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from portal.content.indexer import index_document
from portal.content.models import Kind, Marking
from portal.content.values import Card, Document
from portal.core import clock
from portal.core.text import clean_html
from portal.extraction import read_sidecar
from portal.extraction.documents import read_document
from portal.index import IndexDocument, MemoryIndex
from portal.library.shelving import template_payload
from portal.library.starter_library import starter_documents
from portal.library.topics import topics_of
from tests.index.desk import Desk, named

GIVEN = Path(__file__).parents[2].parent / "shared" / "data" / "library"
BUREAU = "Bureau of Justice Assistance"


class Shelf:
    """Documents in an index, found by the names of their files."""

    def __init__(self, documents: Iterable[tuple[str, IndexDocument]]) -> None:
        held = list(documents)
        self._names = {document.item_id: name for name, document in held}
        self._desk = Desk(MemoryIndex())
        self._desk.put("all", *(document for _, document in held))

    def found(self, text: str) -> list[str]:
        """The names of what a search finds, in order."""
        return [self._names[item_id] for item_id in self._desk.found(text)]

    def offered(self, text: str) -> str | None:
        """What a search takes the text to have meant."""
        return self._desk.search(text).did_you_mean


def starter_library() -> Iterator[tuple[str, IndexDocument]]:
    """Each starter document by the name of its file."""
    for entry, template in starter_documents():
        payload = template_payload(template, BUREAU)
        card = _card(template.id, Kind(template.kind), payload, date.fromisoformat(entry["dated"]))
        yield template.id, index_document(Document(card, payload))


def given_library() -> Iterator[tuple[str, IndexDocument]]:
    """Each given document by the name of its file, as an import files it; nothing where there are none."""
    for file in sorted(GIVEN.rglob("*.md")):
        if not file.with_suffix(".json").exists():
            continue
        sidecar = read_sidecar(file.with_suffix(".json").read_bytes())
        extracted = read_document(file.read_bytes(), filename=file.name)
        title = sidecar.title or extracted.title
        payload = {
            "title": title,
            "topics": list(sidecar.topics or topics_of(title, extracted.text)),
            "body": clean_html(extracted.html),
            "agency": sidecar.agency,
        }
        card = _card(file.stem, Kind.REFERENCE, payload, sidecar.dated)
        yield file.stem, index_document(Document(card, payload))


def _card(name: str, kind: Kind, payload: dict[str, Any], dated: date | None) -> Card:
    return Card(
        item_id=named(name),
        kind=kind,
        marking=Marking.NONE,
        compartment_id=named("All task forces"),
        title=payload["title"],
        topics=tuple(payload["topics"]),
        agency=BUREAU,
        task_force="",
        dated=dated,
        version=1,
        updated_at=clock.now(),
    )
