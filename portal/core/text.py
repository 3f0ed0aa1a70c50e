"""The only home of the sanitiser: what people wrote becomes safe HTML or plain text here."""

import re
import unicodedata
from html.parser import HTMLParser

import bleach.linkifier
import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from portal.core.errors import Invalid, TooLarge

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt", "em", "h2", "h3", "h4",
    "h5", "h6", "hr", "i", "ins", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {
    # Without this entry the sanitiser would allow titles everywhere too.
    "*": {"lang"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
BLOCKS = TAGS - {"a", "abbr", "b", "code", "del", "em", "i", "ins", "s", "span", "strong", "sub", "sup", "u"}
# Control characters but tab, line feed and carriage return; and code points that cannot be written as UTF-8.
UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

LONGEST_LINKED = 20_000

_linker = bleach.linkifier.Linker(parse_email=False)
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def _keep_attribute(_tag: str, name: str, value: str) -> str | None:
    """nh3 checks the scheme; links without one (``//host``, relative paths) go too: they leave or misuse the site."""
    if name == "href" and not re.match(r"(?i)(https?://|mailto:|tel:|#)", value.strip()):
        return None
    return value


def clean_html(html: str) -> str:
    """``html`` reduced to the allowed elements and attributes; the last step before it is stored and shown."""
    return nh3.clean(
        UNUSABLE.sub("", html),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        attribute_filter=_keep_attribute,
        link_rel="noopener noreferrer",
    )


def html_from_markdown(source: str) -> str:
    """Safe HTML of CommonMark text (with tables); HTML inside the text is shown as text."""
    html = _markdown.render(UNUSABLE.sub("", source))
    return clean_html(re.sub(r"(</?)h1\b", r"\1h2", html))


def html_from_plain(source: str) -> str:
    """Safe HTML of plain text: a paragraph for each block between empty lines, addresses of pages made links."""
    blocks = [b.strip() for b in re.split(r"\n\s*\n", UNUSABLE.sub("", source.replace("\r\n", "\n")))]
    return clean_html("".join(f"<p>{_linkified(block)}</p>" for block in blocks if block))


def _linkified(block: str) -> str:
    html = str(escape(block)).replace("\n", "<br>")
    # The linker's time grows with the square of some texts, so it sees only what may hold an address.
    if "://" not in block or len(block) > LONGEST_LINKED:
        return html
    return _linker.linkify(html)


def shown(html: str) -> Markup:
    """``html`` sanitised once more, as the last step before a page carries it."""
    return Markup(clean_html(html))  # noqa: S704 - clean_html is the sanitiser itself


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._break(tag)

    def _break(self, tag: str) -> None:
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def text_of(html: str) -> str:
    """The words of sanitised ``html``, a line for each block."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def line(value: str, *, field: str, limit: int = 200) -> str:
    """One line of text, kept exactly but for spaces at its ends; ``Invalid`` names the field and says what to do."""
    value = value.strip()
    if not value:
        raise Invalid("Some answers are missing.", {field: "Fill this in."})
    if UNUSABLE.search(value) or len(value.splitlines()) > 1:
        message = "Remove line breaks and control characters; this must be one line of text."
        raise Invalid("Some answers cannot be used.", {field: message})
    if len(value) > limit:
        raise TooLarge("Some answers are too long.", {field: f"Shorten this to {limit} characters or fewer."})
    return value


def skeleton(name: str) -> str:
    """A form under which look-alike names collide: compatibility-folded, case-folded, marks and spacing dropped."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    kept = (c for c in folded if unicodedata.category(c)[0] in "LN")
    return "".join(kept)
