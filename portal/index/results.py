"""From a query to one page of results."""

from uuid import UUID

import numpy as np

from portal.index.columns import Array
from portal.index.corpus import Corpus
from portal.index.evaluate import Matches, matches
from portal.index.facets import filtered
from portal.index.port import Hit, SearchQuery, SearchResults
from portal.index.queries import Asked, understood
from portal.index.ranking import Ranking, ranked
from portal.index.suggest import suggestion

MOST_HITS = 1000


def answer(corpus: Corpus, query: SearchQuery, ranking: Ranking) -> SearchResults:
    """What the corpus has for the query."""
    asked = understood(query.text)
    found = _found(corpus, query, asked, ranking)
    mask, facets = filtered(corpus, found.mask, query)
    scores = ranked(corpus, asked, found, ranking)
    numbers = np.flatnonzero(mask)
    page = _page(corpus, numbers, scores, query)
    return SearchResults(
        total=len(numbers),
        hits=tuple(_hit(corpus, number, float(scores[number])) for number in page.tolist()),
        facets=facets,
        did_you_mean=suggestion(corpus, query.text, asked.spelled),
        terms=tuple(dict.fromkeys(asked.terms)),
    )


def _found(corpus: Corpus, query: SearchQuery, asked: Asked, ranking: Ranking) -> Matches:
    """No text at all finds everything; text without any word or condition finds nothing."""
    if asked.matching is not None:
        return matches(corpus, asked.matching, coordination=ranking.coordination)
    mask = np.zeros(corpus.documents, bool) if query.text.strip() else corpus.alive
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
