"""A desk to search at: an index, compartments with real keys, and the generations that the database would
keep."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid5

from portal.core.sealing import Sealer
from portal.index import IndexDocument, IndexReader, SearchIndex, SearchQuery, SearchResults
from portal.keyring.sealer import DataKeySealer

SPACE = UUID("0f0d4c4e-6d7a-4f6e-8f43-1c3fd0f6a001")


def named(name: str) -> UUID:
    """The same id for the same name, in every test."""
    return uuid5(SPACE, name)


def document(name: str, title: str = "", body: str = "", **more: object) -> IndexDocument:
    """A document with the id of ``name``; ``dated`` may be given as text."""
    dated = more.pop("dated", None)
    day = date.fromisoformat(dated) if isinstance(dated, str) else None
    kind = str(more.pop("kind", "protocol"))
    return IndexDocument(named(name), title, body, kind, dated=day, **more)  # type: ignore[arg-type]


def new_sealer(compartment: str) -> Sealer:
    """A real sealer under a fresh key of a compartment."""
    return DataKeySealer(named(compartment), named(compartment), os.urandom(32))


@dataclass
class Desk:
    """Puts documents into compartments by name, and searches some of them."""

    index: SearchIndex
    sealers: dict[str, Sealer] = field(default_factory=dict)
    generations: dict[str, int] = field(default_factory=dict)

    def sealer(self, compartment: str) -> Sealer:
        return self.sealers.setdefault(compartment, new_sealer(compartment))

    def put(self, compartment: str, *documents: IndexDocument, without: Iterable[str] = ()) -> int:
        """Put documents and remove others by name, in one commit."""
        self.generations[compartment] = self.index.apply(
            named(compartment),
            self.sealer(compartment),
            puts=documents,
            removals=[named(name) for name in without],
            generation=self.generations.get(compartment, 0),
        )
        return self.generations[compartment]

    def compact(self, compartment: str) -> None:
        self.generations[compartment] = self.index.compact(named(compartment), self.sealer(compartment))

    def readers(self, *compartments: str) -> dict[UUID, IndexReader]:
        return {
            named(each): IndexReader(self.sealer(each), self.generations[each])
            for each in compartments or tuple(self.generations)
        }

    def search(self, text: str = "", *compartments: str, **filters: object) -> SearchResults:
        """Search the named compartments (all, if none is named)."""
        query = SearchQuery(text, **filters)  # type: ignore[arg-type]
        return self.index.search(self.readers(*compartments), query)

    def found(self, text: str = "", *compartments: str, **filters: object) -> list[UUID]:
        """The ids of what a search finds, in order."""
        return [hit.item_id for hit in self.search(text, *compartments, **filters).hits]


def ids(*names: str) -> list[UUID]:
    return [named(name) for name in names]
