"""Plain text, Markdown, and the encodings of both."""

import pytest

from portal.core.errors import Invalid, TooLarge
from portal.extraction.draft import Draft, finished, tidy_title, without_title
from portal.extraction.encoding import decoded
from portal.extraction.limits import MAX_HTML
from portal.extraction.plain import read_markdown, read_plain


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
        ("a\r\n \r\nb", "<p>a</p><p>b</p>"),
        ("a\n\n\n\nb\n", "<p>a</p><p>b</p>"),
        ("<script>x()</script> & co", "<p>&lt;script&gt;x()&lt;/script&gt; &amp; co</p>"),
        ("see https://example.org/a?b=1&c=2.", '<p>see <a href="https://example.org/a?b=1&amp;c=2">'
         "https://example.org/a?b=1&amp;c=2</a>.</p>"),
        ('http://a"onclick="x', '<p><a href="http://a">http://a</a>"onclick="x</p>'),
        ("javascript:x() ftp://a", "<p>javascript:x() ftp://a</p>"),
    ],
)  # fmt: skip
def test_plain_text_becomes_paragraphs_with_links(text: str, wanted: str) -> None:
    assert read_plain(text.encode()).html == wanted


def test_html_in_markdown_is_shown_as_text() -> None:
    assert read_markdown(b"# A\n\n<b>x</b>").html == "<h2>A</h2>\n<p>&lt;b&gt;x&lt;/b&gt;</p>\n"


@pytest.mark.parametrize(
    ("source", "text", "warned"),
    [
        ("Größe".encode(), "Größe", False),
        (b"\xef\xbb\xbfa", "a", False),
        ("Größe".encode("utf-16"), "Größe", False),
        ("Größe".encode("utf-32"), "Größe", False),
        (b"\xfe\xff\x00a", "a", False),
        (b"Gr\xf6\xdfe \x96", "Größe \u2013", True),
        (b"a\r\nb\rc\x0cd\x0be", "a\nb\nc\n\nd\ne", False),
        (b"a\x1b[31mb", "a[31mb", True),
        ("\u202eab\u0301\u200d".encode(), "\u202eab\u0301\u200d", False),
    ],
)
def test_bytes_become_text_by_mark_as_utf_8_or_by_a_guess_that_is_told(
    source: bytes, text: str, warned: bool
) -> None:
    got, warnings = decoded(source)

    assert got == text
    assert bool(warnings) == warned


@pytest.mark.parametrize(
    "source",
    [
        b"a\x00b", b"\x81\x8d", b"\xff\xfea", b"\xff\xfe\x00\xd8a\x00", b"\xff\xfe\x00\x00\x00\x00\x11\x00",
        bytes(range(1, 32)) * 20, "a\x00".encode("utf-16"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused(source: bytes) -> None:
    with pytest.raises(Invalid, match="not plain text"):
        decoded(source)


@pytest.mark.parametrize(
    ("given", "tidy"),
    [
        ("  a \n b ", "a b"),
        ("Microsoft Word - order.doc", "order.doc"),
        ("PowerPoint Presentation", ""),
        ("Untitled", ""),
        ("x" * 10_000, "x" * 199 + "…"),
        ("a\x00\ud800b", "ab"),
        ("", ""),
    ],
)
def test_titles_are_one_line_of_bounded_length(given: str, tidy: str) -> None:
    assert tidy_title(given) == tidy


def test_a_first_heading_that_repeats_the_title_can_be_left_out() -> None:
    html = "<h2>A  <em>title</em></h2>\n<p>a</p>"

    assert without_title(html, "A title") == "<p>a</p>"
    assert without_title(html, "Another") == html
    assert without_title("<p>a</p>" + html, "A title") == "<p>a</p>" + html


@pytest.mark.parametrize(
    ("html", "error"),
    [("x" * (MAX_HTML + 1), TooLarge), ("<b></i>", Invalid), ("<p> </p>", Invalid), ("<b>" * 200, Invalid)],
)
def test_a_draft_that_is_no_document_is_refused(html: str, error: type[Invalid]) -> None:
    with pytest.raises(error):
        finished(Draft(html), filename="a.txt", media_type="x")
