"""Word documents: the body through mammoth, headers and footers besides, from checked parts only."""

import re
from collections.abc import Iterator
from typing import Any

import mammoth

from portal.core.errors import Invalid
from portal.extraction import sentences
from portal.extraction.archive import Package, opened, packed
from portal.extraction.draft import Draft
from portal.extraction.markup import check_xml, read_xml
from portal.extraction.office import main_part, paragraphs, paragraphs_html, related, title_property

STYLES = """
p[style-name='Title'] => h2:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Heading 1'] => h2:fresh
p[style-name='Heading 2'] => h3:fresh
p[style-name='Heading 3'] => h4:fresh
p[style-name='Heading 4'] => h5:fresh
p[style-name='Heading 5'] => h6:fresh
p[style-name='Heading 6'] => h6:fresh
"""
# Links to notes and bookmarks lead nowhere once their targets lose their ids.
INNER_LINK = re.compile(r'<a (?:id="[^"]*" )?href="#[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
PAGE_NUMBER = re.compile(r"(?i)(page)?[\s\d|/-]*(of)?[\s\d|/-]*")


def read_docx(source: bytes) -> Draft:
    """Headings, paragraphs, lists, tables, notes, headers and footers; pictures are left out."""
    package = opened(source)
    parts = dict(_xml_parts(package))
    seen: list[Any] = []
    body = INNER_LINK.sub(r"\1", _converted(parts, seen))
    main = main_part(package)
    headers = _margin(package, main, "header")
    footers = _margin(package, main, "footer")
    html = f"{headers}{body}{footers}"
    return Draft(html, title_property(package), tuple(_warnings(package, seen)), bool(seen))


def _xml_parts(package: Package) -> Iterator[tuple[str, bytes]]:
    """Every part that a reader may meet, checked: mammoth's own parser would follow entities."""
    for name in package.names:
        if name.endswith((".xml", ".rels")) and "/embeddings/" not in name:
            data = package.read(name)
            check_xml(data)
            yield name, data


def _converted(parts: dict[str, bytes], seen: list[Any]) -> str:
    def leave_out(image: Any) -> list[Any]:
        seen.append(image)
        return []

    try:
        result = mammoth.convert_to_html(
            packed(parts.items()),
            style_map=STYLES,
            convert_image=leave_out,
            include_embedded_style_map=False,
            external_file_access=False,
        )
    except (KeyError, ValueError, AttributeError, TypeError, IndexError, OSError):
        # What mammoth stumbles over is a file that does not hold what its parts promise.
        raise Invalid(sentences.DAMAGED) from None
    html: str = result.value
    return html


def _margin(package: Package, main: str, kind: str) -> str:
    """The different texts of all headers (or footers), but for page numbers."""
    texts: dict[str, None] = {}
    for _, related_kind, path in related(package, main):
        if related_kind == kind:
            texts.update(dict.fromkeys(paragraphs(read_xml(package.read(path)))))
    return paragraphs_html(text for text in texts if not PAGE_NUMBER.fullmatch(text))


def _warnings(package: Package, seen: list[Any]) -> Iterator[str]:
    if seen:
        yield sentences.PICTURES_LEFT_OUT
    if package.embeds_files:
        yield sentences.EMBEDDED_LEFT_OUT
