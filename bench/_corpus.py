"""Seeded documents with the statistics of real text: a Zipf vocabulary, some words that keep company, topics,
dates."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from uuid import UUID

from portal.index import IndexDocument

COMPARTMENTS = 60
MEMBER_OF = 5
VOCABULARY = 40_000
KINDS = ("protocol", "training", "reference")
TOPICS = (
    "housing",
    "interpreters",
    "media",
    "federal referral",
    "child victims",
    "victim services",
    "statutes",
)
_CONSONANTS, _VOWELS = "bcdfghjklmnprstvwz", "aeiou"


@dataclass(frozen=True, slots=True)
class World:
    """Documents by compartment; the member reads the first few compartments."""

    documents: dict[UUID, list[IndexDocument]]
    words: tuple[str, ...]

    @property
    def readable(self) -> tuple[UUID, ...]:
        """The compartments of the member."""
        return tuple(self.documents)[:MEMBER_OF]


def _made_up_words(chance: random.Random) -> list[str]:
    """Different pronounceable words; the first are the commonest."""
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        syllables = chance.choice((2, 2, 3, 3, 4))
        word = "".join(chance.choice(_CONSONANTS) + chance.choice(_VOWELS) for _ in range(syllables))
        words[word + chance.choice(("", "", "n", "r", "s", "st", "ck"))] = None
    return list(words)


def world(count: int, seed: int = 20261124) -> World:
    """``count`` documents of about 120 words in ``COMPARTMENTS`` compartments."""
    chance = random.Random(seed)
    words = _made_up_words(chance)
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    documents: dict[UUID, list[IndexDocument]] = {
        UUID(int=chance.getrandbits(128), version=4): [] for _ in range(COMPARTMENTS)
    }
    compartments = list(documents)
    for number in range(count):
        documents[compartments[number % COMPARTMENTS]].append(_document(chance, words, weights, number))
    return World(documents, tuple(words))


def _document(
    chance: random.Random, words: Sequence[str], weights: Sequence[float], number: int
) -> IndexDocument:
    length = max(20, int(chance.lognormvariate(4.7, 0.4)))
    body = chance.choices(words, cum_weights=weights, k=length)
    # Some words keep company, so that phrases have something to find.
    for _ in range(length // 12):
        first = chance.randrange(40)
        place = chance.randrange(length - 1)
        body[place : place + 2] = words[first * 7], words[first * 7 + 3]
    return IndexDocument(
        item_id=UUID(int=chance.getrandbits(128), version=4),
        title=" ".join(chance.choices(words, cum_weights=weights, k=6)),
        body=" ".join(body),
        kind=KINDS[number % 3],
        topics=tuple(chance.sample(TOPICS, 2)),
        agency=f"Agency {number % 40}",
        task_force=f"Task force {number % 42}",
        dated=date(2015, 1, 1) + timedelta(days=chance.randrange(4000)),
    )


def queries(words: Sequence[str], seed: int = 7, each: int = 40) -> dict[str, list[str]]:
    """Queries of every kind, from common words to rare ones."""
    chance = random.Random(seed)

    def some(count: int) -> str:
        return " ".join(words[int(chance.paretovariate(0.6)) % 4000] for _ in range(count))

    return {
        "1 word": [some(1) for _ in range(each)],
        "2 words": [some(2) for _ in range(each)],
        "3 words": [some(3) for _ in range(each)],
        "phrase": [f'"{words[n * 7]} {words[n * 7 + 3]}"' for n in range(each)],
        "prefix": [words[chance.randrange(2000)][:3] + "*" for _ in range(each)],
    }
