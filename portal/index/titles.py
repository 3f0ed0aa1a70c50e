"""What a title adds to a document's score: the more of the query it holds, and the less else, the more."""

import numpy as np

from portal.index.columns import Array
from portal.index.corpus import Corpus, Found
from portal.index.queries import Asked

# What a synonym counts beside the words that were typed.
OTHERS = 0.6


def titled(corpus: Corpus, asked: Asked) -> Array:
    """For each document the weight of the query's words, times the square of the share of it that stands in
    the title, times the root of the share of the title that the query covers."""
    held, covered, whole = np.zeros(corpus.documents), np.zeros(corpus.documents), 0.0
    for word in dict.fromkeys(asked.stems):
        worth = _worth(corpus, word, asked)
        whole += worth
        docs, counts = corpus.postings("title", word)
        held[docs] += worth
        covered[docs] += counts
        docs, counts = _with_others(corpus, word, asked)
        held[docs] += OTHERS * worth
        covered[docs] += counts
    lengths = np.maximum(corpus.lengths("title"), 1)
    added: Array = held**2 / (whole or 1) * np.sqrt(np.minimum(covered / lengths, 1))
    return added


def _with_others(corpus: Corpus, word: str, asked: Asked) -> Found:
    """Titles that have not the word but other words for it, and how many of these were not typed too."""
    counts = np.zeros(corpus.documents)
    for stems in asked.others.get(word, ()):
        docs = corpus.phrase("title", stems)
        counts[docs] = np.maximum(counts[docs], len(set(stems) - set(asked.stems)))
    counts[corpus.postings("title", word).docs] = 0
    docs = np.flatnonzero(counts)
    return Found(docs, counts[docs])


def _worth(corpus: Corpus, word: str, asked: Asked) -> float:
    """What a word is worth by its rarity; one that no document holds, by that of other words for it."""
    holding = len(corpus.scored("content", word).docs)
    if not holding:
        holding = sum(len(corpus.phrase("content", stems)) for stems in asked.others.get(word, ()))
    return corpus.formula.idf(corpus.living, min(holding, corpus.living)) if holding else 0.0
