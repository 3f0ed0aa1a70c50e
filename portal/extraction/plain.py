"""Plain text and Markdown."""

from portal.core.text import html_from_markdown, html_from_plain
from portal.extraction.draft import Draft
from portal.extraction.encoding import decoded


def read_markdown(source: bytes) -> Draft:
    """CommonMark; HTML inside it is shown as text."""
    text, warnings = decoded(source)
    return Draft(html_from_markdown(text), warnings=warnings)


def read_plain(source: bytes) -> Draft:
    """A paragraph for each block between empty lines; short first lines make the title."""
    text, warnings = decoded(source)
    return Draft(html_from_plain(text), warnings=warnings)
