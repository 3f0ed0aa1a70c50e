"""Files made by the programs' own libraries, and files that nobody should have made."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO

import docx
import pptx
from pptx.util import Inches

PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
OFFICE = "application/vnd.openxmlformats-officedocument."


def word(fill: Callable[[docx.document.Document], object]) -> bytes:
    """A Word file, filled by ``fill``."""
    document = docx.Document()
    document.core_properties.title = ""
    fill(document)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def deck(fill: Callable[[pptx.presentation.Presentation], object]) -> bytes:
    """A slide deck, filled by ``fill``."""
    slides = pptx.Presentation()
    fill(slides)
    stream = BytesIO()
    slides.save(stream)
    return stream.getvalue()


def add_slide(slides: pptx.presentation.Presentation, title: str, body: str, notes: str = "") -> None:
    """A slide with a title, a body and perhaps notes."""
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.shapes.title.text = title
    slide.placeholders[1].text = body
    if notes:
        slide.notes_slide.notes_text_frame.text = notes


def add_picture(slides: pptx.presentation.Presentation) -> None:
    """A slide that holds one picture and no word."""
    slide = slides.slides.add_slide(slides.slide_layouts[6])
    slide.shapes.add_picture(BytesIO(PIXEL), Inches(1), Inches(1))


def pdf(*pages: str, extra: Mapping[str, str] | None = None, count: int | None = None) -> bytes:
    """A PDF with a correct table of objects; each page is a text of lines, or empty."""
    kids = " ".join(f"{4 + 2 * place} 0 R" for place in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {count or len(pages)}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for place, text in enumerate(pages):
        lines = "".join(f"({line}) Tj T* " for line in text.split("\n") if text)
        stream = f"BT /F 11 Tf 14 TL 50 700 Td {lines}ET"
        number = 5 + 2 * place
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F 3 0 R>>>>"
            f"/Contents {number} 0 R>>"
        )
        objects.append(f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream")
    return _numbered(objects, extra or {})


def _numbered(objects: list[str], extra: Mapping[str, str]) -> bytes:
    written, places = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = "".join(f"/{name} {value}" for name, value in extra.items())
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R"
    return written + f"{end}{trailer}>>\nstartxref\n{len(written)}\n%%EOF\n".encode("latin-1")


def archive(parts: Mapping[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of ``parts``."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return stream.getvalue()


def bare_word(document: str | bytes, **parts: str | bytes) -> bytes:
    """The smallest Word file around the main part ``document``; further parts by name."""
    return archive({**bare_parts(document), **parts})


def bare_parts(document: str | bytes) -> dict[str, str | bytes]:
    """The parts of the smallest Word file."""
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Override PartName="/word/document.xml" '
        f'ContentType="{OFFICE}wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="word/document.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
        "word/document.xml": document,
    }


def body(inside: str, *, before: str = "") -> str:
    """The XML of a Word document around ``inside``."""
    return (
        f'<?xml version="1.0"?>{before}'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{inside}</w:body></w:document>"
    )


def paragraph(text: str) -> str:
    """A paragraph of Word XML."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def overlapping(parts: int, unpacked: int) -> bytes:
    """An archive whose entries all claim the same compressed bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = bytes(unpacked)
    data = packer.compress(raw) + packer.flush()
    name = b"word/document.xml"
    fields = (20, 0, 8, 0, 33, zlib.crc32(raw), len(data), len(raw), len(name), 0)
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", *fields) + name + data
    central = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, *fields[:-2], 17, 0, 0, 0, 0, 0, 0)
        + b"word/document%03d" % n
        for n in range(parts)
    )
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, parts, parts, len(central), len(local), 0)
    return local + central + end


def ole(*streams: str) -> bytes:
    """The beginning of an OLE container, and a directory that names ``streams``."""
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\x00") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(1024, b"\x00") + names
