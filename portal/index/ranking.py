"""How found documents are put in order: BM25 with coordination, then titles, word pairs, and words that go
with the query."""

from dataclasses import dataclass

import numpy as np

from portal.index.columns import Array
from portal.index.corpus import NOTHING, Corpus, Found
from portal.index.evaluate import Matches
from portal.index.forward import FIELD, numbers_in_segments, words, words_of
from portal.index.queries import Asked
from portal.index.titles import titled
from portal.index.weighting import PORTAL_BM25, WHOOSH_BM25, Formula


@dataclass(frozen=True, slots=True)
class Ranking:
    """A way to rank. A part whose share is 0 is left out.

    ``coordination``: a document's score is multiplied by the share of the query that it holds (by weight of
    the words) to this power, so that documents with more of the words come first. ``titled``: what a title
    adds that is the query, as a share of the weight of the query's words; less where it holds a part of them
    or is longer. ``pairs``: what two words
    of the query count in addition where they stand together as asked. ``related``: what the words that are
    typical of the ``feedback`` best documents (at most one of ``fewest_documents``: the best of a handful tell
    nothing) count, all together, in addition to the query's own. They add to documents that match, and never
    make a document match. ``sample``: what a sample protocol counts more, since these are what the portal is
    asked for.
    """

    formula: Formula
    coordination: float = 0
    titled: float = 0
    pairs: float = 0
    related: float = 0
    sample: float = 0
    feedback: int = 10
    most_related: int = 20
    fewest_documents: int = 10
    fewest_words: int = 2
    too_common: float = 0.3


PRODUCT = Ranking(PORTAL_BM25, coordination=0.5, pairs=0.2, related=0.6, titled=3, sample=0.2)
STOCK = Ranking(WHOOSH_BM25)


def ranked(corpus: Corpus, asked: Asked, found: Matches, ranking: Ranking) -> Array:
    """The final score of every document that matches (those of others mean nothing)."""
    scores = found.scores.copy()
    if ranking.titled and asked.stems:
        scores += ranking.titled * titled(corpus, asked)
    if ranking.pairs:
        for first, second in dict.fromkeys(zip(asked.stems, asked.stems[1:], strict=False)):
            pair = _pair(corpus, first, second)
            scores[pair.docs] += ranking.pairs * pair.values
    stems = set(asked.stems)
    if ranking.related and len(stems) >= ranking.fewest_words:
        for word, share in _related(corpus, found.mask, scores, ranking):
            held = _word(corpus, word)
            scores[held.docs] += len(stems) * share * held.values
    if ranking.sample:
        scores[corpus.postings("kind", "protocol").docs] *= 1 + ranking.sample
    return scores


def _pair(corpus: Corpus, first: str, second: str) -> Found:
    """Documents in which the second word follows the first, scored like the more common of the two."""

    def load() -> tuple[Found, int]:
        docs, counts = np.unique(corpus.begins(FIELD, (first, second)), return_counts=True)
        if not len(docs):
            return NOTHING, 300
        common = max(len(corpus.scored(FIELD, word).docs) for word in (first, second))
        found = corpus.scores_of(FIELD, Found(docs, counts.astype(np.float64)), holding=common)
        return found, found.docs.nbytes + found.values.nbytes + 300

    found: Found = NOTHING if first == second else corpus.kept(("pair", first, second), load)
    return found


def _word(corpus: Corpus, number: int) -> Found:
    """Documents that hold the word of this common number, with their scores."""

    def load() -> tuple[Found, int]:
        found = corpus.scores_of(FIELD, corpus.gathered(FIELD, numbers_in_segments(corpus, number)))
        return found, found.docs.nbytes + found.values.nbytes + 300

    found: Found = corpus.kept(("word", number), load)
    return found


def _related(corpus: Corpus, mask: Array, scores: Array, ranking: Ranking) -> list[tuple[int, float]]:
    """The words most typical of the best documents, as common numbers, with their shares of ``related``."""
    count = min(ranking.feedback, corpus.living // ranking.fewest_documents)
    best = _best(mask, scores, count)
    if len(best) < 2:
        return []
    owners, numbers, weights = words_of(corpus, best.tolist())
    held, place = np.unique(numbers, return_inverse=True)
    holding = words(corpus).holding[held]
    trust = scores[best] / scores[best].sum()
    saturated = corpus.formula.scores(1.0, weights, corpus.norms(FIELD)[best][owners])
    worth = np.bincount(place, saturated * trust[owners]) * corpus.formula.idfs(corpus.living, holding)
    # One document alone proves nothing, and what every third document holds says nothing.
    telling = (np.bincount(place) > 1) & (holding <= ranking.too_common * corpus.living + ranking.feedback)
    kept = np.flatnonzero(telling)
    kept = kept[np.argsort(-worth[kept], kind="stable")[: ranking.most_related]]
    shares = ranking.related * worth[kept] / (worth[kept].sum() or 1)
    return list(zip(held[kept].tolist(), shares.tolist(), strict=True))


def _best(mask: Array, scores: Array, count: int) -> Array:
    """The best scored of the masked documents, best first; equal ones in their order."""
    numbers = np.flatnonzero(mask & (scores > 0))
    if len(numbers) > count > 0:
        least = np.partition(scores[numbers], len(numbers) - count)[len(numbers) - count]
        numbers = numbers[scores[numbers] >= least]
    best: Array = numbers[np.argsort(-scores[numbers], kind="stable")[:count]]
    return best
