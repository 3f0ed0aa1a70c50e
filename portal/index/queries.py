"""The query language: any text becomes a Whoosh query, within bounds, and nothing raises.

Plain words: any of them, documents with more of them first. ``"a phrase"``, ``pre*``, ``-not``, ``NOT``,
``AND``, ``OR``, brackets, ``title: topic: agency: kind: marking:`` and ``date: before: after:`` (a year, month or day,
``a..b``). What follows a field or a date, and the neighbours of AND, must hold; OR lifts that again.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from whoosh import query as q

from portal.index.analysis import CODE, TOKEN, fold, word_of, words
from portal.index.dates import days
from portal.index.synonyms import others_of

LONGEST_TEXT = 1000
MOST_TERMS = 32
DEEPEST = 5
SHORTEST_PREFIX = 2
_FIELDS = {"title": "title", "topic": "topic", "topics": "topic", "agency": "agency"}
_EXACT = {"kind", "marking"}
_DATES = {"date", "before", "after"}
_NOTHING_AFTER = re.compile(rf"(?i:{'|'.join([*_FIELDS, *sorted(_EXACT | _DATES)])}):")
# Within a verbose pattern a space is written out.
_CODE = CODE.replace(" ", r"[ ]")
_ITEM = re.compile(
    rf"""(?P<open>[-+]?\()|(?P<close>\))
    |(?P<sign>[-+]?)(?:(?P<field>[A-Za-z]+):(?=\S))?(?:"(?P<phrase>[^"]*)"?|(?P<word>{_CODE}|[^\s()"]+))""",
    re.VERBOSE,
)


class Alike(q.Or):
    """A word as it was typed, then other words for it, which count less: with either a document holds it."""


@dataclass(slots=True)
class Asked:
    """A query that was understood. ``matching`` is None where nothing was asked that could match."""

    matching: q.Query | None = None
    # Stems of the plain words in order, for whatever ranks by how words stand together.
    stems: list[str] = field(default_factory=list)
    # Other words for a stem among them (see ``synonyms``), each as stems that stand together.
    others: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    # Plain words as written (folded), with their place in the text, for suggestions.
    spelled: list[tuple[str, int, int]] = field(default_factory=list)
    # What to highlight: stems, and prefixes with a star.
    terms: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Item:
    node: q.Query
    required: bool = False
    excluded: bool = False
    condition: bool = False


def understood(text: str) -> Asked:
    """The query that ``text`` means."""
    return _Reader(text[:LONGEST_TEXT]).read()


def unheard(text: str) -> tuple[str, ...]:
    """Why parts of ``text`` ask for nothing: ``common`` (nothing but common words), ``prefix`` (a beginning
    that is too short), ``field`` (a field's name without a word right after it)."""
    parts = [match["word"] or "" for match in _ITEM.finditer(text[:LONGEST_TEXT])]
    beginnings = [part.rstrip("*") for part in parts if part.endswith("*")]
    found = {
        "common": all(word_of(token) == "" for token in TOKEN.findall(text)) and bool(TOKEN.search(text)),
        "prefix": any(0 < len(each) < SHORTEST_PREFIX for each in beginnings),
        "field": any(_NOTHING_AFTER.fullmatch(part) for part in parts),
    }
    return tuple(reason for reason, holds in found.items() if holds)


class _Reader:
    """Reads one text from left to right; operators and signs change the items beside them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._asked = Asked()
        self._room = MOST_TERMS

    def read(self) -> Asked:
        self._asked.matching = self._group(_ITEM.finditer(self._text), 0)
        return self._asked

    def _group(self, matches: Iterator[re.Match[str]], depth: int) -> q.Query | None:
        items: list[_Item] = []
        pending: set[str] = set()
        for match in matches:
            if match["close"] and depth:
                break
            if match["close"] or (match["open"] and depth >= DEEPEST):
                continue
            word = match["word"] if not match["sign"] and not match["field"] else None
            if word in ("AND", "OR", "NOT"):
                self._operator(word, items, pending)
                continue
            items += self._marked(self._items(match, matches, depth, "NOT" in pending), pending)
            pending.clear()
        return _combined(items)

    @staticmethod
    def _operator(word: str, items: list[_Item], pending: set[str]) -> None:
        pending.add(word)
        if items and word != "NOT":
            items[-1].required = word == "AND" and not items[-1].excluded
            items[-1].condition = items[-1].condition and word != "OR"

    @staticmethod
    def _marked(items: list[_Item], pending: set[str]) -> list[_Item]:
        for item in items:
            item.required = item.required or ("AND" in pending and not item.excluded)
            item.condition = item.condition and "OR" not in pending
        return items

    def _items(
        self, match: re.Match[str], matches: Iterator[re.Match[str]], depth: int, negated: bool
    ) -> list[_Item]:
        if match["open"]:
            return self._bracket(match["open"], matches, depth, negated)
        excluded = negated or match["sign"] == "-"
        must = excluded or match["sign"] == "+"
        name = (match["field"] or "").lower()
        value = match["phrase"] if match["phrase"] is not None else match["word"]
        if name in _DATES or name in _EXACT or name in _FIELDS:
            node = self._condition(name, value, excluded)
            if node is not None:
                return [_Item(node, excluded=excluded, condition=not excluded)]
        start = (
            match.start("field") if match["field"] else match.start("phrase" if match["phrase"] else "word")
        )
        nodes = self._plain(match, value, start, whole=must, shown=not excluded)
        return [_Item(node, required=must and not excluded, excluded=excluded) for node in nodes]

    def _bracket(self, sign: str, matches: Iterator[re.Match[str]], depth: int, negated: bool) -> list[_Item]:
        before = len(self._asked.stems), len(self._asked.spelled), len(self._asked.terms)
        node = self._group(matches, depth + 1)
        excluded = negated or sign[0] == "-"
        if excluded:
            del (
                self._asked.stems[before[0] :],
                self._asked.spelled[before[1] :],
                self._asked.terms[before[2] :],
            )
        return (
            [] if node is None else [_Item(node, required=sign[0] == "+" and not excluded, excluded=excluded)]
        )

    def _condition(self, name: str, value: str, excluded: bool) -> q.Query | None:
        if name in _DATES:
            span = days(name, value)
            return q.NumericRange("dated", *span) if span else None
        if name in _EXACT:
            return q.Term(name, value.strip().lower())
        if value.endswith("*") and len(fold(value[:-1])) >= SHORTEST_PREFIX:
            return q.Prefix(_FIELDS[name], fold(value[:-1]))
        return self._alike(_FIELDS[name], value, shown=not excluded)

    def _plain(
        self, match: re.Match[str], value: str, start: int, *, whole: bool, shown: bool
    ) -> list[q.Query]:
        if match["phrase"] is not None:
            node = self._phrase("content", value, shown=shown)
            return [] if node is None else [node]
        if value.endswith("*"):
            return self._prefix(value, shown=shown)
        if _NOTHING_AFTER.fullmatch(value):
            return []
        if whole:
            node = self._alike("content", self._text[start : match.end()], shown=shown)
            return [] if node is None else [node]
        return self._single(self._text[start : match.end()], start)

    def _single(self, text: str, start: int) -> list[q.Query]:
        nodes = []
        for word in words(text):
            if not self._take(1):
                break
            self._asked.stems.append(word.stem)
            self._asked.terms.append(word.stem)
            self._asked.spelled.append((word.text, start + word.start, start + word.end))
            others = others_of([text for text, _, _ in self._asked.spelled])
            if others:
                self._asked.others[word.stem] = others
            nodes.append(self._with_others(q.Term("content", word.stem), others, shown=True))
        return nodes

    def _alike(self, name: str, value: str, *, shown: bool) -> q.Query | None:
        """The words together; a single one with what counts as it."""
        node = self._phrase(name, value, shown=shown)
        if not isinstance(node, q.Term):
            return node
        return self._with_others(node, others_of([next(words(value)).text]), shown=shown)

    def _with_others(self, node: q.Term, others: Sequence[tuple[str, ...]], *, shown: bool) -> q.Query:
        if not others:
            return node
        if shown:
            self._asked.terms += [stem for stems in others for stem in stems]
        return Alike([node, *(_together(node.fieldname, stems) for stems in others)])

    def _prefix(self, value: str, *, shown: bool) -> list[q.Query]:
        found = [word.text for word in words(value.rstrip("*"))]
        if not found or len(found[-1]) < SHORTEST_PREFIX or not self._take(1):
            return []
        if shown:
            self._asked.terms.append(f"{found[-1]}*")
        return [q.Prefix("words", found[-1])]

    def _phrase(self, name: str, value: str, *, shown: bool) -> q.Query | None:
        stems = [word.stem for word in words(value)]
        stems = stems[: self._room]
        if not stems or not self._take(len(stems)):
            return None
        if shown:
            self._asked.terms += stems
        return _together(name, stems)

    def _take(self, count: int) -> bool:
        """Whether there is room for so many more terms; what comes after the last is left out."""
        if count > self._room:
            return False
        self._room -= count
        return True


def _together(name: str, stems: Sequence[str]) -> q.Query:
    return q.Term(name, stems[0]) if len(stems) == 1 else q.Phrase(name, list(stems))


def _combined(items: list[_Item]) -> q.Query | None:
    """One query: what must match, what may add to the score, conditions, and what may not match."""
    required = [each.node for each in items if each.required]
    optional = [each.node for each in items if not (each.required or each.excluded or each.condition)]
    conditions = [each.node for each in items if each.condition and not each.required]
    excluded = [each.node for each in items if each.excluded]
    if not items:
        return None
    scored = _scored(required, optional)
    if scored is None:
        scored = _one_or(q.And, conditions) if conditions else q.Every()
    elif conditions:
        scored = q.Require(scored, _one_or(q.And, conditions))
    for each in excluded:
        scored = q.AndNot(scored, each)
    return scored


def _scored(required: list[q.Query], optional: list[q.Query]) -> q.Query | None:
    if not required:
        return _one_or(q.Or, optional) if optional else None
    must = _one_or(q.And, required)
    return q.AndMaybe(must, _one_or(q.Or, optional)) if optional else must


def _one_or(several: type[q.Query], nodes: list[q.Query]) -> q.Query:
    return nodes[0] if len(nodes) == 1 else several(nodes)
