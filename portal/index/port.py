"""The port to full-text search: what is handed over, what is asked, what comes back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from portal.core.sealing import Sealer


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """One item in plain text. ``agency`` holds the names of the owner and of the publisher."""

    item_id: UUID
    title: str
    body: str
    kind: str
    topics: tuple[str, ...] = ()
    agency: str = ""
    task_force: str = ""
    marking: str = "none"
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a member asks: words, and filters that must all hold. No words: browsing, newest first."""

    text: str = ""
    kind: str | None = None
    topic: str | None = None
    task_force: str | None = None
    year: int | None = None
    offset: int = 0
    limit: int = 10
    newest_first: bool = False


@dataclass(frozen=True, slots=True)
class IndexReader:
    """The right to read one compartment's index, and the oldest state of it that may be read."""

    sealer: Sealer
    generation: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One found item; hits come best first, and equal scores newest first."""

    item_id: UUID
    compartment_id: UUID
    score: float


@dataclass(frozen=True, slots=True)
class SearchResults:
    """One page of hits, and what there is around it.

    ``facets`` holds (value, count) pairs under ``kind``, ``topic``, ``task_force`` and ``year``, each counted
    under all filters but its own. ``terms`` are for ``extract``.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    did_you_mean: str | None = None
    terms: tuple[str, ...] = ()


class SearchIndex(Protocol):
    """One sealed index for each compartment. Answers depend on the compartments read and on nothing else.

    A generation numbers the committed states of one compartment's index; the caller keeps the number that the
    last change returned, beside the data itself, and gives it back with every call. Files that are missing,
    damaged, from another compartment, or older than that number raise ``Unavailable``.
    """

    def apply(
        self,
        compartment_id: UUID,
        sealer: Sealer,
        *,
        puts: Sequence[IndexDocument],
        removals: Collection[UUID] = (),
        generation: int,
    ) -> int:
        """Put (or replace) and remove documents in one durable commit; returns the new generation.

        Generation 0 begins a new index where there is none. Doing the same again changes nothing but the
        number.
        """

    def search(self, readers: Mapping[UUID, IndexReader], query: SearchQuery) -> SearchResults:
        """The answer from exactly these compartments; text that cannot be understood is read as words."""

    def compact(self, compartment_id: UUID, sealer: Sealer) -> int:
        """Merge all into one segment without any term of a removed document; returns the generation."""

    def check(self, compartment_id: UUID, sealer: Sealer, generation: int) -> None:
        """Open and authenticate every byte; raises ``Unavailable`` where the index cannot be used."""

    def drop(self, compartment_id: UUID) -> None:
        """Remove the compartment's index; the next ``apply`` with generation 0 begins a new one."""
