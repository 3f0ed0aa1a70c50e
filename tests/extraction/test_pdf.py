"""PDF files, and the paragraphs of their pages."""

import re

import pytest

from portal.core.errors import Invalid, TooLarge
from portal.extraction.draft import finished
from portal.extraction.paragraphs import paragraphs_of
from portal.extraction.pdf import read_pdf
from tests.extraction.builders import pdf


def test_words_of_all_pages_become_paragraphs() -> None:
    lines = "The lead agency calls the provider before the\noperation and says how many rooms are needed."

    draft = read_pdf(pdf(lines, "Second page."))

    assert draft.html == (
        "<p>The lead agency calls the provider before the operation and says how many rooms are needed.</p>"
        "<p>Second page.</p>"
    )
    assert draft.warnings == ()


def test_pages_without_text_are_told_and_a_file_of_them_cannot_be_searched() -> None:
    some = read_pdf(pdf("Words.", "", ""))
    none = finished(read_pdf(pdf("", "")), filename="scan_of_order.pdf", media_type="x")

    assert some.warnings == ("2 of the 3 pages hold no text, so words in pictures there cannot be searched.",)
    assert none.warnings == ("This PDF holds pictures of pages, so its words cannot be searched.",)
    assert (none.searchable, none.text, none.html, none.title) == (False, "", "", "scan of order")


def test_a_locked_pdf_is_refused_with_what_to_do() -> None:
    lock = "<</Filter/Standard/V 1/R 2/Length 40/P -4/O<" + "41" * 32 + ">/U<" + "42" * 32 + ">>>"
    source = pdf("Secret.", extra={"Encrypt": lock, "ID": "[<41><41>]"})

    with pytest.raises(
        Invalid,
        match=re.escape("This PDF is protected by a password. Remove the password and try again."),
    ):
        read_pdf(source)


def test_too_many_pages_are_refused_whether_they_exist_or_not() -> None:
    with pytest.raises(TooLarge, match=r"more than 2,000 pages"):
        read_pdf(pdf("a", count=100_000))


@pytest.mark.parametrize(
    "source",
    [
        b"%PDF-1.7",
        b"%PDF-1.7\n" + b"[ " * 200_000,
        b"%PDF-1.7\n" + b"<< /A " * 200_000,
        pdf("a").replace(b"/Kids[4 0 R]", b"/Kids[2 0 R]"),
    ],
)
def test_loops_depth_and_stumps_are_refused(source: bytes) -> None:
    with pytest.raises(Invalid):
        read_pdf(source)


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("traffick-\r\ning in persons", ["trafficking in persons"]),
        ("traffick\ufffe\r\ning in persons", ["trafficking in persons"]),
        ("U.S.-\nMexico border", ["U.S.-Mexico border"]),
        ("A heading\nA line that is long enough to be full on the page\nand its end.",
         ["A heading", "A line that is long enough to be full on the page and its end."]),
        ("A line that is long enough to be full, and ends.\nShort end.\nA line that begins the next paragraph.",
         ["A line that is long enough to be full, and ends. Short end.", "A line that begins the next paragraph."]),
        ("Bring:\n\u2022 water\n\u2022 blankets", ["Bring:", "\u2022 water", "\u2022 blankets"]),
        ("(a) first\n(b) second\n1. third", ["(a) first", "(b) second", "1. third"]),
        ("one\n\n\ntwo", ["one", "two"]),
        ("", []),
        (" \n ", []),
    ],
)  # fmt: skip
def test_lines_are_joined_into_paragraphs(page: str, wanted: list[str]) -> None:
    assert list(paragraphs_of(page)) == wanted
