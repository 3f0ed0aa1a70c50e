"""Bytes become text: by mark, by declaration, as UTF-8, or as Western European with a warning."""

import codecs
import re

from portal.core.errors import Invalid
from portal.core.text import UNUSABLE
from portal.extraction import sentences

# The longer marks first: that of UTF-32 begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
FALLBACK = "cp1252"
DECLARED = re.compile(rb"""(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{1,40})""")
# What web pages declare in practice; a codec outside this list is not looked up.
PAGE_ENCODINGS = frozenset({
    "utf-8", "us-ascii", "iso-8859-1", "iso-8859-2", "iso-8859-5", "iso-8859-7", "iso-8859-9", "iso-8859-15",
    "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1256",
    "windows-1257", "koi8-r", "macintosh",
})  # fmt: skip
# More control characters than this share of the text, and it is no text.
MOST_CONTROLS = 0.05


def decoded(source: bytes) -> tuple[str, tuple[str, ...]]:
    """The text in ``source`` without control characters, and warnings; ``Invalid`` where it is no text."""
    return _decoded(source, "utf-8")


def decoded_page(source: bytes) -> tuple[str, tuple[str, ...]]:
    """As ``decoded``, but a web page may declare another encoding."""
    declared = DECLARED.search(source[:2048])
    name = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    # Browsers read these two names as Windows-1252.
    name = FALLBACK if name in {"iso-8859-1", "us-ascii"} else name
    return _decoded(source, name if name in PAGE_ENCODINGS or name == FALLBACK else "utf-8")


def _decoded(source: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    for mark, marked in MARKS:
        if source.startswith(mark):
            return _usable(_strictly(source[len(mark) :], marked), ())
    try:
        return _usable(source.decode(encoding), ())
    except UnicodeDecodeError:
        return _usable(_strictly(source, FALLBACK), (sentences.GUESSED_ENCODING,))


def _strictly(source: bytes, encoding: str) -> str:
    try:
        return source.decode(encoding)
    except UnicodeDecodeError:
        # The error would carry the text itself.
        raise Invalid(sentences.NOT_TEXT) from None


def _usable(text: str, warnings: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").replace("\v", "\n")
    kept = UNUSABLE.sub("", text)
    lost = len(text) - len(kept)
    if "\x00" in text or lost > MOST_CONTROLS * len(text) + 40:
        raise Invalid(sentences.NOT_TEXT)
    return kept, (*warnings, sentences.CONTROLS_LEFT_OUT) if lost else warnings
