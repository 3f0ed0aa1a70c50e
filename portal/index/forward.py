"""Which words a document holds: the postings turned round, and one numbering of words over all segments."""

from typing import NamedTuple

import numpy as np

from portal.index.build import ranges
from portal.index.columns import Array, lengths_of
from portal.index.corpus import Corpus
from portal.index.segment import Segment, Terms

FIELD = "content"
_ODD = np.uint64(0x9E3779B97F4A7C15)


class Turned(NamedTuple):
    """The words of each document of a segment: document ``d`` owns ``starts[d]:starts[d+1]``."""

    starts: Array
    terms: Array
    weights: Array


class Words(NamedTuple):
    """One numbering of the words of a corpus, and how many documents hold each.

    For each segment, ``common`` is the common number of each of its own terms, ``own`` its own number of each
    common word, -1 for none.
    """

    holding: Array
    common: list[Array]
    own: list[Array]


def turned(corpus: Corpus, segment: Segment) -> Turned:
    """The words of each document of a segment."""

    def load() -> tuple[Turned, int]:
        docs = segment.array(f"{FIELD}/docs")
        terms = np.repeat(
            np.arange(len(segment.terms(FIELD)), dtype=np.uint32),
            lengths_of(segment.array(f"{FIELD}/starts")),
        )
        order = np.argsort(docs, kind="stable")
        counts = np.bincount(docs, minlength=segment.documents)
        made = Turned(np.r_[0, np.cumsum(counts)], terms[order], segment.array(f"{FIELD}/weights")[order])
        return made, sum(each.nbytes for each in made) + 300

    made: Turned = segment.kept("turned", load)
    return made


def words(corpus: Corpus) -> Words:
    """The numbering of the words of a corpus."""

    def load() -> tuple[Words, int]:
        prints = [_prints_of(segment) for segment in corpus.segments]
        common, numbers = np.unique(np.concatenate([np.empty(0, np.uint64), *prints]), return_inverse=True)
        ends = np.cumsum([len(each) for each in prints])
        of_segment = np.split(numbers, ends[:-1]) if prints else []
        holding = np.zeros(len(common), np.int64)
        own = []
        for segment, mapped in zip(corpus.segments, of_segment, strict=True):
            holding[mapped] += _holding(segment)
            own.append(np.full(len(common), -1, np.int32))
            own[-1][mapped] = np.arange(len(mapped))
        made = Words(holding, [each.astype(np.uint32) for each in of_segment], own)
        return made, (8 + 4 * len(own)) * len(common) + 4 * len(numbers) + 300

    made: Words = corpus.kept("words", load)
    return made


def _holding(segment: Segment) -> Array:
    """How many living documents hold each term of a segment."""
    lengths = lengths_of(segment.array(f"{FIELD}/starts"))
    if segment.whole:
        return lengths
    of_posting = np.repeat(np.arange(len(lengths)), lengths)
    alive = segment.alive[segment.array(f"{FIELD}/docs")]
    return np.bincount(of_posting[alive], minlength=len(lengths))


def _prints_of(segment: Segment) -> Array:
    def load() -> tuple[Array, int]:
        made = prints(segment.terms(FIELD))
        return made, made.nbytes + 200

    made: Array = segment.kept("prints", load)
    return made


def prints(terms: Terms) -> Array:
    """A 64-bit number for each term, the same wherever the term is found (a polynomial of its bytes)."""
    if not len(terms):
        return np.empty(0, np.uint64)
    offsets = np.frombuffer(terms.offsets, np.uint32).astype(np.int64)
    places = ranges(np.zeros(len(terms), np.int64), offsets[1:] - offsets[:-1])
    powers = np.cumprod(np.full(int(places.max()) + 1, _ODD))
    letters = np.frombuffer(terms.blob, np.uint8).astype(np.uint64) + np.uint64(1)
    sums: Array = np.add.reduceat(letters * powers[places], offsets[:-1])
    return sums


def words_of(corpus: Corpus, docs: list[int]) -> tuple[Array, Array, Array]:
    """Of some documents: which of them (as its place in ``docs``), the common number of a word, and its
    weight."""
    numbering = words(corpus)
    owner, number, weight = [], [], []
    for place, doc in enumerate(docs):
        at = int(np.searchsorted(corpus.bases, doc, side="right")) - 1
        # Segments without documents share their base with the next one; the last of them holds the document.
        held = turned(corpus, corpus.segments[at])
        begin, end = held.starts[doc - corpus.bases[at] : doc - corpus.bases[at] + 2].tolist()
        number.append(numbering.common[at][held.terms[begin:end]].astype(np.int64))
        weight.append(held.weights[begin:end].astype(np.float64))
        owner.append(np.full(end - begin, place))
    return np.concatenate(owner), np.concatenate(number), np.concatenate(weight)


def numbers_in_segments(corpus: Corpus, word: int) -> list[int]:
    """The number of a word in each segment, -1 where it is not there."""
    return [int(own[word]) for own in words(corpus).own]
