"""The documents of exactly the compartments that are read, numbered through, with statistics of these
alone."""

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np

from portal.index.build import ranges
from portal.index.cache import ByteCache
from portal.index.columns import Array, term_bytes
from portal.index.segment import Columns, Segment
from portal.index.weighting import Formula

MOST_EXPANSIONS = 500
_POSITION_BITS = 32
_numbers = count()


class Found(NamedTuple):
    """Documents in ascending order, and what each of them is worth."""

    docs: Array
    values: Array


NOTHING = Found(np.empty(0, np.int64), np.empty(0))


class Corpus:
    """One numbering over the segments of several compartments; removed documents are not counted anywhere.

    Whatever it derives is cached under a number of its own: nothing of another set of compartments is ever
    met there.
    """

    def __init__(
        self,
        members: Sequence[tuple[UUID, Sequence[Segment]]],
        cache: ByteCache,
        formula: Formula,
    ) -> None:
        self._cache = cache
        self._number = next(_numbers)
        self.formula = formula
        self.segments = [segment for _, segments in members for segment in segments]
        sizes = [segment.documents for segment in self.segments]
        self.documents = sum(sizes)
        self.bases = (np.cumsum(sizes) - sizes).tolist() if sizes else []
        self.compartments = [compartment_id for compartment_id, _ in members]
        owners = [n for n, (_, segments) in enumerate(members) for _ in segments]
        self.owners = np.repeat(np.array(owners, np.int64), sizes)
        self.alive = self._joined([segment.alive for segment in self.segments], bool)
        self.whole = bool(self.alive.all())
        self.living = int(self.alive.sum())

    def kept(self, name: Hashable, load: Callable[[], tuple[Any, int]]) -> Any:
        """Something derived from this corpus, from the cache or made anew."""
        return self._cache.get((self._number, name), load)

    @cached_property
    def ids(self) -> Array:
        """The item id of each document, 16 bytes a row."""
        return self._joined([segment.array("ids") for segment in self.segments], np.uint8).reshape(-1, 16)

    @cached_property
    def dated(self) -> Array:
        """The day of each document as an ordinal, 0 for none."""
        return self._joined([segment.array("dated") for segment in self.segments], np.int32)

    @cached_property
    def standing(self) -> Array:
        """The place of each document when sorted newest first, then by id: what decides between equal
        scores."""
        halves = np.ascontiguousarray(self.ids).view(">u8").reshape(-1, 2)
        order = np.lexsort((halves[:, 1], halves[:, 0], -self.dated.astype(np.int64)))
        standing = np.empty(self.documents, np.int64)
        standing[order] = np.arange(self.documents)
        return standing

    def postings(self, field: str, term: str) -> Found:
        """The documents that hold ``term``, and its weight in each."""
        sought = term_bytes(term)
        return self.gathered(field, [columns.terms.number(sought) for columns in self._columns(field)])

    def gathered(self, field: str, numbers: Sequence[int]) -> Found:
        """The postings of the term that has these numbers in the segments (-1: not there)."""
        docs, weights = [NOTHING.docs], [NOTHING.values]
        for columns, base, number in zip(self._columns(field), self.bases, numbers, strict=True):
            if number >= 0:
                own = slice(columns.starts[number], columns.starts[number + 1])
                held = columns.docs[own]
                docs.append(held.astype(np.int64) + base)
                weights.append(np.ones(len(held)) if columns.weights is None else columns.weights[own])
        return self._living(Found(np.concatenate(docs), np.concatenate(weights)))

    def holding(self, field: str, term: str) -> int:
        """How many documents hold ``term`` in a field."""

        def load() -> tuple[int, int]:
            return len(self.postings(field, term).docs), 100

        number: int = self.kept(("holding", field, term), load)
        return number

    def _columns(self, field: str) -> list[Columns]:
        def load() -> tuple[list[Columns], int]:
            return [segment.columns(field) for segment in self.segments], 100 * len(self.segments)

        columns: list[Columns] = self.kept(("columns", field), load)
        return columns

    def scored(self, field: str, term: str) -> Found:
        """The documents that hold ``term``, with their scores."""

        def load() -> tuple[Found, int]:
            return self._sized(self.scores_of(field, self.postings(field, term)))

        found: Found = self.kept(("scored", field, term), load)
        return found

    def scores_of(self, field: str, found: Found, *, holding: int | None = None) -> Found:
        """Weights turned into scores; as rare as it is found, or as something that ``holding`` documents
        hold."""
        idf = self.formula.idf(self.living, len(found.docs) if holding is None else holding)
        return Found(found.docs, self.formula.scores(idf, found.values, self.norms(field)[found.docs]))

    def prefixed(self, field: str, prefix: str) -> Found:
        """The documents that hold a term that begins with ``prefix``, with the number of such terms as
        weight.

        The terms that most documents hold are taken, ``MOST_EXPANSIONS`` of each segment.
        """

        def load() -> tuple[Found, int]:
            pieces = [
                _prefixed_docs(columns, term_bytes(prefix)) + base
                for columns, base in zip(self._columns(field), self.bases, strict=True)
            ]
            counts = np.bincount(self._joined(pieces, np.int64), minlength=self.documents)
            docs = np.flatnonzero(counts)
            return self._sized(self._living(Found(docs, counts[docs].astype(np.float64))))

        found: Found = self.kept(("prefixed", field, prefix), load)
        return found

    def places(self, field: str, term: str) -> Array:
        """Where ``term`` stands: document and position in one ascending number (see ``phrase``)."""

        def load() -> tuple[Array, int]:
            places = self._places(field, term_bytes(term))
            return places, places.nbytes + 200

        places: Array = self.kept(("places", field, term), load)
        return places

    def phrase(self, field: str, terms: Sequence[str]) -> Array:
        """The documents in which the terms stand one after the other."""

        def load() -> tuple[Array, int]:
            docs = np.unique(self.begins(field, terms))
            return docs, docs.nbytes + 200

        docs: Array = self.kept(("phrase", field, tuple(terms)), load)
        return docs

    def together(self, field: str, terms: Sequence[str]) -> Found:
        """The documents in which the terms stand one after the other, with the scores of the terms."""
        docs = self.phrase(field, terms)
        total = np.zeros(self.documents)
        for term in dict.fromkeys(terms):
            found = self.scored(field, term)
            total[found.docs] += found.values
        return Found(docs, total[docs])

    def as_one(self, field: str, terms: Sequence[str]) -> Found:
        """The documents in which the terms stand one after the other, scored as if they were one term."""
        docs, counts = np.unique(self.begins(field, terms), return_counts=True)
        return self.scores_of(field, Found(docs, counts.astype(np.float64)))

    def begins(self, field: str, terms: Sequence[str]) -> Array:
        """The document of each place at which the terms begin to stand one after the other."""
        places = self.places(field, terms[0])
        for distance, term in enumerate(terms[1:], 1):
            places = places[held_in(places + distance, self.places(field, term))]
        docs = places >> _POSITION_BITS
        return docs if self.whole else docs[self.alive[docs]]

    def lengths(self, field: str) -> Array:
        """How many words each document has in a field."""
        return self._joined([segment.array(f"lengths/{field}") for segment in self.segments], np.int64)

    def norms(self, field: str) -> Array:
        """What each document's length adds to the denominator of its scores."""

        def load() -> tuple[Array, int]:
            lengths = self.lengths(field)
            average = float(lengths[self.alive].sum()) / (self.living or 1)
            norms = self.formula.norms(lengths, average)
            return norms, norms.nbytes + 200

        norms: Array = self.kept(("norms", field), load)
        return norms

    def _places(self, field: str, term: bytes) -> Array:
        places = [NOTHING.docs]
        for segment, columns, base in zip(self.segments, self._columns(field), self.bases, strict=True):
            number = columns.terms.number(term)
            if number >= 0:
                own = slice(columns.starts[number], columns.starts[number + 1])
                counts = segment.array(f"{field}/counts")[own]
                first = int(segment.array(f"{field}/places")[number])
                positions = segment.array(f"{field}/positions")[first : first + int(counts.sum())]
                docs = columns.docs[own].astype(np.int64) + base
                places.append((np.repeat(docs, counts) << _POSITION_BITS) + positions)
        return np.concatenate(places)

    def _living(self, found: Found) -> Found:
        if self.whole:
            return found
        alive = self.alive[found.docs]
        return Found(found.docs[alive], found.values[alive])

    @staticmethod
    def _sized(found: Found) -> tuple[Found, int]:
        return found, found.docs.nbytes + found.values.nbytes + 300

    @staticmethod
    def _joined(pieces: Sequence[Array], kind: Any) -> Array:
        return np.concatenate([np.empty(0, kind), *pieces])


def held_in(values: Array, ascending: Array) -> Array:
    """For each value whether it is among the ascending numbers."""
    if not len(ascending):
        return np.zeros(len(values), bool)
    at = np.searchsorted(ascending, values)
    return ascending[np.minimum(at, len(ascending) - 1)] == values


def _prefixed_docs(columns: Columns, prefix: bytes) -> Array:
    """A document for each term it holds that begins with ``prefix``."""
    first, last = columns.terms.at_least(prefix), columns.terms.at_least(prefix + b"\xff")
    if last - first <= MOST_EXPANSIONS:
        return columns.docs[columns.starts[first] : columns.starts[last]].astype(np.int64)
    starts = np.asarray(columns.starts[first : last + 1], np.int64)
    kept = np.argsort(starts[:-1] - starts[1:], kind="stable")[:MOST_EXPANSIONS]
    return columns.docs[ranges(starts[kept], starts[kept + 1] - starts[kept])].astype(np.int64)
