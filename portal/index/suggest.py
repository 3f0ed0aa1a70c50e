"""Did you mean: a word that the searched compartments know, for one that they do not."""

from collections.abc import Sequence

import numpy as np

from portal.index.analysis import stem
from portal.index.columns import Array, lengths_of
from portal.index.corpus import Corpus
from portal.index.segment import Segment, Terms

# A word that is found may still be a slip if a neighbour is this many times as frequent.
FAR_MORE = 50
SHORTEST = 5
# In shorter words one letter for another (motel, model), or two slips, make another word.
CHANGED_FROM = 7
TWO_SLIPS_FROM = 8
_MOST_COMPARED = 400


def suggestion(corpus: Corpus, text: str, spelled: Sequence[tuple[str, int, int]]) -> str | None:
    """The query's text with its unknown words replaced by known neighbours; None if there is nothing to
    offer."""
    pieces, after = [], 0
    for word, start, end in spelled:
        better = _better(corpus, word)
        if better is not None:
            pieces += [text[after:start], better]
            after = end
    return "".join([*pieces, text[after:]]) if pieces else None


def _better(corpus: Corpus, word: str) -> str | None:
    if len(word) < SHORTEST or not word.isalpha():
        return None
    # Another form of a word that is known (translater, translated) finds what that finds.
    held = max(corpus.holding("words", word), corpus.holding("content", stem(word)))
    if held and held * FAR_MORE > corpus.living:
        return None

    def load() -> tuple[str | None, int]:
        return _neighbour(corpus, word, held), 200

    found: str | None = corpus.kept(("neighbour", word), load)
    return found


def _neighbour(corpus: Corpus, word: str, held: int) -> str | None:
    """The nearest word that begins with the same letter, the most frequent of equally near ones; it must be
    far more frequent than ``word`` itself."""
    most = 1 if held or len(word) < TWO_SLIPS_FROM else 2
    near: dict[str, int] = {}
    for segment in corpus.segments:
        for candidate in _alike(segment, word, most):
            if candidate not in near and _plausible(word, candidate):
                near[candidate] = distance(word, candidate, most)
    best = sorted(
        (steps, -corpus.holding("words", candidate), candidate)
        for candidate, steps in near.items()
        if 0 < steps <= most
    )
    for _, held_by, candidate in best:
        if -held_by > held * FAR_MORE:
            return candidate
    return None


def _plausible(word: str, candidate: str) -> bool:
    """Whether ``word`` may be a slip for ``candidate``: they begin alike, and a short word lost, gained or
    swapped letters."""
    if candidate[0] != word[0]:
        return False
    changed = len(candidate) == len(word) and sorted(candidate) != sorted(word)
    return not changed or len(word) >= CHANGED_FROM


def _alike(segment: Segment, word: str, most: int) -> list[str]:
    """Words of about the same length and letters, the most frequent of them."""
    terms = segment.terms("words")
    if not len(terms):
        return []
    offsets = np.frombuffer(terms.offsets, np.uint32).astype(np.int64)
    lengths = np.diff(offsets)
    near = np.abs(lengths - len(word.encode())) <= most
    differing = np.bitwise_count(_letters(terms, offsets) ^ _letters_of(word))
    numbers = np.flatnonzero(near & (differing <= 2 * most))
    held = lengths_of(segment.array("words/starts"))
    frequent = np.argsort(-held[numbers], kind="stable")[:_MOST_COMPARED]
    return [terms[number].decode() for number in numbers[frequent].tolist()]


def _letters(terms: Terms, offsets: Array) -> Array:
    """For each term which letters it holds, a bit for each."""
    bits = np.uint64(1) << (np.frombuffer(terms.blob, np.uint8) & 31).astype(np.uint64)
    letters: Array = np.bitwise_or.reduceat(bits, offsets[:-1])
    return letters


def _letters_of(word: str) -> np.uint64:
    bits = 0
    for byte in word.encode():
        bits |= 1 << (byte & 31)
    return np.uint64(bits)


def distance(one: str, other: str, most: int) -> int:
    """The number of letters changed, added, left out or swapped with the next; ``most + 1`` if it is more
    than that."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, right in enumerate(other, 1):
            steps = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                steps = min(steps, last[j - 2] + 1)
            row.append(steps)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
