"""Text of strangers: what comes out is safe in a page, and says what it said."""

import re
from urllib.parse import urlsplit

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import text
from portal.core.errors import Invalid, TooLarge

SCHEMES = {"http", "https", "mailto", "tel"}
UNSAFE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<p style='background:url(javascript:x)' class='usa-alert' id='history'>x</p>",
    "<form action='https://evil.example'><input name=csrf_token><button formaction='//x'>x</button></form>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x></object><embed src=x>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=//evil.example'>",
    "<a href=' //evil.example'>x</a><a href='\\\\evil.example'>x</a><a href='/admin/people'>x</a>",
)


def unsafe_parts(html: str) -> list[str]:
    """Every element, attribute and address in ``html`` that a page of ours must not carry."""
    found = []
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        if not isinstance(element.tag, str) or element.tag == "DOCUMENT_FRAGMENT":
            continue
        if element.tag not in text.TAGS:
            found.append(f"<{element.tag}>")
        for name, value in element.attrib.items():
            allowed = text.ATTRIBUTES.get(element.tag, set()) | text.ATTRIBUTES["*"]
            if name not in allowed and (element.tag, name) != ("a", "rel"):
                found.append(f"<{element.tag} {name}>")
            if name == "href" and not value.startswith("#") and urlsplit(value.strip()).scheme not in SCHEMES:
                found.append(value)
    return found


@pytest.mark.parametrize("html", UNSAFE)
def test_nothing_that_runs_or_leaves_the_site_survives(html: str) -> None:
    for way in (text.clean_html, text.html_from_markdown, text.html_from_plain):
        assert unsafe_parts(way(html)) == []


@given(st.text(alphabet="<>/=\"'&;:#()[]`!- \n\tabhijnoprstxvgSCRIPTmathsvg\0\x7f\u202e", max_size=200))
def test_no_text_whatever_becomes_anything_that_runs(source: str) -> None:
    for way in (text.clean_html, text.html_from_markdown, text.html_from_plain):
        assert unsafe_parts(way(source)) == []


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing(source: str) -> None:
    once = text.clean_html(source)

    assert text.clean_html(once) == once


def test_the_check_of_this_file_sees_what_it_is_for() -> None:
    assert unsafe_parts("<p onclick=x>a</p>") == ["<p onclick>"]
    assert unsafe_parts("<script>x</script>") == ["<script>"]
    assert unsafe_parts("<a href='javascript:x'>a</a><a href='//x'>a</a>") == ["javascript:x", "//x"]


def test_html_keeps_what_a_document_is_made_of() -> None:
    html = (
        '<h2>A</h2><ol start="3"><li><strong>b</strong></li></ol><table><tbody><tr><th scope="row" colspan="2">c</th>'
        '<td>d</td></tr></tbody></table><p lang="es">hola</p>'
    )

    assert text.clean_html(html) == html


@pytest.mark.parametrize(
    "href", ["//evil.example", "/library", "x.html", "javascript:x", "", " ", "?q=1", "http:x"]
)
def test_a_link_without_a_scheme_loses_its_address(href: str) -> None:
    assert "href" not in text.clean_html(f'<a href="{href}">x</a>')


@pytest.mark.parametrize(
    "href", ["https://ojp.gov/a?b=1", "HTTP://ojp.gov", "mailto:a@b.example", "tel:+1-888-373-7888"]
)
def test_a_link_to_another_site_stays_and_gives_it_no_hold_on_ours(href: str) -> None:
    html = text.clean_html(f'<a href="{href}" target="_blank">x</a>')

    assert f'href="{href}"' in html
    assert 'rel="noopener noreferrer"' in html
    assert "target" not in html


def test_markdown_shows_html_as_text_and_has_no_second_title() -> None:
    html = text.html_from_markdown("# Title\n\n<b>x</b> **y**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")

    assert "<h2>Title</h2>" in html
    assert "&lt;b&gt;x&lt;/b&gt; <strong>y</strong>" in html
    assert "<td>2</td>" in html


def test_addresses_in_plain_text_become_links_and_nothing_else_does() -> None:
    html = text.html_from_plain("See https://ojp.gov/a.\nand <b>me</b>, javascript:alert(1)\r\n\r\nsecond")

    assert html.count("<a ") == 1
    assert 'href="https://ojp.gov/a"' in html
    assert "&lt;b&gt;me&lt;/b&gt;" in html
    assert html.count("<p>") == 2 and html.count("<br>") == 1


def test_plain_text_that_looks_like_markup_takes_no_longer_than_other_text() -> None:
    hostile = "<" * 20_000 + "&lt;a href=" * 5_000 + "http://" * 5_000

    assert unsafe_parts(text.html_from_plain(hostile)) == []


@pytest.mark.parametrize("mark", ["\u202e", "\u200b", "\u200d", "\ufeff", "e\u0301", "é", "ﬁ", "👩‍🚒", "ى"])
def test_characters_of_every_script_are_kept_exactly(mark: str) -> None:
    assert text.line(f"a{mark}b", field="title") == f"a{mark}b"
    assert f"a{mark}b" in text.html_from_plain(f"a{mark}b")
    assert text.text_of(text.html_from_markdown(f"a{mark}b")) == f"a{mark}b"


@pytest.mark.parametrize("mark", ["\0", "\x08", "\x1b", "\x7f", "\ud800", "\udfff"])
def test_characters_that_no_page_can_carry_are_left_out_of_texts_and_refused_in_lines(mark: str) -> None:
    for way in (text.clean_html, text.html_from_markdown, text.html_from_plain):
        assert text.text_of(way(f"a{mark}b")) == "ab"
        way(f"a{mark}b").encode("utf-8")
    with pytest.raises(Invalid) as caught:
        text.line(f"a{mark}b", field="title")
    assert list(caught.value.fields) == ["title"]


@pytest.mark.parametrize("value", ["", "  ", "\n", "\u00a0"])
def test_an_empty_line_is_refused_and_its_field_named(value: str) -> None:
    with pytest.raises(Invalid) as caught:
        text.line(value, field="title")

    assert caught.value.fields == {"title": "Fill this in."}


@pytest.mark.parametrize("mark", ["\n", "\r", "\r\n", "\u2028", "\u2029", "\x85", "\x0b"])
def test_a_line_is_one_line(mark: str) -> None:
    with pytest.raises(Invalid):
        text.line(f"a{mark}b", field="title")


def test_a_line_is_kept_up_to_its_limit_and_refused_beyond_it() -> None:
    assert text.line("x" * 200, field="title") == "x" * 200
    with pytest.raises(TooLarge, match="too long"):
        text.line("x" * 201, field="title")
    with pytest.raises(TooLarge):
        text.line("x" * 10_000, field="title", limit=300)


@pytest.mark.parametrize(
    "name",
    [
        "houston  police",
        "HOUSTON POLICE",
        "Houston-Police",
        "Houston Police\u200b",
        "\uff28ouston Police",
        "Hóuston Police",
    ],
)
def test_look_alike_names_have_the_same_skeleton(name: str) -> None:
    assert text.skeleton(name) == text.skeleton("Houston Police")


def test_names_that_differ_in_a_letter_or_digit_have_different_skeletons() -> None:
    assert len({text.skeleton(name) for name in ("Unit 1", "Unit 2", "Unit l", "Units 1", "Units")}) == 5


def test_the_words_of_a_document_stand_a_line_for_each_block() -> None:
    html = (
        "<h2>A <em>b</em></h2><ul><li>c<li>d &amp; e</ul><table><tr><td>f</td><td>g</td></tr></table>h<br>i"
    )

    assert text.text_of(html) == "A b\nc\nd & e\nf\ng\nh\ni"


def test_what_is_shown_was_cleaned_and_may_stand_in_a_page() -> None:
    shown = text.shown("<p onclick=x>a<script>b</script></p>")

    assert shown.__html__() == "<p>a</p>"
    assert re.fullmatch(r"<p>a</p>", shown)
