"""How found documents are put in order."""

from dataclasses import dataclass

from portal.index.columns import Array
from portal.index.corpus import Corpus
from portal.index.evaluate import Matches
from portal.index.queries import Asked
from portal.index.weighting import Formula


@dataclass(frozen=True, slots=True)
class Ranking:
    """A way to rank: the formula for single words."""

    formula: Formula = Formula()


PRODUCT = Ranking()
STOCK = Ranking(Formula(stock=True))


def ranked(corpus: Corpus, asked: Asked, found: Matches, ranking: Ranking) -> Array:
    """The final score of every document (0 where it does not match)."""
    return found.scores
