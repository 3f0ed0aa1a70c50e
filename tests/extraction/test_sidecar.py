"""Side-cars: facts as they are given, and everything else refused with one line."""

import json
from datetime import date

import pytest

from portal.core.errors import Invalid
from portal.extraction import read_sidecar
from portal.extraction.sidecar import dated_of


def sidecar(**facts: object) -> bytes:
    return json.dumps(facts).encode()


def test_the_facts_come_back_and_unknown_names_are_passed_over() -> None:
    facts = read_sidecar(
        sidecar(
            id="a/b", title="  A   title ", kind="report", agency="DOJ", date="2023-04 (as seen)", context=["x", ""],
            topics=["housing"], url="https://example.org/a", marking="les", words=12, complete=False, order=None,
        )
    )  # fmt: skip

    assert (facts.id, facts.title, facts.kind, facts.agency) == ("a/b", "A title", "report", "DOJ")
    assert (facts.date, facts.dated) == ("2023-04 (as seen)", date(2023, 4, 1))
    assert (facts.context, facts.topics, facts.marking) == (("x",), ("housing",), "les")
    assert (facts.citation, facts.note, facts.publication) == ("", "", "")


def test_an_empty_object_is_an_empty_side_car_and_a_byte_order_mark_does_no_harm() -> None:
    assert read_sidecar(b"\xef\xbb\xbf{}").title == ""
    assert read_sidecar(b'{"title": null, "topics": null}').topics == ()


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("2007-07-26", date(2007, 7, 26)),
        ("2004", date(2004, 1, 1)),
        ("2020-01 (inferred from the text)", date(2020, 1, 1)),
        ("1980 text (before the 1993 revision)", date(1980, 1, 1)),
        ("undated; the companion of 2009", None),
        ("", None),
        ("2023-13-01", None),
        ("0000", None),
        ("20071", None),
        ("\uff12\uff10\uff10\uff17", None),
    ],
)
def test_dates_are_read_leniently(given: str, meant: date | None) -> None:
    assert dated_of(given) == meant


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (b"", "not proper JSON"),
        (b"{", "not proper JSON"),
        (b"[]", "one object"),
        (b"12", "one object"),
        (b'"text"', "one object"),
        (b'{"a": 1}\xff', "not proper JSON"),
        ('{"title": "a"}'.encode("utf-16"), "not proper JSON"),
        (b'{"title": 5}', '"title" as text'),
        (b'{"date": 2004}', '"date" as text'),
        (b'{"title": {"a": "b"}}', '"title" as text'),
        (b'{"topics": "housing"}', '"topics" as a list'),
        (b'{"topics": [1]}', '"topics" as text'),
        (sidecar(topics=["a"] * 51), '"topics" as a list'),
        (b'{"title": "a", "title": "b"}', "same name twice"),
        (b'{"x": {"a": 1, "a": 2}}', "same name twice"),
        (b'{"x": ' + b"9" * 4000 + b"}", "number that is too long"),
        (b'{"x": ' + b"9" * 5000 + b"}", "number that is too long"),
        (b'{"x": 1.' + b"9" * 4000 + b"}", "number that is too long"),
        (b'{"x": NaN}', "number that is none"),
        (b'{"x": ' + b"[" * 5000 + b"]" * 5000 + b"}", "nested too deeply"),
        (b'{"x": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"title": "a\\u0000b"}', "control characters"),
        (b'{"title": "a\x00b"}', "not proper JSON"),
        (b'{"title": "\\ud800"}', "control characters"),
        (sidecar(title="a" * 1001), "too long a text"),
        (sidecar(note="a" * 10_001), "too long a text"),
        (sidecar(url="javascript:alert(1)"), "does not begin with http"),
        (sidecar(marking="secret"), '"marking" other than'),
        (sidecar(note="a" * 300_000), "larger than 256 kB"),
    ],
)
def test_what_is_no_side_car_is_refused_with_one_line(source: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why) as refusal:
        read_sidecar(source)

    assert str(refusal.value).isprintable()
    assert refusal.value.__context__ is None or refusal.value.__suppress_context__


def test_brackets_inside_texts_are_no_nesting() -> None:
    facts = read_sidecar(sidecar(title="[" * 50 + '\\"' + "{" * 50))

    assert facts.title.startswith("[[")
