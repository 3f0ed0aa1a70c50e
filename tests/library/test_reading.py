"""How a document is laid out: contents that lead somewhere, facts, clauses."""

import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from portal.content.models import Kind, Marking
from portal.content.values import Card, Document
from portal.core.text import clean_html
from portal.library.reading import LONGEST_CONTENTS, page_of
from portal.library.starter_library import starter_documents


def document(body: str = "", **payload: Any) -> Document:
    card = Card(
        item_id=uuid4(),
        kind=Kind.REFERENCE,
        marking=Marking.NONE,
        compartment_id=uuid4(),
        title="Title",
        topics=(),
        agency="Bureau",
        task_force="",
        dated=date(2026, 1, 1),
        version=1,
        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return Document(card=card, payload={"title": "Title", "body": body, **payload})


def test_every_heading_has_an_anchor_of_its_own_and_a_line_in_the_contents() -> None:
    page = page_of(
        document("<h2>One</h2><p>a</p><h3>One</h3><h2>Two <em>bold</em> &amp; <a href='#x'>linked</a></h2>")
    )

    assert [section.heading for section in page.sections] == ["One", "One", "Two bold & linked"]
    anchors = [section.anchor for section in page.sections]
    assert re.findall(r'id="([^"]+)"', page.body) == anchors == ["part-1", "part-2", "part-3"]
    assert "<em>bold</em>" in page.body


@pytest.mark.parametrize("body", ["<h2>Title</h2><p>a</p>", " <h2><em>Title</em></h2><p>a</p>"])
def test_a_first_heading_that_repeats_the_title_is_left_out(body: str) -> None:
    page = page_of(document(body))

    assert page.sections == ()
    assert page.body == "<p>a</p>"


@pytest.mark.parametrize("body", ["<h2>Title two</h2>", "<p>a</p><h2>Title</h2>"])
def test_any_other_heading_stays(body: str) -> None:
    page = page_of(document(body))

    assert len(page.sections) == 1
    assert "<h2" in page.body


def test_a_heading_in_another_language_is_in_the_contents_too() -> None:
    page = page_of(document('<h2 lang="es">Señales</h2>'))

    assert page.sections[0].heading == "Señales"
    assert page.body == '<h2 id="part-1" lang="es">Señales</h2>'


def test_ids_of_the_document_itself_cannot_stand_in_for_ours() -> None:
    page = page_of(
        document('<h2 id="history">A</h2><p id="part-1" class="usa-alert">b</p><a name="manage">c</a>')
    )

    assert re.findall(r'(?:id|name|class)="[^"]*"', page.body) == ['id="part-1"']


@pytest.mark.parametrize("body", ["", "<p>no headings</p>", "<h2></h2>", "<h2> </h2><h4>deep</h4>"])
def test_a_body_without_headings_has_no_contents(body: str) -> None:
    assert page_of(document(body)).sections == ()


def test_contents_end_where_nobody_would_read_on() -> None:
    page = page_of(document("".join(f"<h2>Part {number}</h2>" for number in range(500))))

    assert len(page.sections) == LONGEST_CONTENTS
    assert page.body.count("<h2") == 500


@pytest.mark.parametrize(
    "body",
    [
        "<h2>a<script>alert(1)</script></h2>",
        '<h2><img src=x onerror="alert(1)">a</h2>',
        "<h2>&lt;img src=x onerror=alert(1)&gt;</h2>",
        "<h2>a</h3><h2 lang='\"><script>alert(1)</script>'>b</h2>",
    ],
)
def test_markup_in_a_heading_runs_neither_in_the_text_nor_in_the_contents(body: str) -> None:
    page = page_of(document(body))

    without_ids = re.sub(r' id="part-\d+"', "", page.body)
    assert clean_html(without_ids) == without_ids
    assert "<script" not in page.body and "<img" not in page.body
    assert all(
        isinstance(section.heading, str) and not hasattr(section.heading, "__html__")
        for section in page.sections
    )


def test_only_the_facts_that_are_known_are_told_and_in_order() -> None:
    page = page_of(
        document(url="https://gao.gov", agency="GAO", source="", licence="Public domain", context=["x"])
    )

    assert page.facts == (
        ("Published by", "GAO"),
        ("Address", "https://gao.gov"),
        ("Licence", "Public domain"),
    )


def test_every_starter_document_is_laid_out_as_clauses_with_their_permanent_ids() -> None:
    for _, template in starter_documents():
        page = page_of(document(**template.as_payload()))

        assert page.is_template and page.body == ""
        assert [section.clause_id for section in page.sections] == [clause.id for clause in template.clauses]
        assert len({section.anchor for section in page.sections}) == len(page.sections)
        assert all(
            "{{" not in section.html and clean_html(section.html) == section.html for section in page.sections
        )
