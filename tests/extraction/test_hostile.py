"""Bombs and traps through the sandbox: each is read or refused with one line, soon, and the next document is read."""

import time
from collections.abc import Callable

import pytest

from portal.core.errors import Invalid
from portal.extraction import SandboxExtractor
from tests.extraction.builders import archive, bare_parts, bare_word, body, ole, overlapping, paragraph, pdf

CELL = f"<w:tc>{paragraph('a')}</w:tc>"
DEEPEST_TABLES = "<w:tbl><w:tr><w:tc>" * 60 + paragraph("a") + "</w:tc></w:tr></w:tbl>" * 60
ENTITIES = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
FILES: dict[str, Callable[[], bytes | str]] = {
    "bomb.docx": lambda: archive({**bare_parts(body("")), "word/media/a.bin": bytes(100_000_000)}),
    "many.docx": lambda: archive(
        {**bare_parts(body("")), **{f"word/{n}.xml": f"<a>{' ' * 7_000_000}</a>" for n in range(20)}}
    ),
    "nested.docx": lambda: archive(
        {**bare_parts(body(paragraph("a"))), "lib.zip": archive({"a": bytes(9999)})}
    ),
    "overlapping.docx": lambda: overlapping(500, 9_000_000),
    "laughs.docx": lambda: bare_word(body("&a9;", before=f'<!DOCTYPE x [<!ENTITY a0 "lol">{ENTITIES}]>')),
    "quadratic.docx": lambda: bare_word(
        body("&a;" * 5000, before=f'<!DOCTYPE x [<!ENTITY a "{"x" * 50_000}">]>')
    ),
    "attribute.docx": lambda: bare_word(body(f'<w:p a="{"x" * 3_000_000}"/>')),
    "tables.docx": lambda: bare_word(body(DEEPEST_TABLES)),
    "wide.docx": lambda: bare_word(body(f"<w:tbl><w:tr>{CELL * 5000}</w:tr></w:tbl>")),
    "encrypted.docx": lambda: ole("EncryptedPackage"),
    "loop.pdf": lambda: pdf("a").replace(b"/Kids[4 0 R]", b"/Kids[2 0 R]"),
    "deep.pdf": lambda: b"%PDF-1.4\n" + b"<</A" * 1_000_000,
    "divs.html": lambda: "<div>" * 50_000,
    "million.html": lambda: "<b><p>" * 500_000,
    "formats.html": lambda: "".join(f"<b title={n}>" for n in range(90)) + "<p>x" * 20_000,
    "comments.html": lambda: "<p>a" + "<!--" * 300_000,
    "tags.html": lambda: "<p>a" + "</" * 300_000,
    "quotes.md": lambda: ">" * 100_000,
    "brackets.md": lambda: "[" * 100_000,
    "links.md": lambda: "[a](" * 20_000,
    "pictures.md": lambda: "![" * 20_000,
    "lists.md": lambda: "- " * 50_000,
    "stars.md": lambda: "*a **a " * 20_000,
    "columns.md": lambda: "|a" * 3000 + "\n" + "|-" * 3000 + "\n" + "|\n" * 3000,
    "marks.txt": lambda: ">" * 1_000_000,
    "addresses.txt": lambda: "http://a" * 100_000 + "." * 500_000,
    "lines.txt": lambda: "\n \t" * 500_000 + "a",
    "combining.txt": lambda: "a" + "\u0301" * 10_000,
    "direction.txt": lambda: "\u202e\u2066 שלום \u200b",
    "surrogates.txt": lambda: b"\xed\xa0\x80\xed\xb0\x80 words",
    "half-surrogate.txt": lambda: b"\xff\xfe\x00\xd8",
    "long-line.txt": lambda: "x" * 30_000_000,
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_costs_seconds_at_most_and_harms_no_other(
    sandbox: SandboxExtractor, name: str
) -> None:
    made = FILES[name]()
    source = made.encode() if isinstance(made, str) else made
    began = time.monotonic()

    try:
        document = sandbox.extract(source, filename=name)
    except Invalid as refusal:
        assert str(refusal).isprintable() and len(str(refusal)) < 200
    else:
        assert document.title and document.text

    assert time.monotonic() - began < 10
    assert sandbox.extract(b"next", filename="a.txt").text == "next"
