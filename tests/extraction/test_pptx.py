"""Slide decks."""

import pytest
from pptx.util import Inches

from portal.core.errors import Invalid
from portal.extraction.draft import finished
from portal.extraction.pptx import read_pptx
from tests.extraction.builders import PIXEL, add_picture, add_slide, archive, deck


def test_slides_come_in_order_with_title_words_and_notes() -> None:
    def fill(made) -> None:
        add_slide(made, "First", "One\nTwo", notes="Say this.")
        add_slide(made, "Second", "Three")

    draft = read_pptx(deck(fill))

    assert draft.html == (
        "<h2>First</h2><p>One</p><p>Two</p><h3>Notes</h3><p>Say this.</p><h2>Second</h2><p>Three</p>"
    )


def test_slides_that_were_moved_come_in_their_new_order() -> None:
    def fill(made) -> None:
        add_slide(made, "First", "One")
        add_slide(made, "Second", "Two")
        order = made.slides._sldIdLst
        order.insert(0, order[1])

    assert read_pptx(deck(fill)).html.index("Second") < read_pptx(deck(fill)).html.index("First")


def test_tables_boxes_and_groups_are_read_and_markup_in_them_is_text() -> None:
    def fill(made) -> None:
        slide = made.slides.add_slide(made.slide_layouts[6])
        box = slide.shapes.add_textbox(0, 0, Inches(1), Inches(1))
        box.text_frame.text = "<b>A box</b>"
        grouped = slide.shapes.add_group_shape().shapes.add_textbox(0, 0, Inches(1), Inches(1))
        grouped.text_frame.text = "In a group"
        table = slide.shapes.add_table(1, 2, 0, 0, Inches(2), Inches(1)).table
        table.cell(0, 0).text, table.cell(0, 1).text = "Agency", "Role"

    html = read_pptx(deck(fill)).html

    assert html.startswith("<h2>Slide 1</h2>")
    assert "<p>&lt;b&gt;A box&lt;/b&gt;</p>" in html
    assert "<p>In a group</p>" in html
    assert "<td><p>Agency</p></td><td><p>Role</p></td>" in html


def test_pictures_are_left_out_with_a_warning_and_alone_cannot_be_searched() -> None:
    both = read_pptx(deck(lambda made: (add_slide(made, "Words", "a"), add_picture(made))))
    alone = finished(read_pptx(deck(add_picture)), filename="a.pptx", media_type="x")

    assert both.warnings == ("Pictures were left out.",)
    assert not alone.searchable
    assert alone.warnings == ("This document holds only pictures, so its words cannot be searched.",)
    assert PIXEL not in alone.html.encode()


def test_a_deck_without_a_word_or_a_part_is_refused() -> None:
    with pytest.raises(Invalid, match="holds no words"):
        finished(read_pptx(deck(lambda made: None)), filename="a.pptx", media_type="x")
    with pytest.raises(Invalid, match="damaged"):
        read_pptx(archive({"a.xml": "<a/>"}))
