"""What a search address may ask for; what it may not is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.forms import LONGEST_QUERY, SearchForm, search_form


def test_an_address_fills_every_field() -> None:
    form = search_form(
        {"q": " a b ", "kind": "protocol", "topic": "housing", "task_force": "Houston", "year": "2025"}
    )

    assert form == SearchForm("a b", "protocol", "housing", "Houston", 2025)
    assert form.chosen == [
        ("kind", "protocol"),
        ("topic", "housing"),
        ("task_force", "Houston"),
        ("year", 2025),
    ]


@pytest.mark.parametrize(
    "year", ["", "0", "0999", "99999", "9999999", "-2025", "2O25", "٢٠٢٥", "20 5", "1e3", " 2025"]
)
def test_a_year_that_is_none_is_left_out(year: str) -> None:
    assert search_form({"year": year}).year is None


@pytest.mark.parametrize("kind", ["", "nonsense", "Protocol", "protocol'--", "__class__"])
def test_a_kind_that_is_none_is_left_out(kind: str) -> None:
    assert search_form({"kind": kind}).kind is None


def test_a_query_is_cut_at_its_limit() -> None:
    assert search_form({"q": "x" * 1001}).text == "x" * LONGEST_QUERY


def test_a_filter_can_be_added_changed_and_removed_and_the_rest_stays() -> None:
    form = SearchForm("a", kind="protocol", year=2025)

    assert form.args(topic="housing") == {"q": "a", "kind": "protocol", "topic": "housing", "year": 2025}
    assert form.args(kind=None) == {"q": "a", "year": 2025}
    assert form.args(year=2024)["year"] == 2024
    assert SearchForm().args() == {} and SearchForm().chosen == []


@given(st.dictionaries(st.sampled_from(["q", "kind", "topic", "task_force", "year"]), st.text(max_size=50)))
def test_an_address_made_of_a_form_fills_the_same_form(args: dict[str, str]) -> None:
    form = search_form(args)

    assert search_form({name: str(value) for name, value in form.args().items()}) == form
