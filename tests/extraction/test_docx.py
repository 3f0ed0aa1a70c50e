"""Word documents as people write them, and as attackers do."""

from io import BytesIO

import pytest

from portal.core.errors import Invalid
from portal.extraction.docx import read_docx
from portal.extraction.draft import finished
from portal.extraction.limits import MAX_XML_ELEMENTS
from portal.extraction.markup import check_xml
from tests.extraction.builders import PIXEL, archive, bare_parts, bare_word, body, paragraph, word


def html_of(source: bytes) -> str:
    return finished(read_docx(source), filename="a.docx", media_type="x").html


def test_headings_lists_tables_and_emphasis_are_kept() -> None:
    def fill(made) -> None:
        made.add_heading("Housing", 0)
        made.add_heading("Safety", 1)
        made.add_heading("At night", 2)
        made.add_paragraph("Call first.", style="List Bullet")
        made.add_paragraph("").add_run("Never alone").bold = True
        table = made.add_table(rows=1, cols=2)
        table.cell(0, 0).text, table.cell(0, 1).text = "Agency", "Telephone"

    html = html_of(word(fill))

    for kept in ("<h2>Housing</h2>", "<h2>Safety</h2>", "<h3>At night</h3>", "<li>Call first.</li>"):
        assert kept in html
    assert "<strong>Never alone</strong>" in html
    assert "<td><p>Agency</p></td><td><p>Telephone</p></td>" in html


def test_headers_and_footers_are_kept_once_and_page_numbers_are_not() -> None:
    def fill(made) -> None:
        made.add_paragraph("The body.")
        made.sections[0].header.paragraphs[0].text = "LAW ENFORCEMENT SENSITIVE"
        made.sections[0].footer.paragraphs[0].text = "Page 1 of 3"
        made.add_section()

    html = html_of(word(fill))

    assert html == "<p>LAW ENFORCEMENT SENSITIVE</p><p>The body.</p>"


def test_the_title_is_the_property_or_the_first_heading() -> None:
    def fill(made) -> None:
        made.add_paragraph("Before.")
        made.add_heading("The heading", 1)

    named = word(lambda made: (fill(made), setattr(made.core_properties, "title", "The property")))

    assert finished(read_docx(named), filename="a.docx", media_type="x").title == "The property"
    assert finished(read_docx(word(fill)), filename="a.docx", media_type="x").title == "The heading"


def test_pictures_are_left_out_with_a_warning() -> None:
    draft = read_docx(word(lambda made: (made.add_paragraph("Words."), made.add_picture(BytesIO(PIXEL)))))

    assert draft.html == "<p>Words.</p>"
    assert draft.warnings == ("Pictures were left out.",)


def test_a_document_of_pictures_only_cannot_be_searched() -> None:
    draft = read_docx(word(lambda made: made.add_picture(BytesIO(PIXEL))))

    assert not finished(draft, filename="a.docx", media_type="x").searchable


def test_files_embedded_in_a_document_are_left_out_with_a_warning() -> None:
    draft = read_docx(bare_word(body(paragraph("a")), **{"word/embeddings/a.xlsx": b"PK"}))

    assert draft.warnings == ("Files embedded in this document were left out.",)


def test_links_inside_the_document_become_text() -> None:
    link = '<w:hyperlink w:anchor="part"><w:r><w:t>see there</w:t></w:r></w:hyperlink>'

    assert html_of(bare_word(body(f"<w:p>{link}</w:p>"))) == "<p>see there</p>"


DOCTYPES = {
    "laughs": "<!DOCTYPE x [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;'>]>",
    "file": "<!DOCTYPE x [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
    "network": "<!DOCTYPE x SYSTEM 'http://example.org/x.dtd'>",
    "parameter": "<!DOCTYPE x [<!ENTITY % p SYSTEM 'http://example.org/x'> %p;]>",
}


@pytest.mark.parametrize("kind", DOCTYPES)
@pytest.mark.parametrize(
    "part", ["word/document.xml", "word/styles.xml", "word/header9.xml", "word/_rels/x.rels"]
)
def test_document_types_and_entities_are_refused_in_every_part(kind: str, part: str) -> None:
    hostile = body(paragraph("a"), before=DOCTYPES[kind])

    with pytest.raises(Invalid, match="instructions that a document does not need"):
        read_docx(archive({**bare_parts(body(paragraph("a"))), part: hostile}))


def test_depth_and_number_of_elements_are_bounded() -> None:
    with pytest.raises(Invalid, match="nested too deeply"):
        read_docx(bare_word(body("<w:p>" * 1000 + "</w:p>" * 1000)))
    with pytest.raises(Invalid, match="more text than"):
        check_xml(b"<a>" + b"<b/>" * MAX_XML_ELEMENTS + b"</a>")


@pytest.mark.parametrize(
    "document",
    ["", "<a/>", "<w:document/>", body("")[:-5], body("\x01"), "\ufeff"],
)
def test_xml_that_is_no_document_is_refused_or_empty(document: str) -> None:
    try:
        draft = read_docx(bare_word(document))
    except Invalid:
        return
    assert draft.html == ""


def test_a_main_part_that_is_missing_is_refused() -> None:
    parts = bare_parts("")
    del parts["word/document.xml"]

    with pytest.raises(Invalid, match="damaged"):
        read_docx(archive(parts))
