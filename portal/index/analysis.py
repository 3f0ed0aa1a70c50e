"""Words: how text of documents and of queries is cut, folded, cleared of stop words and stemmed."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from whoosh.lang.porter import stem as porter

# Marks that combine with the letter before them belong to its word; apostrophes, full stops between single
# letters (U.S.C.) and points or commas between digits (1,591) do too. Hyphens, slashes and brackets part
# words. The name of a code before a section's number is one word however it is written (USC, U. S. C.,
# U.S.C. sec.), so that a citation is always the same words side by side. A tag that was left in a text is
# no word.
_MARK = "\u0300-\u036f"
# It begins with one class of letters, so that other words are passed quickly.
CODE = (
    r"(?:[UuCc](?:(?<=[Uu])(?i:\. ?S\. ?C\.|SC)|(?<=[Cc])(?i:\. ?F\. ?R\.|FR))"
    r"(?i: ?(?:secs?|sections?)\b\.?)?(?= ?[\u00a7]{0,2} ?(?:\d|$)))"
)
TOKEN = re.compile(
    rf"{CODE}|</?[A-Za-z]+>|(?:[^\W\d_]\.){{2,}}[^\W\d_]?(?![\w{_MARK}])|\d+(?:[.,]\d+)+(?!\w)"
    rf"|[^\W_][^\W_{_MARK}]*(?:[{_MARK}][^\W_]*)*(?:['\u2019][^\W_{_MARK}]+)*"
)
_JOINTS = str.maketrans("", "", ".,'\u2019 ")
LONGEST = 64

_NOTHING_SAID = """
    a about above across after afterwards again against all almost alone along already also although
    always am among amongst an and another any anybody anyhow anyone anything anyway anywhere are around
    as aside at away be became because become becomes becoming been before beforehand behind being below
    beside besides between beyond both but by came can cannot cant could did do does doing done dont
    down during each either else elsewhere enough etc even ever every everybody everyone everything
    everywhere except few for former formerly from further furthermore gave get gets getting given gives
    giving go goes going gone got had has have having he hence her here hereby herein hers herself him
    himself his how however i if in indeed instead into is it its itself just keep kept latter least
    less let like likely made mainly make makes making many may me mean meanwhile might more moreover
    most mostly much must my myself namely nearly neither never nevertheless next no nobody none
    nonetheless nor not nothing now nowhere of off often on once one only onto or other others otherwise
    our ours ourselves out over per perhaps please quite rather really regarding respectively said same
    say says see seem seemed seeming seems several shall she should since so some somebody somehow
    someone something sometime sometimes somewhere soon still such take taken taking than that the their
    theirs them themselves then thence there thereby therefore therein these they this those though
    through throughout thus to together too toward towards under unless until unto up upon use used uses
    using various very via want was way ways we well were what whatever when whenever where whereas
    whereby wherein wherever whether which while who whoever whole whom whose why will with within
    without would yet you your yours yourself yourselves
"""
STOP_WORDS = frozenset(_NOTHING_SAID.split())


class Word(NamedTuple):
    """A word of a text that is not a stop word: as written (folded), its stem, and where it stands."""

    text: str
    stem: str
    start: int
    end: int


def fold(token: str) -> str:
    """``token`` in lower case, without accents, joints and a possessive ending."""
    if not token.isascii():
        parts = unicodedata.normalize("NFKD", token)
        token = "".join(letter for letter in parts if not unicodedata.combining(letter))
    if token[:1].isdigit():
        return token.casefold().replace(",", "")[:LONGEST]
    token = token.casefold().replace("\u2019", "'").removesuffix("'s").partition(" sec")[0]
    return token.translate(_JOINTS)[:LONGEST]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The Porter stem of a folded word; what holds a digit or a letter outside a-z stays as it is."""
    return porter(word) if word.isascii() and word.isalpha() else word


@lru_cache(maxsize=200_000)
def word_of(token: str) -> str:
    """The folded word of a token; empty for stop words and tags."""
    word = fold(token)
    return "" if word in STOP_WORDS or word[0] == "<" else word


def words(text: str) -> Iterator[Word]:
    """The words of ``text`` in order, stop words left out."""
    for match in TOKEN.finditer(text):
        word = word_of(match[0])
        if word:
            yield Word(word, stem(word), match.start(), match.end())
