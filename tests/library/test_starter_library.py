"""The starter library is whole, well formed and written in one vocabulary."""

import json
import re

import pytest

from portal.core.errors import Invalid
from portal.library.starter_library import TOPICS, _document, starter_documents

AGENCIES = {
    "Local police",
    "Sheriff's office",
    "Federal investigators (FBI, HSI)",
    "State or county prosecutor",
    "U.S. Attorney's Office",
    "Victim-service provider",
    "Child protective services",
    "Labor standards agency",
    "Task force coordinator",
    "Victim-witness coordinator",
}
DOCUMENTS = list(starter_documents())
PROTOCOLS = [template for _, template in DOCUMENTS if template.kind == "protocol"]


def named(templates):
    return pytest.mark.parametrize("template", templates, ids=lambda template: template.id)


def test_each_document_comes_with_its_filing():
    filings = [(document["compartment"], document["marking"]) for document, _ in DOCUMENTS]

    assert all(document["dated"] for document, _ in DOCUMENTS)
    assert {compartment for compartment, _ in filings} <= {"All task forces", "Law enforcement only"}
    assert all(compartment == "Law enforcement only" for compartment, marking in filings if marking == "les")


def test_no_two_documents_share_an_id_or_the_id_of_a_clause():
    ids = [template.id for _, template in DOCUMENTS]
    clauses = [clause.id for _, template in DOCUMENTS for clause in template.clauses]

    assert len(set(ids)) == len(ids)
    assert len(set(clauses)) == len(clauses)


@named([template for _, template in DOCUMENTS])
def test_topics_are_from_the_vocabulary_and_sources_are_official(template):
    hosts = {re.sub(r"https://([^/]+).*", r"\1", source.url) for source in template.sources}

    assert set(template.topics) <= TOPICS
    assert template.sources
    assert all(host.endswith((".gov", ".mil")) for host in hosts)


@named(PROTOCOLS)
def test_a_protocol_has_enough_of_each_part_to_be_used(template):
    assert 12 <= len(template.clauses) <= 22
    assert 8 <= len(template.blanks) <= 16
    assert 4 <= len(template.sources) <= 10
    assert 8 <= len(template.roles.functions) <= 14
    assert 6 <= len(template.roles.agencies) <= 10


@named(PROTOCOLS)
def test_each_function_of_a_protocol_has_one_lead_and_each_agency_a_part(template):
    agencies = {agency for row in template.roles.functions for agency, _ in row.assignments}

    assert set(template.roles.agencies) <= AGENCIES
    assert agencies == set(template.roles.agencies)
    for row in template.roles.functions:
        assert [part for _, part in row.assignments].count("lead") == 1


def test_a_blank_has_one_label_and_one_type_in_all_protocols():
    known = {}

    for template in PROTOCOLS:
        for blank in template.blanks:
            known.setdefault(blank.id, set()).add((blank.label, blank.type))
    labels = [label for meanings in known.values() for label, _ in meanings]

    assert [name for name, meanings in known.items() if len(meanings) > 1] == []
    assert len(set(labels)) == len(labels)


def test_a_function_has_the_same_lead_in_all_role_tables():
    leads = {}

    for template in PROTOCOLS:
        for row in template.roles.functions:
            leads.setdefault(row.function, set()).update(
                agency for agency, part in row.assignments if part == "lead"
            )

    assert [function for function, agencies in leads.items() if len(agencies) > 1] == []


def test_a_protocol_refers_to_another_by_a_title_that_exists():
    titles = {template.title for _, template in DOCUMENTS}

    named_titles = {
        title
        for _, template in DOCUMENTS
        for clause in template.clauses
        for title in re.findall(r'\bprotocol "([^"]+)"', clause.text)
    }

    assert named_titles
    assert named_titles <= titles


def test_a_damaged_document_is_refused_by_its_name():
    with pytest.raises(Invalid, match=r"broken\.json is not JSON"):
        _document("broken.json", "{")
    with pytest.raises(Invalid, match=r"other\.json: The template lacks"):
        _document("other.json", "{}")


def test_a_document_without_filing_is_refused():
    _, template = DOCUMENTS[0]

    with pytest.raises(Invalid, match=r"bare\.json must name its marking"):
        _document("bare.json", json.dumps(template.as_payload()))
