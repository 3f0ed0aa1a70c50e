"""The rules of a template (a protocol with blanks, or a reference): parts, check, words and HTML."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from markupsafe import escape

from portal.core.errors import Invalid
from portal.core.text import clean_html, html_from_markdown, text_of
from portal.library.template_fields import (
    BRACES,
    choice_in,
    date_in,
    distinct,
    fields_of,
    line_in,
    listing,
    slug_in,
    text_in,
    url_in,
)

KINDS = ("protocol", "reference")
MARKINGS = ("none", "sensitive", "les")
BLANK_TYPES = ("agency", "position", "phone", "text", "choice", "date", "number")
AUDIENCES = ("adult", "minor", "us-victim", "foreign-national-victim")
PARTS = ("lead", "supports", "informed")
FIELDS = ("id", "kind", "title", "topics", "purpose", "blanks", "clauses", "roles", "sources")
# Where a document is filed belongs to the item, not to the template: checked when present, not kept.
FILING = ("marking", "compartment", "dated")
BLANK = re.compile(r"\{\{([a-z0-9]+(?:-[a-z0-9]+)*)\}\}")


@dataclass(frozen=True)
class Blank:
    """A place to fill in; only the type ``choice`` has choices."""

    id: str
    label: str
    type: str
    help: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clause:
    """One numbered rule in Markdown; an empty ``applies_to`` means that it always applies."""

    id: str
    heading: str
    text: str
    applies_to: tuple[str, ...] = ()

    def blank_ids(self) -> tuple[str, ...]:
        """Ids of the blanks in the text, in order of appearance."""
        return tuple(BLANK.findall(self.text))


@dataclass(frozen=True)
class RoleFunction:
    """One row of the role table: pairs of an agency and its part."""

    function: str
    assignments: tuple[tuple[str, str], ...] = ()

    def part_of(self, agency: str) -> str:
        """lead, supports, informed, or empty where the agency has no part."""
        return dict(self.assignments).get(agency, "")


@dataclass(frozen=True)
class RoleTable:
    """Functions by agencies."""

    agencies: tuple[str, ...] = ()
    functions: tuple[RoleFunction, ...] = ()


@dataclass(frozen=True)
class Source:
    """An official text that a template rests on, and what it provides."""

    title: str
    what: str
    url: str


@dataclass(frozen=True)
class Template:
    """A whole template, as checked by ``parse_template``."""

    id: str
    kind: str
    title: str
    topics: tuple[str, ...]
    purpose: str
    blanks: tuple[Blank, ...]
    clauses: tuple[Clause, ...]
    roles: RoleTable
    sources: tuple[Source, ...]

    def as_payload(self) -> dict[str, Any]:
        """Plain lists and mappings for a sealed payload; ``from_payload`` gives the same template back."""
        return {
            **{name: getattr(self, name) for name in ("id", "kind", "title", "purpose")},
            "topics": list(self.topics),
            "blanks": [_blank_payload(blank) for blank in self.blanks],
            "clauses": [{**asdict(clause), "applies_to": list(clause.applies_to)} for clause in self.clauses],
            "roles": {
                "agencies": list(self.roles.agencies),
                "functions": [
                    {"function": row.function, "assignments": dict(row.assignments)}
                    for row in self.roles.functions
                ],
            },
            "sources": [asdict(source) for source in self.sources],
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "Template":
        """The template in a payload that may hold an item's other fields too."""
        return parse_template({name: payload[name] for name in FIELDS if name in payload})


def _blank_payload(blank: Blank) -> dict[str, Any]:
    plain = {"id": blank.id, "label": blank.label, "type": blank.type, "help": blank.help}
    return {**plain, "choices": list(blank.choices)} if blank.type == "choice" else plain


def parse_template(data: Mapping[str, Any]) -> Template:
    """The template that ``data`` describes, or ``Invalid`` with a sentence that names the place."""
    fields = fields_of(data, "The template", FIELDS, FILING)
    _check_filing(fields)
    template = Template(
        id=slug_in(fields["id"], "The template's id"),
        kind=choice_in(fields["kind"], "The template's kind", KINDS),
        title=line_in(fields["title"], "The template's title", 200),
        topics=listing(fields["topics"], "The topics", "Topic", _topic, least=1, most=4),
        purpose=line_in(fields["purpose"], "The purpose", 1000),
        blanks=listing(fields["blanks"], "The blanks", "Blank", _blank, most=60),
        clauses=listing(fields["clauses"], "The clauses", "Clause", _clause, least=1, most=200),
        roles=_roles(fields["roles"]),
        sources=listing(fields["sources"], "The sources", "Source", _source, most=60),
    )
    distinct(template.topics, "The topics")
    distinct([clause.id for clause in template.clauses], "The ids of the clauses")
    _check_blanks(template)
    return template


def _check_filing(fields: Mapping[str, Any]) -> None:
    if "marking" in fields:
        choice_in(fields["marking"], "The marking", MARKINGS)
    if "compartment" in fields:
        line_in(fields["compartment"], "The compartment", 200)
    date_in(fields.get("dated"), "The date")


def _topic(value: object, where: str) -> str:
    topic = line_in(value, where, 60)
    if topic != topic.lower():
        raise Invalid(f"{where} must be in lower case.")
    return topic


def _blank(value: object, where: str) -> Blank:
    fields = fields_of(value, where, ("id", "label", "type", "help"), ("choices",))
    kind = choice_in(fields["type"], f"{where}, type", BLANK_TYPES)
    if (kind == "choice") != ("choices" in fields):
        raise Invalid(f"{where} must have choices if its type is choice, and only then.")
    choices = listing(fields.get("choices", ()), f"{where}, choices", f"{where}, choice", _short, most=20)
    if kind == "choice" and len(choices) < 2:
        raise Invalid(f"{where} must offer at least two choices.")
    distinct(choices, f"{where}, choices")
    return Blank(
        id=slug_in(fields["id"], f"{where}, id"),
        label=line_in(fields["label"], f"{where}, label", 120),
        type=kind,
        help="" if fields["help"] == "" else line_in(fields["help"], f"{where}, help", 300),
        choices=choices,
    )


def _short(value: object, where: str) -> str:
    return line_in(value, where, 120)


def _clause(value: object, where: str) -> Clause:
    fields = fields_of(value, where, ("id", "heading", "text", "applies_to"))
    text = text_in(fields["text"], f"{where}, text", 6000)
    if BRACES.search(BLANK.sub("", text)):
        raise Invalid(f"{where}, text: double braces may only hold the id of a blank.")
    audiences = listing(
        fields["applies_to"], f"{where}, applies_to", f"{where}, applies_to", _audience, most=4
    )
    distinct(audiences, f"{where}, applies_to")
    return Clause(
        id=slug_in(fields["id"], f"{where}, id"),
        heading=line_in(fields["heading"], f"{where}, heading", 160),
        text=text,
        applies_to=audiences,
    )


def _audience(value: object, where: str) -> str:
    return choice_in(value, where, AUDIENCES)


def _roles(value: object) -> RoleTable:
    fields = fields_of(value, "The role table", ("agencies", "functions"))
    agencies = listing(fields["agencies"], "The agencies", "Agency", _short, most=20)
    functions = listing(fields["functions"], "The functions", "Function", _function, most=60)
    distinct(agencies, "The agencies of the role table")
    distinct([row.function for row in functions], "The functions of the role table")
    for number, row in enumerate(functions, 1):
        if not {agency for agency, _ in row.assignments} <= set(agencies):
            raise Invalid(f"Function {number} gives a part to an agency that the role table does not list.")
    return RoleTable(agencies=agencies, functions=functions)


def _function(value: object, where: str) -> RoleFunction:
    fields = fields_of(value, where, ("function", "assignments"))
    given = fields["assignments"]
    if not isinstance(given, Mapping):
        raise Invalid(f"{where}, assignments must be a set of agencies with their parts.")
    pairs = tuple(
        (line_in(agency, f"{where}, agency {number}", 120), choice_in(part, f"{where}, part {number}", PARTS))
        for number, (agency, part) in enumerate(given.items(), 1)
    )
    if [part for _, part in pairs].count("lead") > 1:
        raise Invalid(f"{where} has more than one lead.")
    return RoleFunction(function=line_in(fields["function"], f"{where}, name", 160), assignments=pairs)


def _source(value: object, where: str) -> Source:
    fields = fields_of(value, where, ("title", "what", "url"))
    return Source(
        title=line_in(fields["title"], f"{where}, title", 200),
        what=line_in(fields["what"], f"{where}, what", 500),
        url=url_in(fields["url"], f"{where}, url"),
    )


def _check_blanks(template: Template) -> None:
    defined = [blank.id for blank in template.blanks]
    distinct(defined, "The ids of the blanks")
    used: set[str] = set()
    for number, clause in enumerate(template.clauses, 1):
        used.update(clause.blank_ids())
        if not used <= set(defined):
            raise Invalid(f"Clause {number}, text names a blank that is not defined.")
    for number, name in enumerate(defined, 1):
        if name not in used:
            raise Invalid(f"Blank {number} is defined, but no clause uses it.")


def clause_html(clause: Clause, blanks: Iterable[Blank]) -> str:
    """Safe HTML of a clause's text; a blank reads as its underlined label in brackets."""
    labels = {blank.id: blank.label for blank in blanks}

    def marker(match: re.Match[str]) -> str:
        return f"<u>[{escape(labels[match[1]])}]</u>"

    # Labels go in after Markdown, so that none is read as Markdown; the sanitiser has the last word.
    return clean_html(BLANK.sub(marker, html_from_markdown(clause.text)))


def template_text(template: Template) -> str:
    """All words of a template, a line for each part, for the index."""
    lines = [template.title, template.purpose]
    for clause in template.clauses:
        lines += [clause.heading, text_of(clause_html(clause, template.blanks))]
    lines += [blank.label for blank in template.blanks]
    lines += [row.function for row in template.roles.functions]
    for source in template.sources:
        lines += [source.title, source.what]
    return "\n".join(lines)
