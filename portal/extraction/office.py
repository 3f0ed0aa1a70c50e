"""What Word and PowerPoint files have in common: relations between parts, properties, paragraphs, tables."""

import posixpath
from collections.abc import Iterable, Iterator
from html import escape
from xml.etree.ElementTree import Element

from portal.core.errors import Invalid
from portal.extraction.archive import Package
from portal.extraction.markup import local, read_xml

CORE_PROPERTIES = "docProps/core.xml"
BREAKS = {"br": "\n", "cr": "\n", "tab": "\t"}


def title_property(package: Package) -> str:
    """The title among the file's properties; empty where there is none."""
    if CORE_PROPERTIES not in package.names:
        return ""
    try:
        root = read_xml(package.read(CORE_PROPERTIES))
    except Invalid:
        # Properties are a courtesy: a document is not refused for want of them, and the part is not used.
        return ""
    return next((part.text or "" for part in root if local(part) == "title"), "")


def related(package: Package, part: str) -> Iterator[tuple[str, str, str]]:
    """Id, kind and part name of what ``part`` refers to inside the archive, in the order of the file."""
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels".lstrip("/")
    names = set(package.names)
    if relations not in names:
        return
    for relation in read_xml(package.read(relations)):
        target = relation.get("Target", "")
        path = (
            target.lstrip("/")
            if target.startswith("/")
            else posixpath.normpath(posixpath.join(folder, target))
        )
        if relation.get("TargetMode") != "External" and path in names:
            yield relation.get("Id", ""), relation.get("Type", "").rpartition("/")[2], path


def main_part(package: Package) -> str:
    """The name of the part that holds the document itself, or an empty name."""
    return next((path for _, kind, path in related(package, "") if kind == "officeDocument"), "")


def words_of(element: Element) -> str:
    """The text of all runs under ``element``, line breaks kept."""
    pieces = []
    for part in element.iter():
        name = local(part)
        if name == "t":
            pieces.append(part.text or "")
        elif name in BREAKS:
            pieces.append(BREAKS[name])
    return "".join(pieces).strip()


def paragraphs(element: Element) -> Iterator[str]:
    """The words of each paragraph under ``element`` that has any."""
    for part in element.iter():
        if local(part) == "p" and (words := words_of(part)):
            yield words


def table_html(rows: Iterable[Iterable[Element]]) -> str:
    """A table of cells, a paragraph for each of theirs."""
    lines = ("".join(f"<td>{paragraphs_html(paragraphs(cell))}</td>" for cell in row) for row in rows)
    return "<table><tbody>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</tbody></table>"


def paragraphs_html(texts: Iterable[str]) -> str:
    """A paragraph for each text, line breaks kept."""
    return "".join(f"<p>{escape(text, quote=False)}</p>".replace("\n", "<br>") for text in texts)
