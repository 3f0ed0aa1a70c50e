"""A draft is what a reader made of one format; finishing it makes every format end alike."""

import re
from dataclasses import dataclass, replace
from pathlib import PurePath

from portal.core.errors import Invalid, TooLarge
from portal.core.text import UNUSABLE, clean_html, text_of
from portal.extraction import sentences
from portal.extraction.limits import MAX_HTML, MAX_HTML_DEPTH, MAX_TITLE
from portal.extraction.port import Extracted

HEADING = re.compile(r"<h([2-6])>(.*?)</h\1>", re.DOTALL)
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^<>]*>")
VOID = frozenset({"br", "hr", "img"})
# What programs write where nobody gave a title.
NO_TITLES = re.compile(
    r"(?i)(untitled|document ?\d*|presentation ?\d*|powerpoint presentation|title|slide ?\d+)?"
)
PROGRAM_PREFIX = re.compile(r"(?i)^microsoft (office )?(word|powerpoint) - ")
LONGEST_LINE_AS_TITLE = 120


@dataclass(frozen=True, slots=True)
class Draft:
    """HTML of any origin, a title where the file names one, and whether pictures stand beside the words."""

    html: str
    title: str = ""
    warnings: tuple[str, ...] = ()
    pictures: bool = False


def finished(draft: Draft, *, filename: str, media_type: str) -> Extracted:
    """The document that the draft holds, sanitised; ``Invalid`` where it holds none or too much."""
    if len(draft.html) > MAX_HTML:
        raise TooLarge(sentences.TOO_MUCH_TEXT)
    check_nesting(draft.html)
    html = clean_html(draft.html)
    text = text_of(html)
    document = Extracted(_title(draft, html, text, filename), html, text, media_type, draft.warnings)
    if text.strip():
        return document
    if not draft.pictures:
        raise Invalid(sentences.NO_WORDS)
    return replace(document, html="", searchable=False)


def check_nesting(html: str) -> None:
    """Raise ``Invalid`` where elements are too deep for the sanitiser, or not properly nested."""
    open_tags: list[str] = []
    for closing, tag in TAG.findall(html):
        if tag in VOID:
            continue
        if not closing:
            open_tags.append(tag)
        elif not open_tags or open_tags.pop() != tag:
            raise Invalid(sentences.DAMAGED)
        if len(open_tags) > MAX_HTML_DEPTH:
            raise Invalid(sentences.TOO_DEEP)


def tidy_title(title: str) -> str:
    """One line of at most ``MAX_TITLE`` characters; empty where only a program gave it."""
    line = " ".join(UNUSABLE.sub("", title).split())
    line = PROGRAM_PREFIX.sub("", line)
    if NO_TITLES.fullmatch(line):
        return ""
    return line if len(line) <= MAX_TITLE else line[: MAX_TITLE - 1].rstrip() + "…"


def without_title(html: str, title: str) -> str:
    """``html`` without its first element, where that is a heading that only repeats the title."""
    first = HEADING.match(html.lstrip())
    if first and " ".join(text_of(first[2]).split()) == title:
        return html.lstrip()[first.end() :].lstrip()
    return html


def _title(draft: Draft, html: str, text: str, filename: str) -> str:
    heading = HEADING.search(html)
    opening, _, _ = text.partition("\n")
    choices = (
        draft.title,
        text_of(heading[2]) if heading else "",
        opening if len(opening) <= LONGEST_LINE_AS_TITLE else "",
        _words_of(filename),
    )
    return next((title for title in map(tidy_title, choices) if title), "Document")


def _words_of(filename: str) -> str:
    stem = PurePath(filename.replace("\\", "/")).stem
    return stem.replace("_", " ").encode("utf-8", "replace").decode()
