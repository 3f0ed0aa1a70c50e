"""One small document of our own in each format, read before any other, so that all late loading is done.

Once confined, a reader can open no file, so what Python imports at first use must have been used.
"""

import codecs

from portal.core.errors import Invalid
from portal.extraction.archive import packed
from portal.extraction.documents import read_document
from portal.extraction.encoding import FALLBACK, MARKS, PAGE_ENCODINGS

OFFICE = "application/vnd.openxmlformats-officedocument."
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    f'<Types xmlns="{PACKAGE}content-types">'
    f'<Override PartName="/main.xml" ContentType="{OFFICE}{{kind}}.main+xml"/></Types>'
)
RELATION = (
    f'<Relationships xmlns="{PACKAGE}relationships">'
    f'<Relationship Id="r1" Type="{RELATIONS}/{{kind}}" Target="{{target}}"/></Relationships>'
)
WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>Words</w:t></w:r></w:p></w:body></w:document>"
)
DECK = f'<deck xmlns:r="{RELATIONS}"><sldId r:id="r1"/></deck>'
SLIDE = "<slide><sp><p><t>Words</t></p></sp></slide>"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</Font<</F 4 0 R>>>>/Contents 5 0 R>>"
    b"endobj 4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>endobj "
    b"5 0 obj<</Length 28>>stream\nBT /F 9 Tf (Words) Tj ET   \nendstream endobj trailer<</Root 1 0 R>>"
)


def rehearse() -> None:
    """Read one document of each format, and look up every codec."""
    for name in (*PAGE_ENCODINGS, FALLBACK, *(codec for _, codec in MARKS), "cp437"):
        codecs.lookup(name)
    for filename, source in _documents():
        read_document(source, filename=filename)
    # A refusal has a path of its own, and so has a name that is not ASCII.
    for source in (b"\xff\x00", b"PK\x03\x04"):
        _refused(source)


def _refused(source: bytes) -> None:
    try:
        read_document(source, filename="é.docx")
    except Invalid:
        return
    raise AssertionError("A document that is none was read.")


def _documents() -> list[tuple[str, bytes]]:
    return [
        ("a.txt", b"Words at www.example.org\n\nand \xe9"),
        ("a.md", "# Words\n\n| a | b |\n|---|---|\n| é | [c](https://example.org) |".encode()),
        (
            "a.html",
            b'<html><meta charset="koi8-r"><title>A</title><p>Words &eacute; <a href="https://example.org">a</a>',
        ),
        ("a.docx", _office("wordprocessingml.document", {"main.xml": WORD})),
        (
            "a.pptx",
            _office(
                "presentationml.presentation",
                {
                    "main.xml": DECK,
                    "_rels/main.xml.rels": RELATION.format(kind="slide", target="slide.xml"),
                    "slide.xml": SLIDE,
                },
            ),
        ),
        ("a.pdf", PDF),
    ]


def _office(kind: str, parts: dict[str, str]) -> bytes:
    whole = {
        "[Content_Types].xml": TYPES.format(kind=kind),
        "_rels/.rels": RELATION.format(kind="officeDocument", target="main.xml"),
        **parts,
    }
    return packed((name, text.encode()) for name, text in whole.items()).getvalue()
