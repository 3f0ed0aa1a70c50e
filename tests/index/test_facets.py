"""Facets."""

import pytest

from tests.index.desk import Desk, document


@pytest.fixture
def library(quick_desk: Desk) -> Desk:
    rows = [
        ("protocol", ("housing", "media"), "Houston", "2021-01-01"),
        ("protocol", ("housing",), "Dallas", "2022-01-01"),
        ("training", ("media",), "Houston", "2022-06-01"),
        ("training", (), "", None),
    ]
    for n, (kind, topics, force, day) in enumerate(rows):
        one = document(f"{n}", "Shelter", kind=kind, topics=topics, task_force=force, dated=day)
        quick_desk.put("houston" if n % 2 else "dallas", one)
    return quick_desk


def test_every_value_of_the_matching_documents_is_counted_most_first(library: Desk) -> None:
    assert library.search("shelter").facets == {
        "kind": (("protocol", 2), ("training", 2)),
        "topic": (("housing", 2), ("media", 2)),
        "task_force": (("Houston", 2), ("Dallas", 1)),
        "year": (("2022", 2), ("2021", 1)),
    }


def test_a_facet_is_counted_under_all_filters_but_its_own(library: Desk) -> None:
    facets = library.search("shelter", kind="protocol", year=2022).facets

    assert facets == {
        "kind": (("protocol", 1), ("training", 1)),
        "topic": (("housing", 1),),
        "task_force": (("Dallas", 1),),
        "year": (("2021", 1), ("2022", 1)),
    }


def test_a_repeated_topic_counts_once(quick_desk: Desk) -> None:
    quick_desk.put("houston", document("one", "Shelter", topics=("housing", "housing")))

    assert quick_desk.search("shelter").facets["topic"] == (("housing", 1),)


def test_removed_documents_are_not_counted(library: Desk) -> None:
    library.put("dallas", without=["0"])

    assert library.search("shelter").facets["year"] == (("2022", 2),)
