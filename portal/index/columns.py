"""Postings as arrays: how the words of documents become them, and how segments are joined."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.index.analysis import TOKEN, stem, word_of
from portal.index.port import IndexDocument

Array = NDArray[Any]

# Between title, topics, agency and body lies a gap, so that no phrase or pair of words reaches across.
GAP = 100
TITLE_WEIGHT = 2
TEXT_FIELDS = ("content", "title", "topic", "agency")
EXACT_FIELDS = ("kind", "marking", "topics", "task_force")


def parts_of(document: IndexDocument) -> tuple[tuple[str, int], ...]:
    """The texts that make up the field ``content``, each with the weight of its words."""
    names = f"{document.agency} {document.task_force}".strip()
    return (document.title, TITLE_WEIGHT), (" \n ".join(document.topics), 1), (names, 1), (document.body, 1)


def term_bytes(term: str) -> bytes:
    """A term as it is kept; what UTF-8 cannot write becomes a question mark."""
    return term.encode(errors="replace")


def narrow(values: Array) -> Array:
    """``values`` (none negative) in the smallest unsigned type that holds them."""
    top = int(values.max()) if len(values) else 0
    fitting = (kind for kind in (np.uint8, np.uint16, np.uint32) if top <= np.iinfo(kind).max)
    return values.astype(next(fitting))


def lengths_of(starts: Array) -> Array:
    """How far each start lies from the next."""
    wide = starts.astype(np.int64)
    lengths: Array = wide[1:] - wide[:-1]
    return lengths


@dataclass(slots=True)
class Postings:
    """The postings of one field, term after term in order of the terms' bytes.

    Term ``t`` owns postings ``starts[t]:starts[t+1]``; posting ``p`` says that document ``docs[p]`` holds the
    term with ``weights[p]``, at ``counts[p]`` positions. Fields without positions leave these three out.
    """

    terms: list[bytes]
    starts: Array
    docs: Array
    weights: Array | None = None
    counts: Array | None = None
    positions: Array | None = None


def from_tokens(names: Sequence[str], ids: Array, docs: Array, weights: Array, positions: Array) -> Postings:
    """Postings of a stream of tokens (``names[ids[i]]`` in ``docs[i]``), which runs in order of documents."""
    used, ids = np.unique(ids, return_inverse=True)
    encoded = [term_bytes(names[number]) for number in used.tolist()]
    order = sorted(range(len(encoded)), key=encoded.__getitem__)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    ranked = rank[ids] if len(ids) else np.empty(0, np.int64)
    by_term = np.argsort(ranked, kind="stable")
    ranked, docs = ranked[by_term], docs[by_term]
    first = (
        np.flatnonzero(np.r_[True, (np.diff(ranked) != 0) | (np.diff(docs) != 0)]) if len(docs) else ranked
    )
    held, starts = np.unique(ranked[first], return_index=True)
    return Postings(
        terms=[encoded[order[t]] for t in held],
        starts=np.r_[starts, len(first)].astype(np.uint32),
        docs=narrow(docs[first]),
        weights=narrow(np.add.reduceat(weights[by_term], first)) if len(first) else narrow(first),
        counts=narrow(np.diff(np.r_[first, len(docs)])),
        positions=narrow(positions[by_term]),
    )


def without_positions(postings: Postings) -> Postings:
    """The same postings, telling only which documents hold a term."""
    return Postings(postings.terms, postings.starts, postings.docs)


@dataclass(slots=True)
class Stream:
    """The tokens of one field in order of documents, as numbers of words in a vocabulary."""

    ids: array = field(default_factory=lambda: array("i"))
    runs: list[tuple[int, int, int, int]] = field(default_factory=list)

    def add(self, doc: int, ids: Sequence[int], *, weight: int, position: int) -> int:
        """Append one text; returns the position after it."""
        kept = [i for i in ids if i >= 0]
        self.ids.extend(kept)
        self.runs.append((doc, len(kept), weight, position))
        return position + len(kept)

    def arrays(self) -> tuple[Array, Array, Array, Array]:
        """Word numbers, documents, weights and positions of all tokens."""
        runs = np.array(self.runs, np.int64).reshape(-1, 4)
        lengths = runs[:, 1]
        begins = np.cumsum(lengths) - lengths
        positions = np.arange(int(lengths.sum())) + np.repeat(runs[:, 3] - begins, lengths)
        docs, weights = np.repeat(runs[:, 0], lengths), np.repeat(runs[:, 2], lengths)
        return np.frombuffer(self.ids, np.int32).astype(np.int64), docs, weights, positions

    def lengths(self, documents: int) -> Array:
        """How many tokens each document holds."""
        runs = np.array(self.runs, np.int64).reshape(-1, 4)
        return np.bincount(runs[:, 0], runs[:, 1], documents).astype(np.uint32)


class Vocabulary:
    """Numbers for the tokens of a batch, each folded and stemmed once; stop words get -1."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._words: dict[str, int] = {}
        self.stems: list[str] = []

    @property
    def words(self) -> list[str]:
        return list(self._words)

    def numbers(self, text: str) -> list[int]:
        """The numbers of the tokens of ``text``."""
        known, learn = self._numbers, self._learn
        tokens = TOKEN.findall(text)
        return [known[token] if token in known else learn(token) for token in tokens]

    def _learn(self, token: str) -> int:
        word = word_of(token)
        number = self._words.setdefault(word, len(self._words)) if word else -1
        if number == len(self.stems):
            self.stems.append(stem(word))
        self._numbers[token] = number
        return number

    def stemmed(self) -> tuple[list[str], Array]:
        """The different stems, and for each word number the place of its stem among them."""
        places: dict[str, int] = {}
        numbers = [places.setdefault(each, len(places)) for each in self.stems]
        return list(places), np.array(numbers, np.int64)


def exact_postings(values: Iterable[tuple[int, str]]) -> Postings:
    """Postings without positions of whole values: (document, value) pairs in order of documents."""
    names: dict[str, int] = {}
    docs, ids = [], []
    for doc, value in values:
        docs.append(doc)
        ids.append(names.setdefault(value, len(names)))
    flat = np.array(docs, np.int64)
    zeros = np.zeros(len(docs), np.int64)
    return without_positions(from_tokens(list(names), np.array(ids, np.int64), flat, zeros + 1, zeros))
