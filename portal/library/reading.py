"""How a document is laid out for reading: contents, clauses or body, role table. Plain values in and out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from portal.content.values import Document
from portal.core.text import shown, text_of
from portal.library.template import RoleTable, Source, Template, clause_html

HEADING = re.compile(r"<h([23])( [^<>]*)?>(.*?)</h\1>", re.DOTALL)
APPLIES = {
    "adult": "adult victims",
    "minor": "minors",
    "us-victim": "U.S. victims",
    "foreign-national-victim": "foreign-national victims",
}
FACTS = (
    ("agency", "Published by"),
    ("publication", "Publication"),
    ("date", "Date as given"),
    ("citation", "Citation"),
    ("source", "Source"),
    ("url", "Address"),
    ("licence", "Licence"),
    ("note", "Note"),
)
LONGEST_CONTENTS = 60
EMPTY = Markup()


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the contents, and for a protocol the clause under it."""

    anchor: str
    heading: str
    html: Markup = EMPTY
    applies_to: tuple[str, ...] = ()
    clause_id: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A document ready for its template: either clauses or one body."""

    sections: tuple[Section, ...]
    body: Markup
    is_template: bool
    blanks: tuple[tuple[str, str, str], ...]
    roles: RoleTable
    sources: tuple[Source, ...]
    facts: tuple[tuple[str, str], ...]


def page_of(document: Document) -> Page:
    """The layout of an opened document, whatever kind it is."""
    payload = document.payload
    if "clauses" in payload:
        return _template_page(Template.from_payload(payload))
    body, sections = _with_anchors(_without_title(payload["body"], document.card.title))
    return Page(tuple(sections), body, False, (), RoleTable(), (), _facts(payload))


def _template_page(template: Template) -> Page:
    sections = tuple(
        Section(
            anchor=f"clause-{clause.id}",
            heading=clause.heading,
            html=shown(clause_html(clause, template.blanks)),
            applies_to=tuple(APPLIES[audience] for audience in clause.applies_to),
            clause_id=clause.id,
        )
        for clause in template.clauses
    )
    blanks = tuple((blank.label, blank.type, blank.help) for blank in template.blanks)
    return Page(sections, Markup(), True, blanks, template.roles, template.sources, ())


def _without_title(html: str, title: str) -> str:
    """The body without a first heading that only repeats the title, which the page shows above it."""
    first = HEADING.match(html.lstrip())
    if first is None or text_of(first[3]) != title:
        return html
    return html.lstrip()[first.end() :]


def _with_anchors(html: str) -> tuple[Markup, list[Section]]:
    """The body with an id on each of its headings, numbered in order, and the contents that link to them."""
    sections: list[Section] = []

    def anchored(match: re.Match[str]) -> str:
        heading = text_of(match[3])
        if not heading or len(sections) >= LONGEST_CONTENTS:
            return match[0]
        anchor = f"part-{len(sections) + 1}"
        sections.append(Section(anchor, heading))
        return f'<h{match[1]} id="{anchor}"{match[2] or ""}>{match[3]}</h{match[1]}>'

    # The sanitiser has had the last word on the text; the ids are ours and carry none of it.
    body = HEADING.sub(anchored, str(shown(html)))
    return Markup(body), sections  # noqa: S704 - sanitised in the line above


def _facts(payload: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((label, str(payload[name])) for name, label in FACTS if payload.get(name))
