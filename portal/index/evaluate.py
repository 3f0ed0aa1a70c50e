"""What a Whoosh query matches in a corpus, and with what score."""

from typing import Any

import numpy as np
from whoosh import query as q

from portal.index.columns import Array
from portal.index.corpus import Corpus, Found
from portal.index.titles import OTHERS

EXACT = {"kind", "marking"}


class Matches:
    """A mask over the documents of a corpus, and a score for each of them."""

    __slots__ = ("mask", "scores")

    def __init__(self, mask: Array, scores: Array) -> None:
        self.mask = mask
        self.scores = scores


def matches(corpus: Corpus, node: q.Query, *, coordination: float = 0) -> Matches:
    """The documents that ``node`` matches.

    ``coordination`` lowers documents that match few of several alternatives: their score is multiplied by the
    share of the alternatives that they match, weighted as their idf, to this power.
    """
    return _Evaluation(corpus, coordination).of(node)


class _Evaluation:
    def __init__(self, corpus: Corpus, coordination: float) -> None:
        self._corpus = corpus
        self._coordination = coordination

    def of(self, node: q.Query) -> Matches:
        handler: Any = getattr(self, f"_{type(node).__name__.lower()}")
        result: Matches = handler(node)
        return result

    def _spread(self, found: Found) -> Matches:
        mask = np.zeros(self._corpus.documents, bool)
        scores = np.zeros(self._corpus.documents)
        mask[found.docs] = True
        scores[found.docs] = found.values
        return Matches(mask, scores)

    def _term(self, node: q.Term) -> Matches:
        if node.fieldname in EXACT:
            docs = self._corpus.postings(node.fieldname, node.text).docs
            return self._spread(Found(docs, np.zeros(len(docs))))
        return self._spread(self._corpus.scored(node.fieldname, node.text))

    def _prefix(self, node: q.Prefix) -> Matches:
        found = self._corpus.prefixed(node.fieldname, node.text)
        if self._corpus.formula.stock:
            return self._spread(Found(found.docs, np.ones(len(found.docs))))
        field = "content" if node.fieldname == "words" else node.fieldname
        return self._spread(self._corpus.scores_of(field, found))

    def _phrase(self, node: q.Phrase) -> Matches:
        return self._spread(self._corpus.together(node.fieldname, node.words))

    def _or(self, node: q.Or) -> Matches:
        documents = self._corpus.documents
        result = Matches(np.zeros(documents, bool), np.zeros(documents))
        held, whole = np.zeros(documents), 0.0
        for part in node.subqueries:
            docs, scores = self._sparse(part)
            result.mask[docs] = True
            result.scores[docs] += scores
            worth = self._corpus.formula.idf(self._corpus.living, len(docs))
            whole += worth if len(docs) else 0.0
            held[docs] += worth
        if self._coordination and len(node.subqueries) > 1 and whole:
            result.scores *= (held / whole) ** self._coordination
        return result

    def _sparse(self, part: q.Query) -> Found:
        if type(part) is q.Term and part.fieldname not in EXACT:
            return self._corpus.scored(part.fieldname, part.text)
        each = self.of(part)
        docs = np.flatnonzero(each.mask)
        return Found(docs, each.scores[docs])

    def _alike(self, node: q.Or) -> Matches:
        typed, *others = node.subqueries
        if self._corpus.formula.stock:
            parts = [self.of(part) for part in node.subqueries]
            mask = np.logical_or.reduce([part.mask for part in parts])
            return Matches(mask, np.sum([part.scores for part in parts], axis=0))
        result = self.of(typed)
        for other in others:
            terms = other.words if type(other) is q.Phrase else [other.text]
            docs, scores = self._corpus.as_one(other.fieldname, terms)
            result.mask[docs] = True
            result.scores[docs] = np.maximum(result.scores[docs], OTHERS * scores)
        return result

    def _and(self, node: q.And) -> Matches:
        parts = [self.of(part) for part in node.subqueries]
        mask = np.logical_and.reduce([part.mask for part in parts])
        return Matches(mask, np.where(mask, sum(part.scores for part in parts), 0))

    def _andmaybe(self, node: q.AndMaybe) -> Matches:
        must, may = self.of(node.a), self.of(node.b)
        return Matches(must.mask, np.where(must.mask, must.scores + may.scores, 0))

    def _require(self, node: q.Require) -> Matches:
        scored, condition = self.of(node.a), self.of(node.b)
        return Matches(scored.mask & condition.mask, np.where(condition.mask, scored.scores, 0))

    def _andnot(self, node: q.AndNot) -> Matches:
        wanted, excluded = self.of(node.a), self.of(node.b)
        return Matches(wanted.mask & ~excluded.mask, np.where(excluded.mask, 0, wanted.scores))

    def _every(self, _node: q.Every) -> Matches:
        worth = 1.0 if self._corpus.formula.stock else 0.0
        return Matches(self._corpus.alive.copy(), np.full(self._corpus.documents, worth))

    def _numericrange(self, node: q.NumericRange) -> Matches:
        dated = self._corpus.dated
        mask = self._corpus.alive & (dated > 0) & (dated >= node.start) & (dated <= node.end)
        return Matches(mask, np.zeros(self._corpus.documents))
