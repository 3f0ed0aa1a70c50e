"""Filters, and counts of the values that the matching documents have."""

from collections.abc import Mapping
from datetime import date

import numpy as np

from portal.index.columns import Array, lengths_of
from portal.index.corpus import Corpus
from portal.index.port import SearchQuery

_FIELDS = {"kind": "kind", "topic": "topics", "task_force": "task_force"}
NAMES = ("kind", "topic", "task_force", "year")


class Facet:
    """The values of one kind that documents have: pairs of document and value's number, and the values'
    names."""

    __slots__ = ("docs", "names", "numbers", "single")

    def __init__(self, docs: Array, numbers: Array, names: list[str], documents: int) -> None:
        self.docs = docs
        self.numbers = numbers
        self.names = names
        # Where no document has two values, a list with one number for each document is quicker to count by.
        self.single: Array | None = None
        if len(np.unique(docs)) == len(docs):
            self.single = np.full(documents, len(names), np.int64)
            self.single[docs] = numbers

    def counts(self, mask: Array) -> tuple[tuple[str, int], ...]:
        """Each value with the number of masked documents that have it; most first, then by name."""
        numbers = self.numbers[mask[self.docs]] if self.single is None else self.single[mask]
        counted = np.bincount(numbers, minlength=len(self.names)).tolist()
        pairs = [(name, count) for name, count in zip(self.names, counted, strict=False) if count]
        return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))

    def having(self, name: str, documents: int) -> Array:
        """The mask of documents that have the value."""
        mask = np.zeros(documents, bool)
        if name in self.names:
            mask[self.docs[self.numbers == self.names.index(name)]] = True
        return mask


def facet(corpus: Corpus, name: str) -> Facet:
    """The facet of that name over the whole corpus."""

    def load() -> tuple[Facet, int]:
        made = _years(corpus) if name == "year" else _values(corpus, _FIELDS[name])
        return made, made.docs.nbytes + made.numbers.nbytes + 100 * len(made.names) + 300

    found: Facet = corpus.kept(("facet", name), load)
    return found


def _values(corpus: Corpus, field: str) -> Facet:
    numbers_of: dict[str, int] = {}
    docs, numbers = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for segment, base in zip(corpus.segments, corpus.bases, strict=True):
        terms = segment.terms(field)
        names = [terms[n].decode() for n in range(len(terms))]
        mapped = np.array([numbers_of.setdefault(name, len(numbers_of)) for name in names], np.int64)
        numbers.append(np.repeat(mapped, lengths_of(segment.array(f"{field}/starts"))))
        docs.append(segment.array(f"{field}/docs").astype(np.int64) + base)
    return Facet(np.concatenate(docs), np.concatenate(numbers), list(numbers_of), corpus.documents)


def _years(corpus: Corpus) -> Facet:
    docs = np.flatnonzero(corpus.dated > 0)
    days = corpus.dated[docs].astype("datetime64[D]") - np.timedelta64(date(1970, 1, 1).toordinal(), "D")
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    held, numbers = np.unique(years, return_inverse=True)
    return Facet(docs, numbers, [str(year) for year in held.tolist()], corpus.documents)


def filtered(
    corpus: Corpus, mask: Array, query: SearchQuery
) -> tuple[Array, Mapping[str, tuple[tuple[str, int], ...]]]:
    """``mask`` under all filters of the query, and each facet counted under all but its own."""
    wanted = {name: getattr(query, name) for name in NAMES}
    masks = {
        name: facet(corpus, name).having(str(value), corpus.documents)
        for name, value in wanted.items()
        if value is not None
    }
    counts = {
        name: facet(corpus, name).counts(_all(mask, [each for other, each in masks.items() if other != name]))
        for name in NAMES
    }
    return _all(mask, list(masks.values())), counts


def _all(mask: Array, others: list[Array]) -> Array:
    for each in others:
        mask = mask & each
    return mask
