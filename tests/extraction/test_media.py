"""A type is what name and content agree on."""

from io import BytesIO

import pytest

from portal.core.errors import Invalid
from portal.extraction import ATTACHMENT_TYPES, DOCUMENT_TYPES, sniff, sniff_stream
from tests.extraction.builders import OFFICE, PIXEL, archive, bare_parts, body, deck, ole, pdf, word

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(200) + b"\xff\xd9"
WORD, DECK = word(lambda made: made.add_paragraph("a")), deck(lambda made: None)
BOOK = archive(
    {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        f'PartName="/xl/workbook.xml" ContentType="{OFFICE}spreadsheetml.sheet.main+xml"/></Types>',
        "xl/workbook.xml": "<workbook/>",
    }
)
GOOD = {
    "a.pdf": pdf("a"),
    "a.docx": WORD,
    "a.pptx": DECK,
    "a.xlsx": BOOK,
    "a.txt": "Größe".encode(),
    "a.csv": b"a,b\n1,2\n",
    "a.md": b"# a",
    "a.png": PIXEL,
    "a.jpg": JPEG,
    "a.jpeg": JPEG,
    "a.html": b"<!DOCTYPE html><html><p>a</p></html>",
}


@pytest.mark.parametrize("name", GOOD)
def test_name_and_content_that_agree_give_the_type(name: str) -> None:
    wanted = {**DOCUMENT_TYPES, **ATTACHMENT_TYPES}["." + name.partition(".")[2]]

    assert sniff(GOOD[name], name) == wanted
    assert sniff(GOOD[name], f"C:\\folder\\{name.upper()}") == wanted


@pytest.mark.parametrize("content", GOOD)
@pytest.mark.parametrize("name", GOOD)
def test_no_content_passes_under_the_name_of_another_kind(content: str, name: str) -> None:
    texts = {"a.txt", "a.csv", "a.md"}
    if GOOD[content] == GOOD[name] or {content, name} <= texts:
        return

    with pytest.raises(Invalid):
        sniff(GOOD[content], name)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.html", b"GIF89a/*<html><body>x</body></html>"),
        ("a.html", b"%PDF-1.4\n<html><p>x</p></html>"),
        ("a.html", b"<svg onload=x()><p>x</p></svg>"),
        ("a.html", b"<?xml version='1.0'?><xsl:stylesheet/>"),
        ("a.html", b"no element at all"),
        ("a.html", b"<p>a\x00b</p>"),
        ("a.txt", b"  <!DOCTYPE html><p>x"),
        ("a.md", b"\xef\xbb\xbf<script>x()</script>"),
        ("a.csv", b"<?xml version='1.0'?><a/>"),
        ("a.txt", b"a few words, then %PDF-1.4"),
        ("a.txt", b"\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00"),
        ("a.txt", b"words\x00"),
        ("a.txt", b"words" * 50_000 + b"\x00"),
        ("a.pdf", b"<html>%PDF-1.4"),
        ("a.pdf", b"%PDF-1.4\n<html><script>x()</script>"),
        ("a.pdf", pdf("a") + archive({"a.xml": "<a/>"})),
        ("a.png", PIXEL + archive({"a.xml": "<a/>"})),
        ("a.png", PIXEL[:-3]),
        ("a.png", PIXEL[:33] + b"<script>x()</script>" + PIXEL[33:]),
        ("a.jpg", JPEG[:20] + b"<html>" + JPEG[20:]),
        ("a.jpg", JPEG + archive({"a.xml": "<a/>"})),
        ("a.jpg", b"\xff\xd8\xff"),
        ("a.docx", b"PK\x03\x04 not an archive"),
        ("a.docx", archive({"word/document.xml": "<a/>"})),
        ("a.docx", archive({**bare_parts(body("")), "[Content_Types].xml": "<Types/>"})),
    ],
)
def test_a_file_with_two_faces_or_a_false_one_is_refused(name: str, source: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        sniff(source, name)

    assert str(refusal.value).isprintable()


def test_an_office_file_of_macros_is_refused() -> None:
    macros = "application/vnd.ms-word.document.macroEnabled.main+xml"
    types = bare_parts("")["[Content_Types].xml"].replace(
        f"{OFFICE}wordprocessingml.document.main+xml", macros
    )

    with pytest.raises(Invalid, match="of another kind"):
        sniff(archive({**bare_parts(body("")), "[Content_Types].xml": types}), "a.docx")


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (ole("EncryptionInfo", "EncryptedPackage"), "Remove the password"),
        (ole("WordDocument"), "old Office format"),
    ],
)
def test_an_old_or_encrypted_office_file_is_named_as_such(source: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        sniff(source, "a.docx")


def test_a_long_stream_is_judged_and_left_at_its_beginning() -> None:
    stream = BytesIO(b"words " * 200_000)

    assert sniff_stream(stream, "a.txt") == "text/plain"
    assert stream.tell() == 0


def test_an_empty_file_and_an_unknown_ending_are_refused() -> None:
    with pytest.raises(Invalid, match="is empty"):
        sniff(b"", "a.png")
    with pytest.raises(Invalid, match="Files of this kind"):
        sniff(b"x", "a.svg")
