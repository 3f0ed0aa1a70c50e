"""Plain text and Markdown."""

import re
from html import escape

from portal.core.text import html_from_markdown
from portal.extraction.draft import Draft
from portal.extraction.encoding import decoded

EMPTY_LINES = re.compile(r"\n[^\S\n]*(?=\n)")
# Found before escaping, in one pass: hostile text can make a general link finder take hours.
ADDRESS = re.compile(r"\bhttps?://[^\s<>\"']{1,2000}(?<![.,;:!?)\]])")


def read_markdown(source: bytes) -> Draft:
    """CommonMark; HTML inside it is shown as text."""
    text, warnings = decoded(source)
    return Draft(html_from_markdown(text), warnings=warnings)


def read_plain(source: bytes) -> Draft:
    """A paragraph for each block between empty lines, addresses of pages made links."""
    text, warnings = decoded(source)
    blocks = (block.strip() for block in EMPTY_LINES.sub("\n", text).split("\n\n"))
    return Draft("".join(f"<p>{_linked(block)}</p>" for block in blocks if block), warnings=warnings)


def _linked(block: str) -> str:
    pieces, reached = [], 0
    for match in ADDRESS.finditer(block):
        address = escape(match[0])
        pieces += [escape(block[reached : match.start()], quote=False), f'<a href="{address}">{address}</a>']
        reached = match.end()
    pieces.append(escape(block[reached:], quote=False))
    return "".join(pieces).replace("\n", "<br>")
