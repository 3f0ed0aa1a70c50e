"""Extracts: the passage of a text that says most about what was asked, with its words marked."""

import re
from collections.abc import Sequence

from portal.index.analysis import TOKEN, Word, stem, word_of

LENGTH = 240
LONGEST_TEXT = 200_000
# A line break after what is no punctuation mark; a match or the beginning may stand before it.
_BREAK = re.compile(r"(?<![.,:;!?\u2026\u00b7\u2013\u2014|(\s])[^\S\n]*\n\s*(?=\S|$)")
_BETWEEN = " \u00b7 "
_ELLIPSIS = "…"


def extract(text: str, terms: Sequence[str], *, length: int = LENGTH) -> tuple[tuple[str, bool], ...]:
    """The best passage of about ``length`` characters as (piece, is a match) pairs; plain text, no markup.

    ``terms`` are those of ``SearchResults``: stems, and beginnings of words that end with a star. A text
    without any of them gives its beginning.
    """
    text = text[:LONGEST_TEXT]
    found = _matching(text, terms)
    start, end = _passage(text, found, length)
    return _pieces(text, found, start, end)


def _matching(text: str, terms: Sequence[str]) -> list[Word]:
    stems = {term for term in terms if not term.endswith("*")}
    beginnings = tuple(term[:-1] for term in terms if term.endswith("*"))
    asked: dict[str, bool] = {}
    found = []
    for match in TOKEN.finditer(text):
        token = match[0]
        if token not in asked:
            word = word_of(token)
            asked[token] = bool(word) and (stem(word) in stems or word.startswith(beginnings))
        if asked[token]:
            word = word_of(token)
            found.append(Word(word, stem(word), match.start(), match.end()))
    return found


def _passage(text: str, found: Sequence[Word], length: int) -> tuple[int, int]:
    """The window with the most different terms in it, then the most terms, then the earliest; cut at
    spaces."""
    best, best_start = (0, 0), 0
    first = 0
    for last, word in enumerate(found):
        while word.end - found[first].start > length:
            first += 1
        window = found[first : last + 1]
        worth = len({each.stem for each in window}), len(window)
        if worth > best:
            best, best_start = worth, found[first].start
    start = _space_before(text, max(0, best_start - length // 5))
    return start, _space_after(text, start + length)


def _space_before(text: str, place: int) -> int:
    if place <= 0:
        return 0
    space = max(text.rfind(" ", max(0, place - 40), place), text.rfind("\n", max(0, place - 40), place))
    return space + 1 if space >= 0 else place


def _space_after(text: str, place: int) -> int:
    if place >= len(text):
        return len(text)
    spaces = [at for at in (text.find(" ", place, place + 40), text.find("\n", place, place + 40)) if at >= 0]
    return min(spaces, default=place)


def _pieces(text: str, found: Sequence[Word], start: int, end: int) -> tuple[tuple[str, bool], ...]:
    pieces: list[tuple[str, bool]] = []
    at = start
    for word in found:
        if word.start >= start and word.end <= end:
            pieces += [(_plain(text[at : word.start]), False), (text[word.start : word.end], True)]
            at = word.end
    pieces.append((_plain(text[at:end]), False))
    if start > 0:
        pieces.insert(0, (_ELLIPSIS, False))
    if end < len(text):
        pieces.append((_ELLIPSIS, False))
    return tuple(piece for piece in pieces if piece[0])


def _plain(text: str) -> str:
    """``text`` on one line: white space as one space, and a dot between two blocks unless the first ends
    with a punctuation mark."""
    if not text:
        return ""
    text = _BREAK.sub(_BETWEEN, text)
    parts = text.split()
    if not parts:
        return " "
    return (" " if text[0].isspace() else "") + " ".join(parts) + (" " if text[-1].isspace() else "")
