"""Slide decks: each slide in order, its title, words, tables, diagrams and speaker notes."""

from collections.abc import Iterator
from html import escape
from xml.etree.ElementTree import Element

from portal.core.errors import Invalid, TooLarge
from portal.extraction import sentences
from portal.extraction.archive import Package, opened
from portal.extraction.draft import Draft
from portal.extraction.limits import MAX_SLIDES
from portal.extraction.markup import local, read_xml
from portal.extraction.office import (
    main_part,
    paragraphs,
    paragraphs_html,
    related,
    table_html,
    title_property,
)

TITLES = {"title", "ctrTitle"}
# Placeholders that say the same on every slide.
FURNITURE = {"dt", "ftr", "sldNum", "hdr"}
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION_ID = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def read_pptx(source: bytes) -> Draft:
    """A heading for each slide, then what stands on it and the speaker's notes; pictures are left out."""
    package = opened(source)
    slides = [_Slide(package, path) for path in _slide_paths(package)]
    pictures = any(slide.has_pictures for slide in slides)
    if not any(slide.has_words for slide in slides):
        return Draft("", title_property(package), (sentences.NO_TEXT_BUT_PICTURES,), pictures)
    html = "".join(slide.html(number) for number, slide in enumerate(slides, 1))
    return Draft(html, title_property(package), tuple(_warnings(package, pictures)), pictures)


def _slide_paths(package: Package) -> list[str]:
    main = main_part(package)
    slides = {key: path for key, kind, path in related(package, main) if kind == "slide"}
    order = [part for part in read_xml(package.read(main)).iter() if local(part) == "sldId"]
    if len(order) > MAX_SLIDES:
        raise TooLarge(sentences.TOO_MANY_PAGES)
    keys = (part.get(RELATION_ID) or part.get(STRICT_RELATION_ID) or "" for part in order)
    paths = [slides[key] for key in dict.fromkeys(keys) if key in slides]
    if order and not paths:
        raise Invalid(sentences.DAMAGED)
    return paths


def _warnings(package: Package, pictures: bool) -> Iterator[str]:
    if pictures:
        yield sentences.PICTURES_LEFT_OUT
    if package.embeds_files:
        yield sentences.EMBEDDED_LEFT_OUT


class _Slide:
    """What stands on one slide; read once, so that parts are unpacked once."""

    def __init__(self, package: Package, path: str) -> None:
        self.title = ""
        self.pieces: list[str] = []
        self.notes: list[str] = []
        root = read_xml(package.read(path))
        self.has_pictures = any(local(part) == "pic" for part in root.iter())
        for part in root.iter():
            self._take(part)
        for _, kind, related_path in related(package, path):
            if kind == "notesSlide":
                self.notes += _notes(read_xml(package.read(related_path)))
            elif kind == "diagramData":
                self.pieces.append(paragraphs_html(paragraphs(read_xml(package.read(related_path)))))

    @property
    def has_words(self) -> bool:
        return bool(self.title or self.notes or any(self.pieces))

    def html(self, number: int) -> str:
        title = escape(self.title or f"Slide {number}", quote=False)
        notes = f"<h3>Notes</h3>{paragraphs_html(self.notes)}" if self.notes else ""
        return f"<h2>{title}</h2>{''.join(self.pieces)}{notes}"

    def _take(self, part: Element) -> None:
        name = local(part)
        if name == "tbl":
            rows = ([cell for cell in row if local(cell) == "tc"] for row in part if local(row) == "tr")
            self.pieces.append(table_html(rows))
        elif name == "sp":
            self._take_shape(part)

    def _take_shape(self, shape: Element) -> None:
        kind = _placeholder(shape)
        texts = list(paragraphs(shape))
        if kind in TITLES and not self.title:
            self.title = " ".join(" ".join(texts).split())
        elif kind not in FURNITURE:
            self.pieces.append(paragraphs_html(texts))


def _notes(root: Element) -> list[str]:
    shapes = (part for part in root.iter() if local(part) == "sp" and _placeholder(part) == "body")
    return [text for shape in shapes for text in paragraphs(shape)]


def _placeholder(shape: Element) -> str:
    """The kind of placeholder a shape is; empty for an ordinary box."""
    return next((part.get("type", "obj") for part in shape.iter() if local(part) == "ph"), "")
