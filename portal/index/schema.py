"""The index in Whoosh's terms: its fields, and our analysis as a Whoosh analyzer."""

from collections.abc import Iterator
from typing import Any

from whoosh.analysis import Analyzer, Token
from whoosh.fields import ID, KEYWORD, NUMERIC, STORED, TEXT, Schema

from portal.index.analysis import words
from portal.index.columns import GAP, TITLE_WEIGHT, parts_of
from portal.index.port import IndexDocument

NAME = "MAIN"
PART = "\x1e"


class PortalAnalyzer(Analyzer):
    """Stems of the words of a text. Of a text in parts (see ``content_text``) the first weighs more."""

    def __call__(self, value: str, **_options: Any) -> Iterator[Token]:
        token = Token(positions=True, boosts=True)
        position = 0
        parts = value.split(PART)
        for number, part in enumerate(parts):
            token.boost = float(TITLE_WEIGHT) if len(parts) > 1 and number == 0 else 1.0
            for word in words(part):
                token.text, token.pos = word.stem, position
                position += 1
                yield token
            position += GAP


def content_text(document: IndexDocument) -> str:
    """What the field ``content`` is made of, as one text for the analyzer."""
    return PART.join(text for text, _ in parts_of(document))


def schema() -> Schema:
    """The fields. ``content`` is what plain words search; ``words`` serves prefixes and suggestions."""
    text = {
        name: TEXT(analyzer=PortalAnalyzer(), phrase=True) for name in ("content", "title", "topic", "agency")
    }
    exact = {name: ID() for name in ("kind", "marking", "task_force")}
    return Schema(**text, **exact, topics=KEYWORD(commas=True), words=KEYWORD(), dated=NUMERIC(), item=STORED)
