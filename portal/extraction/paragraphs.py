"""Lines as they stand on a printed page become paragraphs again."""

import re
from collections.abc import Iterator

# PDFium writes one of these where a word was divided at the end of a line.
DIVIDED = re.compile(r"[\ufffe\uffff\x02]\n?")
HYPHENATED = re.compile(r"(?<=[a-z])[-\u00ad]\n(?=[a-z])")
# A hyphen before a capital or a figure belongs to the word.
COMPOUND = re.compile(r"(?<=[\w.])-\n(?=[A-Z0-9])")
ENDS_SENTENCE = re.compile(r"[.!?:;]['\")\]\u2019\u201d]*$")
STARTS_ITEM = re.compile(r"([\u2022\u25cf\u25aa\u25e6\u2013\u2014*-]|\(?[0-9]{1,3}[.)]|\(?[a-zA-Z][.)])\s")
# A line much shorter than the full ones of its page ends a paragraph.
SHORT = 0.72


def paragraphs_of(page: str) -> Iterator[str]:
    """The paragraphs of one page of text."""
    text = page.replace("\r\n", "\n").replace("\r", "\n")
    text = HYPHENATED.sub("", DIVIDED.sub("", text))
    text = COMPOUND.sub("-", text)
    lines = [" ".join(line.split()) for line in text.split("\n")]
    full = _full_length(lines)
    gathered: list[str] = []
    for line in lines:
        if gathered and (not line or _starts_new(gathered[-1], line, full)):
            yield " ".join(gathered)
            gathered = []
        if line:
            gathered.append(line)
    if gathered:
        yield " ".join(gathered)


def _full_length(lines: list[str]) -> float:
    lengths = sorted(len(line) for line in lines if line)
    return lengths[int(len(lengths) * 0.9)] if lengths else 0


def _starts_new(before: str, line: str, full: float) -> bool:
    if STARTS_ITEM.match(line):
        return True
    short = len(before) < SHORT * full
    return short and (bool(ENDS_SENTENCE.search(before)) or not line[:1].islower())
