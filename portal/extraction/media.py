"""What a file is: name and content must say the same, and the content nothing else besides."""

import codecs
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import PurePath
from typing import BinaryIO

from portal.core.errors import Invalid
from portal.extraction import sentences
from portal.extraction.archive import Package
from portal.extraction.markup import read_xml

OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = OFFICE + "wordprocessingml.document"
PPTX = OFFICE + "presentationml.presentation"
XLSX = OFFICE + "spreadsheetml.sheet"
PDF, HTML, TEXT, MARKDOWN = "application/pdf", "text/html", "text/plain", "text/markdown"

# What may be imported as a document, by the ending of its name.
DOCUMENT_TYPES = {
    ".md": MARKDOWN,
    ".txt": TEXT,
    ".html": HTML,
    ".htm": HTML,
    ".docx": DOCX,
    ".pdf": PDF,
    ".pptx": PPTX,
}
# What may be attached; each is served as a download and never shown by the portal itself.
ATTACHMENT_TYPES = {
    ".pdf": PDF,
    ".docx": DOCX,
    ".pptx": PPTX,
    ".xlsx": XLSX,
    ".txt": TEXT,
    ".csv": "text/csv",
    ".md": MARKDOWN,
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
OLD_FORMATS = {
    **dict.fromkeys((".doc", ".docm", ".dot", ".dotx", ".rtf", ".odt", ".pages", ".wpd"), ".docx"),
    **dict.fromkeys((".ppt", ".pptm", ".pps", ".ppsx", ".odp", ".key"), ".pptx"),
}

# Given a file and its first bytes, says whether the content is of the one type; raises where it can say more.
Check = Callable[[BinaryIO, bytes], bool]

HEAD = 64 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
# How files that are not text begin.
MAGIC = (
    b"%PDF-", b"PK\x03\x04", b"PK\x05\x06", OLE, b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"\x1f\x8b",
    b"\x7fELF", b"MZ\x90", b"RIFF", b"BZh", b"7z\xbc\xaf", b"Rar!", b"%!PS", b"II*\x00", b"MM\x00*",
    b"\xfd7zXZ",
)  # fmt: skip
MARKUP_START = re.compile(rb"(?i)<(\?xml|!doctype|!entity|html|head|body|script|svg|xsl:|rdf:|wsdl:)")
OTHER_FACE = re.compile(rb"(?i)%PDF-|<html|<script|<!doctype|<svg")
# The first element of a web page; an SVG or a style sheet in XML is none.
FIRST_ELEMENT = re.compile(rb"<([a-zA-Z][\w:.-]*)")
PAGE_STARTS = frozenset({
    "html", "head", "body", "title", "meta", "link", "style", "script", "base", "header", "main", "article",
    "section", "nav", "aside", "footer", "figure", "div", "p", "span", "a", "b", "i", "u", "s", "em",
    "strong", "font", "center", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "br", "ul", "ol", "li", "dl",
    "dt", "dd", "table", "caption", "thead", "tbody", "tr", "td", "th", "pre", "code", "blockquote", "img",
    "form", "input", "button", "label", "address", "details", "summary", "small", "big", "sup", "sub",
    "abbr", "del", "ins",
})  # fmt: skip
PNG_START, PNG_END = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", b"\x00\x00\x00\x00IEND\xae\x42\x60\x82"
ZIP_END = b"PK\x05\x06"


def sniff(source: bytes, filename: str) -> str:
    """The media type on which the ending of ``filename`` and the content agree; otherwise ``Invalid``."""
    return sniff_stream(BytesIO(source), filename)


def sniff_stream(stream: BinaryIO, filename: str) -> str:
    """As ``sniff``, for a seekable stream of any length, in little memory; it is left at its beginning."""
    ending = ending_of(filename)
    wanted = DOCUMENT_TYPES.get(ending) or ATTACHMENT_TYPES.get(ending)
    if wanted is None:
        raise Invalid(_unknown_ending(ending))
    stream.seek(0)
    head = stream.read(HEAD)
    if not head:
        raise Invalid(sentences.EMPTY)
    if not CHECKS[wanted](stream, head):
        raise Invalid(sentences.OTHER_CONTENT.format(ending=ending))
    stream.seek(0)
    return wanted


def document_type(filename: str) -> str:
    """The media type that an importable file of this name must have; otherwise ``Invalid``."""
    wanted = DOCUMENT_TYPES.get(ending_of(filename))
    if wanted is None:
        raise Invalid(_unknown_ending(ending_of(filename)))
    return wanted


def ending_of(filename: str) -> str:
    """The last ending of a file name, in lower case, with its dot."""
    return PurePath(filename.replace("\\", "/")).suffix.lower()


def _unknown_ending(ending: str) -> str:
    if ending in OLD_FORMATS:
        return sentences.OLD_FORMAT.format(ending=ending, wanted=OLD_FORMATS[ending])
    return sentences.NOT_A_DOCUMENT


def _is_text(stream: BinaryIO, head: bytes) -> bool:
    """Text to the end: one encoding, no NUL, no start of another format, not a web page."""
    if head.startswith(MAGIC) or b"%PDF-" in head[:1024]:
        return False
    if MARKUP_START.match(_without_bom(head).lstrip()):
        return False
    if not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        _require_no_nul(stream)
    return True


def _is_page(stream: BinaryIO, head: bytes) -> bool:
    if head.startswith(MAGIC) or b"%PDF-" in head[:1024]:
        return False
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        head = head.replace(b"\x00", b"")
    else:
        _require_no_nul(stream)
    first = FIRST_ELEMENT.search(head)
    return first is not None and first[1].decode("ascii", "replace").lower() in PAGE_STARTS


def _require_no_nul(stream: BinaryIO) -> None:
    stream.seek(0)
    while block := stream.read(HEAD):
        if b"\x00" in block:
            raise Invalid(sentences.NOT_TEXT)


def _without_bom(head: bytes) -> bytes:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head[2:].replace(b"\x00", b"")
    return head.removeprefix(codecs.BOM_UTF8)


def _is_pdf(stream: BinaryIO, head: bytes) -> bool:
    return head.lstrip().startswith(b"%PDF-") and not _has_other_face(stream, head.lstrip()[5:])


def _is_png(stream: BinaryIO, head: bytes) -> bool:
    stream.seek(-min(len(PNG_END), stream.seek(0, 2)), 2)
    return head.startswith(PNG_START) and stream.read() == PNG_END and not _has_other_face(stream, head)


def _is_jpeg(stream: BinaryIO, head: bytes) -> bool:
    known_segment = head[3:4] and (0xC0 <= head[3] <= 0xFE)
    return bool(head.startswith(b"\xff\xd8\xff") and known_segment) and not _has_other_face(stream, head)


def _has_other_face(stream: BinaryIO, head: bytes) -> bool:
    """Whether another program would take the same bytes for a web page, a PDF or a zip archive."""
    if OTHER_FACE.search(head[:1024]):
        return True
    size = stream.seek(0, 2)
    stream.seek(max(0, size - HEAD - 22))
    tail = stream.read()
    place = tail.rfind(ZIP_END)
    return place >= 0 and place + 22 + int.from_bytes(tail[place + 20 : place + 22], "little") == len(tail)


def _is_office(main_part: str) -> Check:
    def check(stream: BinaryIO, head: bytes) -> bool:
        if head.startswith(OLE):
            raise Invalid(_about_ole(stream))
        if not head.startswith(b"PK\x03\x04"):
            return False
        kinds = _main_parts(Package(stream))
        return kinds == {main_part + ".main+xml"}

    return check


def _about_ole(stream: BinaryIO) -> str:
    stream.seek(0)
    carried = b""
    while block := stream.read(HEAD):
        if ENCRYPTED_PACKAGE in carried + block:
            return sentences.OFFICE_PASSWORD
        carried = block[-len(ENCRYPTED_PACKAGE) :]
    return sentences.OLD_OFFICE


def _main_parts(package: Package) -> set[str]:
    """The content types of the main parts that the archive really holds."""
    root = read_xml(package.read("[Content_Types].xml"))
    names = set(package.names)
    named = ((part.get("PartName", "").lstrip("/"), part.get("ContentType", "")) for part in root)
    return {kind for name, kind in named if name in names and kind.endswith(".main+xml")}


CHECKS: dict[str, Check] = {
    TEXT: _is_text,
    MARKDOWN: _is_text,
    ATTACHMENT_TYPES[".csv"]: _is_text,
    HTML: _is_page,
    PDF: _is_pdf,
    DOCX: _is_office(DOCX),
    PPTX: _is_office(PPTX),
    XLSX: _is_office(XLSX),
    ATTACHMENT_TYPES[".png"]: _is_png,
    ATTACHMENT_TYPES[".jpg"]: _is_jpeg,
}
