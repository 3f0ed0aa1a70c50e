"""Web pages: the words of the body, in well-formed HTML of few elements."""

import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser

from portal.core.errors import Invalid, TooLarge
from portal.core.text import ATTRIBUTES, BLOCKS, TAGS
from portal.extraction import sentences
from portal.extraction.draft import VOID, Draft
from portal.extraction.encoding import decoded_page
from portal.extraction.limits import MAX_HTML_DEPTH, MAX_HTML_ELEMENTS

DROPPED = frozenset({
    "applet", "audio", "canvas", "iframe", "math", "noembed", "noframes", "object", "script", "select",
    "style", "svg", "template", "title", "video", "xmp",
})  # fmt: skip
RENAMED = {
    "h1": "h2", "header": "div", "main": "div", "article": "div", "section": "div", "nav": "div", "aside":
    "div", "footer": "div", "figure": "div", "figcaption": "p", "address": "div", "center": "div", "form":
    "div", "fieldset": "div", "details": "div", "summary": "p", "legend": "p", "strike": "s", "tt": "code",
    "kbd": "code", "samp": "code", "dir": "ul", "menu": "ul",
}  # fmt: skip
PICTURES = frozenset({"img", "picture", "svg", "canvas", "video"})
# A new one of the first set ends an open one, unless an element of the second set stands between.
ENDS = {
    "li": ({"li"}, {"ul", "ol"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "td": ({"td", "th"}, {"tr", "table"}),
    "th": ({"td", "th"}, {"tr", "table"}),
    "tr": ({"tr"}, {"table"}),
    "thead": ({"thead", "tbody", "tfoot"}, {"table"}),
    "tbody": ({"thead", "tbody", "tfoot"}, {"table"}),
    "tfoot": ({"thead", "tbody", "tfoot"}, {"table"}),
    "a": ({"a"}, {"td", "th"}),
}
DECLARATION = re.compile(r"<[!?][^>]*>")
CELLS = frozenset({"td", "th"})
TABLE_PARTS = frozenset({"td", "th", "tr", "thead", "tbody", "tfoot", "table"})


def read_page(source: bytes) -> Draft:
    """The body of a web page, without scripts, styles and pictures."""
    text, warnings = decoded_page(source)
    reader = _Page()
    reader.feed(_complete_tags(text))
    reader.close()
    if reader.pictures:
        warnings = (*warnings, sentences.PICTURES_LEFT_OUT)
    return Draft(reader.html(), "".join(reader.title), warnings, reader.pictures)


def _complete_tags(text: str) -> str:
    """``text`` without comments and declarations, and without ``<`` behind the last ``>``.

    The parser searches to the end of the page for the end of each tag, so thousands of unfinished ones would cost
    minutes; after this, every search ends at the next ``>``.
    """
    text = "".join(_between_comments(text))
    finished, end, rest = text.rpartition(">")
    return DECLARATION.sub("", finished + end) + rest.replace("<", "&lt;")


def _between_comments(text: str) -> Iterator[str]:
    reached = 0
    while (start := text.find("<!--", reached)) >= 0:
        yield text[reached:start]
        end = text.find("-->", start + 2)
        if end < 0:
            # Browsers take an open comment to the end of the page.
            return
        reached = end + 3
    yield text[reached:]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self.pictures = False
        self._parts: list[str] = []
        self._open: list[str] = []
        self._elements = 0
        self._dropping = ""
        self._dropping_depth = 0

    def html(self) -> str:
        """What was kept, every element closed."""
        self._close_to(0)
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.pictures = self.pictures or tag in PICTURES
        if self._dropping:
            self._dropping_depth += tag == self._dropping
            return
        if tag in DROPPED:
            self._dropping, self._dropping_depth = tag, 1
            return
        kept = RENAMED.get(tag, tag)
        if kept in TAGS:
            self._start(kept, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in DROPPED and tag == self._dropping:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._dropping:
            self._dropping_depth -= tag == self._dropping
            if not self._dropping_depth:
                self._dropping = ""
            return
        self._end(RENAMED.get(tag, tag))

    def handle_data(self, data: str) -> None:
        if self._dropping == "title":
            self.title.append(data)
        elif not self._dropping:
            self._parts.append(escape(data, quote=False))

    def _start(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_implied(tag)
        allowed = ATTRIBUTES.get(tag, set())
        written = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs if name in allowed)
        self._parts.append(f"<{tag}{written}>")
        if tag in VOID:
            return
        self._open.append(tag)
        self._elements += 1
        if self._elements > MAX_HTML_ELEMENTS:
            raise TooLarge(sentences.TOO_MUCH_TEXT)
        if len(self._open) > MAX_HTML_DEPTH:
            raise Invalid(sentences.TOO_DEEP)

    def _end_implied(self, tag: str) -> None:
        """Close what the new element ends without saying so, as browsers do."""
        ended, barrier = ENDS.get(tag, (set(), set()))
        self._close_nearest(ended, barrier)
        if tag in BLOCKS and tag != "br":
            self._close_nearest({"p"}, BLOCKS)

    def _close_nearest(self, ended: set[str], barrier: set[str]) -> None:
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place] in ended:
                self._close_to(place)
                return
            if self._open[place] in barrier:
                return

    def _end(self, tag: str) -> None:
        barrier = set() if tag in TABLE_PARTS else set(CELLS)
        self._close_nearest({tag}, barrier - {tag})

    def _close_to(self, place: int) -> None:
        while len(self._open) > place:
            self._parts.append(f"</{self._open.pop()}>")
