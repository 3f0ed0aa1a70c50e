"""Other words for what people type."""

import pytest

from portal.index.analysis import words
from portal.index.synonyms import LONGEST_KEY, TABLE
from tests.index.desk import Desk, document, ids


@pytest.fixture
def library(quick_desk: Desk) -> Desk:
    quick_desk.put(
        "houston",
        document("typed", "Notes", "the MOU and a bed"),
        document("agreement", "Memorandum of agreement", "a bed"),
        document("apart", "Notes", "a memorandum stands apart from any agreement"),
        document("visa", "Notes", "T nonimmigrant status"),
        document("owned", "Notes", "a bed", agency="Bureau of Justice Assistance"),
    )
    return quick_desk


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("mou", ("agreement", "typed")),
        ("+mou", ("agreement", "typed")),
        ("bed -MOU", ("owned",)),
        ("MOU AND bed", ("agreement", "typed")),
        ("title:MOU", ("agreement",)),
        ("agency:BJA", ("owned",)),
        ('agency:"BJA" bed', ("owned",)),
        ("T visa", ("visa",)),
        ("T-visa", ("visa",)),
        ('"MOU"', ("typed",)),
    ],
)
def test_other_words_find_what_the_typed_one_means(text: str, names: tuple[str, ...], library: Desk) -> None:
    assert sorted(library.found(text)) == sorted(ids(*names))


def test_the_typed_word_counts_more_than_another_for_it(quick_desk: Desk) -> None:
    quick_desk.put(
        "houston",
        document("other", "Notes", "a nongovernmental organization"),
        document("typed", "Notes", "an NGO"),
    )

    assert quick_desk.found("NGO") == ids("typed", "other")


def test_what_was_found_by_other_words_is_marked(library: Desk) -> None:
    assert {"mou", "memorandum", "agreement"} <= set(library.search("MOU").terms)


def test_every_line_of_the_table_can_be_met_and_says_why() -> None:
    for typing, others, why in TABLE:
        assert all(0 < len(list(words(typed))) <= LONGEST_KEY for typed in typing)
        assert all(list(words(other)) for other in others)
        assert why.endswith(".")
