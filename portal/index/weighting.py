"""How much a word counts in a document: one formula, for our arrays and for Whoosh's own searcher."""

from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from whoosh.scoring import BM25F, BaseScorer, WeightingModel, WeightLengthScorer, WeightScorer
from whoosh.util.numeric import byte_to_length, length_to_byte

from portal.index.columns import Array


@dataclass(frozen=True, slots=True)
class Formula:
    """BM25. ``stock`` takes Whoosh's own form of it: its idf, and lengths rounded to the 256 that its files
    know."""

    k1: float = 1.2
    b: float = 0.75
    stock: bool = False

    def idf(self, documents: int, holding: int) -> float:
        """What a word held by so many of the documents is worth."""
        if self.stock:
            return log(documents / (holding + 1)) + 1
        return log(1 + (documents - holding + 0.5) / (holding + 0.5))

    def idfs(self, documents: int, holding: Array) -> Array:
        """The same for many words at once."""
        idfs: Array = np.log(1 + (documents - holding + 0.5) / (holding + 0.5))
        return idfs

    def known_lengths(self, lengths: Array) -> Array:
        """The lengths as this formula sees them."""
        if not self.stock:
            return lengths
        table = np.array([byte_to_length(length_to_byte(n)) for n in range(int(lengths.max(initial=0)) + 1)])
        return table[lengths]

    def norms(self, lengths: Array, average: float) -> Array:
        """For each document what its length adds to the denominator."""
        norms: Array = self.k1 * ((1 - self.b) + self.b * self.known_lengths(lengths) / (average or 1))
        return norms

    def scores(self, idf: float, weights: Array, norms: Array) -> Array:
        """The score of each posting."""
        scores: Array = idf * ((weights * (self.k1 + 1)) / (weights + norms))
        return scores

    def model(self) -> WeightingModel:
        """The same formula for a Whoosh searcher."""
        return BM25F(B=self.b, K1=self.k1) if self.stock else PortalWeighting(self)


PORTAL_BM25 = Formula()
WHOOSH_BM25 = Formula(stock=True)


class PortalWeighting(WeightingModel):
    """``Formula`` as a weighting model of Whoosh."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula

    def idf(self, searcher: Any, fieldname: str, text: bytes) -> float:
        parent = searcher.get_parent()
        return self.formula.idf(parent.doc_count_all(), parent.doc_frequency(fieldname, text))

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: float = 1) -> BaseScorer:
        if not searcher.schema[fieldname].scorable:
            return WeightScorer.for_(searcher, fieldname, text)
        return PortalScorer(self.formula, searcher, fieldname, text)


class PortalScorer(WeightLengthScorer):
    """Scores the postings of one term."""

    def __init__(self, formula: Formula, searcher: Any, fieldname: str, text: bytes) -> None:
        parent = searcher.get_parent()
        self._formula = formula
        self._idf = parent.idf(fieldname, text)
        self._average = parent.avg_field_length(fieldname) or 1
        self.setup(searcher, fieldname, text)

    def _score(self, weight: float, length: int) -> float:
        norm = self._formula.k1 * ((1 - self._formula.b) + self._formula.b * length / self._average)
        return float(self._idf * ((weight * (self._formula.k1 + 1)) / (weight + norm)))
