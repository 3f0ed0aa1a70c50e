"""Did you mean."""

import pytest

from portal.index.suggest import distance
from tests.index.desk import Desk, document


@pytest.fixture
def library(quick_desk: Desk) -> Desk:
    quick_desk.put(
        "houston", *(document(f"{n}", "Interpreters", "trafficking victims in motels") for n in range(60))
    )
    quick_desk.put("houston", document("slip", "traficking", "café housing hopes"))
    return quick_desk


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("intrepreters", "interpreters"),
        ("interpretters", "interpreters"),
        ("victms", "victims"),
        ("motles", "motels"),
        ('victms "in motels" -housing', 'victims "in motels" -housing'),
        ("victms intrepreters", "victims interpreters"),
        ("traficking", "trafficking"),
        ("INTREPRETERS, please", "interpreters, please"),
        ("interpreters", None),
        ("housing", None),
        ("housinx", "housing"),
        ("quite unlike anything", None),
        ("15911", None),
        ("mtl", None),
        ("xictims", None),
        ("motek", None),
        ("motles", "motels"),
        ("interpreted", None),
        ("", None),
        ('"intrepreters"', None),
        ("title:intrepreters", None),
    ],
)
def test_a_slip_is_offered_its_nearest_frequent_neighbour(
    library: Desk, text: str, better: str | None
) -> None:
    assert library.search(text).did_you_mean == better


def test_no_documents_suggest_nothing(quick_desk: Desk) -> None:
    quick_desk.put("houston", document("empty"))

    assert quick_desk.search("victims").did_you_mean is None


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("abcd", "abcd", 0),
        ("abcd", "abdc", 1),
        ("abcd", "abxcd", 1),
        ("abcd", "acd", 1),
        ("abcd", "dcba", 3),
        ("", "ab", 2),
    ],
)
def test_distance_counts_letters_changed_added_left_out_and_swapped(one: str, other: str, steps: int) -> None:
    assert distance(one, other, 2) == steps
