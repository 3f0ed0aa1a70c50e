"""A template is read exactly or refused with a sentence that names the place."""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Invalid, TooLarge
from portal.core.text import clean_html
from portal.library.template import (
    AUDIENCES,
    BLANK_TYPES,
    PARTS,
    Blank,
    Clause,
    Template,
    clause_html,
    parse_template,
    template_text,
)

STARTER = sorted((Path(__file__).parents[2] / "portal" / "library" / "starter").glob("*.json"))
GOOD = {
    "id": "night-shift",
    "kind": "protocol",
    "title": "Night shift",
    "topics": ["first response"],
    "purpose": "Says who is called at night.",
    "blanks": [
        {"id": "on-call", "label": "Advocate <on> call", "type": "phone", "help": ""},
        {
            "id": "room",
            "label": "Room",
            "type": "choice",
            "help": "Where to wait.",
            "choices": ["North", "South"],
        },
    ],
    "clauses": [
        {
            "id": "ns-010",
            "heading": "Call",
            "text": "Call {{on-call}}.\n\n- wait in {{room}}",
            "applies_to": [],
        },
        {"id": "ns-020", "heading": "Children", "text": "Call *both*.", "applies_to": ["minor"]},
    ],
    "roles": {
        "agencies": ["Local police", "Victim-service provider"],
        "functions": [{"function": "Answer", "assignments": {"Victim-service provider": "lead"}}],
    },
    "sources": [{"title": "22 U.S.C. 7102", "what": "Definitions", "url": "https://uscode.house.gov/x"}],
}


def changed(*path, to):
    data = copy.deepcopy(GOOD)
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return data


BAD = [
    (changed("colour", to="red"), "The template has a field"),
    (changed("id", to="Night Shift"), "The template's id"),
    (changed("kind", to="training"), "The template's kind"),
    (changed("title", to="a\nb"), "The template's title"),
    (changed("title", to=" a"), "The template's title"),
    (changed("title", to="a\x00b"), "The template's title"),
    (changed("title", to=7), "The template's title"),
    (changed("title", to="Call {{on-call}}"), "The template's title holds double braces"),
    (changed("topics", to=[]), "The topics must hold 1 to 4"),
    (changed("topics", to=["a", "b", "c", "d", "e"]), "The topics must hold 1 to 4"),
    (changed("topics", to=["Media"]), "Topic 1 must be in lower case"),
    (changed("topics", to=["media", "media"]), "The topics must differ"),
    (changed("topics", to="media"), "The topics must be a list"),
    (changed("purpose", to=" "), "The purpose"),
    (changed("marking", to="secret"), "The marking"),
    (changed("compartment", to=""), "The compartment"),
    (changed("dated", to="2026-13-45"), "The date"),
    (changed("blanks", 0, to="x"), "Blank 1 must be a set"),
    (changed("blanks", 0, "type", to="colour"), "Blank 1, type"),
    (changed("blanks", 0, "type", to="choice"), "Blank 1 must have choices"),
    (changed("blanks", 1, "type", to="text"), "Blank 2 must have choices"),
    (changed("blanks", 1, "choices", to=["North"]), "Blank 2 must offer at least two"),
    (changed("blanks", 1, "choices", to=["North", "North"]), "Blank 2, choices must differ"),
    (changed("blanks", 1, "id", to="on-call"), "The ids of the blanks must differ"),
    (changed("clauses", to=[]), "The clauses must hold 1 to"),
    (changed("clauses", 0, to={"id": "ns-010"}), "Clause 1 lacks the field heading"),
    (changed("clauses", 1, "id", to="ns-010"), "The ids of the clauses must differ"),
    (changed("clauses", 1, "text", to="Call {{nobody}}."), "Clause 2, text names a blank"),
    (changed("clauses", 1, "text", to="Call {{ on-call }}."), "Clause 2, text: double braces"),
    (changed("clauses", 0, "text", to="Call {{on-call}}."), "Blank 2 is defined"),
    (changed("clauses", 1, "applies_to", to=["elder"]), "Clause 2, applies_to 1"),
    (changed("clauses", 1, "applies_to", to=["minor", "minor"]), "Clause 2, applies_to must differ"),
    (changed("roles", "agencies", to=["Local police"]), "Function 1 gives a part"),
    (changed("roles", "agencies", to=["Local police"] * 2), "The agencies of the role table"),
    (changed("roles", "functions", 0, "assignments", to=["lead"]), "Function 1, assignments"),
    (changed("roles", "functions", 0, "assignments", to={"Local police": "boss"}), "Function 1, part 1"),
    (
        changed(
            "roles",
            "functions",
            0,
            "assignments",
            to={"Local police": "lead", "Victim-service provider": "lead"},
        ),
        "Function 1 has more than one lead",
    ),
    (changed("sources", 0, "url", to="javascript:alert(1)"), "Source 1, url"),
    (changed("sources", 0, "url", to="https://a b"), "Source 1, url"),
]


@pytest.mark.parametrize(("data", "place"), BAD, ids=range(len(BAD)))
def test_a_fault_is_refused_with_a_sentence_that_names_the_place(data, place):
    with pytest.raises(Invalid) as caught:
        parse_template(data)

    assert str(caught.value).startswith(place)
    assert str(caught.value).endswith(".")


def test_what_is_not_a_mapping_is_refused():
    with pytest.raises(Invalid, match="The template must be a set of named fields"):
        parse_template([GOOD])


def test_text_over_the_limit_is_too_large():
    data = changed("clauses", 1, "text", to="x" * 6001)

    with pytest.raises(TooLarge, match="Clause 2, text is longer than 6000"):
        parse_template(data)


def test_an_error_holds_nothing_of_what_was_written():
    data = changed("clauses", 1, "heading", to="canaryword\n")

    with pytest.raises(Invalid) as caught:
        parse_template(data)

    assert "canaryword" not in str(caught.value)


def test_filing_fields_are_accepted_and_not_kept():
    data = {**GOOD, "marking": "les", "compartment": "Law enforcement only", "dated": "2026-09-01"}

    template = parse_template(data)

    assert template == parse_template(GOOD)
    assert not {"marking", "compartment", "dated"} & template.as_payload().keys()


def test_a_payload_with_the_fields_of_an_item_gives_the_template_back():
    template = parse_template(GOOD)
    payload = {**template.as_payload(), "agency": "Sheriff", "body": "<p>x</p>"}

    again = Template.from_payload(payload)

    assert again == template


def test_a_payload_survives_json():
    template = parse_template(GOOD)

    again = parse_template(json.loads(json.dumps(template.as_payload())))

    assert again == template
    assert again.as_payload() == GOOD


def test_the_part_of_an_agency_is_read_from_the_role_table():
    row = parse_template(GOOD).roles.functions[0]

    assert row.part_of("Victim-service provider") == "lead"
    assert row.part_of("Local police") == ""


def test_a_blank_reads_as_its_underlined_label_in_brackets():
    template = parse_template(GOOD)

    html = clause_html(template.clauses[0], template.blanks)

    assert "<p>Call <u>[Advocate &lt;on&gt; call]</u>.</p>" in html
    assert "<li>wait in <u>[Room]</u></li>" in html


def test_a_label_is_never_read_as_markdown_or_as_html():
    clause = Clause(id="c", heading="C", text="See {{b}}(tomorrow) and `{{b}}`.")
    blank = Blank(id="b", label="**bold** <img src=x onerror=alert(1)>", type="text")

    html = clause_html(clause, [blank])

    assert "<img" not in html
    assert "<strong>" not in html
    assert html.count("**bold**") == 2
    assert html == clean_html(html)


def test_the_words_of_every_part_are_in_the_text():
    text = template_text(parse_template(GOOD))

    for words in (
        "Night shift",
        "who is called",
        "Call both.",
        "Advocate <on> call",
        "Answer",
        "Definitions",
    ):
        assert words in text


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="{}"), min_size=1
)
LINES = WORDS.map(str.strip).filter(bool).map(lambda text: text[:60].strip())
SLUGS = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)
AGENCIES = ["Local police", "Sheriff's office", "Task force coordinator"]


@st.composite
def blanks(draw, name):
    kind = draw(st.sampled_from(BLANK_TYPES))
    blank = {"id": name, "label": draw(LINES), "type": kind, "help": draw(st.just("") | LINES)}
    if kind == "choice":
        blank["choices"] = draw(st.lists(LINES, min_size=2, max_size=4, unique=True))
    return blank


@st.composite
def templates(draw):
    names = draw(st.lists(SLUGS, max_size=4, unique=True))
    ids = draw(st.lists(SLUGS, min_size=1, max_size=4, unique=True))
    texts = [draw(LINES) + "\n\n" + " ".join(f"{{{{{name}}}}}" for name in names) for _ in ids]
    audiences = st.lists(st.sampled_from(AUDIENCES), unique=True)
    assignments = st.dictionaries(st.sampled_from(AGENCIES), st.sampled_from(PARTS[1:]))
    return {
        **GOOD,
        "title": draw(LINES),
        "blanks": [draw(blanks(name)) for name in names],
        "clauses": [
            {"id": name, "heading": draw(LINES), "text": text, "applies_to": draw(audiences)}
            for name, text in zip(ids, texts, strict=True)
        ],
        "roles": {
            "agencies": AGENCIES,
            "functions": [
                {"function": function, "assignments": draw(assignments)}
                for function in draw(st.lists(LINES, max_size=3, unique=True))
            ],
        },
    }


@given(templates())
def test_reading_a_payload_gives_the_same_template_and_safe_html(data):
    template = parse_template(data)

    again = parse_template(template.as_payload())

    assert again == template
    assert again.as_payload() == data
    for clause in template.clauses:
        html = clause_html(clause, template.blanks)
        assert html == clean_html(html)
        assert "{{" not in html


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner)))
def test_any_value_in_any_place_is_read_or_refused_in_words(value):
    for name in GOOD:
        try:
            parse_template({**GOOD, name: value})
        except Invalid as error:
            assert str(error).endswith(".")


@pytest.mark.parametrize("path", STARTER, ids=lambda path: path.stem)
def test_every_file_of_the_starter_library_parses(path):
    document = json.loads(path.read_text(encoding="utf-8"))

    template = parse_template(document)

    assert template.id == path.stem
