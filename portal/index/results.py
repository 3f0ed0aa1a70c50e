"""From a query to one page of results."""

from typing import NamedTuple
from uuid import UUID

import numpy as np

from portal.index.columns import Array
from portal.index.corpus import Corpus
from portal.index.evaluate import Matches, matches
from portal.index.facets import filtered
from portal.index.port import Hit, SearchQuery, SearchResults
from portal.index.queries import LONGEST_TEXT, Asked, understood
from portal.index.ranking import Ranking, ranked
from portal.index.suggest import suggestion

MOST_HITS = 1000


class Ranked(NamedTuple):
    """A query that was understood, the documents that match it, and their final scores."""

    asked: Asked
    mask: Array
    scores: Array


def answer(corpus: Corpus, query: SearchQuery, ranking: Ranking) -> SearchResults:
    """What the corpus has for the query."""
    text = query.text[:LONGEST_TEXT]
    found = _ranked(corpus, text, ranking)
    mask, facets = filtered(corpus, found.mask, query)
    numbers = np.flatnonzero(mask)
    page = _page(corpus, numbers, found.scores, query)
    return SearchResults(
        total=len(numbers),
        hits=tuple(_hit(corpus, number, float(found.scores[number])) for number in page.tolist()),
        facets=facets,
        did_you_mean=suggestion(corpus, text, found.asked.spelled),
        terms=tuple(dict.fromkeys(found.asked.terms)),
    )


def _ranked(corpus: Corpus, text: str, ranking: Ranking) -> Ranked:
    """Matches and scores of a text; kept, since whoever pages or filters asks the same text again."""

    def load() -> tuple[Ranked, int]:
        asked = understood(text)
        found = _found(corpus, text, asked, ranking)
        made = Ranked(asked, found.mask, ranked(corpus, asked, found, ranking))
        return made, made.mask.nbytes + made.scores.nbytes + 4 * len(text) + 2000

    made: Ranked = corpus.kept(("ranked", text), load)
    return made


def _found(corpus: Corpus, text: str, asked: Asked, ranking: Ranking) -> Matches:
    """No text at all finds everything; text without any word or condition finds nothing."""
    if asked.matching is not None:
        return matches(corpus, asked.matching, coordination=ranking.coordination)
    mask = np.zeros(corpus.documents, bool) if text.strip() else corpus.alive
    return Matches(mask, np.zeros(corpus.documents))


def _page(corpus: Corpus, numbers: Array, scores: Array, query: SearchQuery) -> Array:
    """The documents of one page in order: best first unless newest first is asked, equal ones newest
    first."""
    offset, limit = max(0, query.offset), min(max(0, query.limit), MOST_HITS)
    keys = np.zeros(len(numbers)) if query.newest_first else -scores[numbers]
    wanted = offset + limit
    if wanted < len(numbers):
        # Only what can reach the page is sorted: all that score no less than the last place of the page.
        least = np.partition(keys, wanted - 1)[wanted - 1] if wanted else -np.inf
        near = keys <= least
        numbers, keys = numbers[near], keys[near]
    order = np.lexsort((corpus.standing[numbers], keys))
    return numbers[order[offset:wanted]]


def _hit(corpus: Corpus, number: int, score: float) -> Hit:
    item_id = UUID(bytes=corpus.ids[number].tobytes())
    return Hit(item_id=item_id, compartment_id=corpus.compartments[corpus.owners[number]], score=score)
