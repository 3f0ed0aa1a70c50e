"""Web pages, well made and otherwise."""

import pytest

from portal.core.errors import Invalid
from portal.core.text import clean_html
from portal.extraction.draft import check_nesting
from portal.extraction.page import read_page


def html_of(page: str) -> str:
    html = clean_html(read_page(page.encode()).html)
    check_nesting(html)
    return html


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("<html><head><title>T</title><style>p{}</style></head><body><p>a</p></body></html>", "<p>a</p>"),
        ("<p>a<script>x('</p>')</script>b", "<p>ab</p>"),
        ("<p onclick=x()>a", "<p>a</p>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<p>a<ul><li>b<li>c</ul>", "<p>a</p><ul><li>b</li><li>c</li></ul>"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("<table><tr><td>a<td>b<tr><td>c</table>d", "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>"
         "</tbody></table>d"),
        ("<table><tr><td></div>a</table>", "<table><tbody><tr><td>a</td></tr></tbody></table>"),
        ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
        ("<b><i>a</b>b</i>", "<b><i>a</i></b>b"),
        ("</p></div>a", "a"),
        ("<h1>a</h1><section><h2>b</h2></section>", "<h2>a</h2><div><h2>b</h2></div>"),
        ("a &lt;script&gt; &amp; &eacute;", "a &lt;script&gt; &amp; é"),
        ("<p>a<!-- <p>b --> c", "<p>a c</p>"),
        ("<p>a<!-- b", "<p>a</p>"),
        ("<p>a<?php x ?><![CDATA[b]]><!x>c", "<p>ac</p>"),
        ("<p>1 < 2", "<p>1 &lt; 2</p>"),
        ("<p>a<svg><p>b</svg>c", "<p>ac</p>"),
        ("<p>a<svg/>c", "<p>ac</p>"),
        ("<p>a<iframe src=x><p>b</iframe>c<template><b>d</template>", "<p>ac</p>"),
        ("<a href=x>a<a href='https://example.org/'>b</a>",
         '<a rel="noopener noreferrer">a</a><a href="https://example.org/" rel="noopener noreferrer">b</a>'),
        ("<a href='javascript:x()'>a</a>", '<a rel="noopener noreferrer">a</a>'),
        ("<td colspan='\"><script>x()</script>'>a", "a"),
    ],
)  # fmt: skip
def test_only_the_words_and_their_structure_are_kept(page: str, wanted: str) -> None:
    assert html_of(page) == wanted


def test_the_title_is_found_and_pictures_are_told() -> None:
    draft = read_page(b"<title>A\n title &amp; more</title><p>a<img src=x onerror=y()>")

    assert draft.title == "A\n title & more"
    assert draft.html == "<p>a</p>"
    assert draft.warnings == ("Pictures were left out.",)


@pytest.mark.parametrize("tag", ["div", "b", "ul", "blockquote", "span", "table"])
def test_deep_nesting_is_refused(tag: str) -> None:
    with pytest.raises(Invalid, match="nested too deeply"):
        read_page(f"<{tag}>".encode() * 50_000)


@pytest.mark.parametrize(
    "piece", ["<!--", "<!", "<?", "</", "<p ", '<p a="', '<a href="', "<![", "&", "<script>", "</p"]
)
@pytest.mark.parametrize("end", ["", ">", "-->"])
def test_unfinished_pieces_cost_no_more_than_their_length(piece: str, end: str) -> None:
    draft = read_page(b"<p>a" + piece.encode() * 50_000 + end.encode())

    check_nesting(draft.html)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Größe".encode(), "Größe"),
        (b"\xef\xbb\xbf<p>Gr\xc3\xb6\xc3\x9fe", "Größe"),
        (b"<meta charset=windows-1251><p>\xcf\xf0\xe8", "При"),
        (b"<meta http-equiv=x content='text/html; charset=KOI8-R'><p>\xf0\xd2\xc9", "При"),
        (b"<meta charset=utf-16><p>a\xc3\xa9", "aé"),
        (b"<meta charset=rot13><p>a", "a"),
        (b"<meta charset=iso-8859-1><p>\x93a\x94", "“a”"),
        ("<p>Größe".encode("utf-16"), "Größe"),
        (b"<p>Gr\xf6\xdfe", "Größe"),
    ],
)
def test_the_encoding_is_that_of_the_mark_the_declaration_or_a_guess(source: bytes, text: str) -> None:
    assert text in read_page(source).html
