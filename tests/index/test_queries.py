"""The query language, by what it finds; and that no text can harm it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.index import MemoryIndex
from portal.index.queries import MOST_TERMS, understood, unheard
from tests.index.desk import Desk, document

LIBRARY = (
    document(
        "housing", "Safe and secure housing", "Find a shelter for victims. Call the hotline.",
        topics=("housing", "victim services"), agency="Harbor House", task_force="Houston",
        dated="2021-03-15", kind="protocol", marking="none",
    ),
    document(
        "media", "Media inquiries", "Never name the shelter to reporters. 18 U.S.C. 1591(a) applies.",
        topics=("media",), agency="FBI Houston field office", task_force="Houston", dated="2023-07-01",
        kind="reference", marking="les",
    ),
    document(
        "visa", "T-visa and continued presence", "Victims of trafficking may ask for a T visa; see § 7105.",
        topics=("immigration relief",), agency="Harbor House", dated="2023-12-31", kind="training", marking="none",
    ),
    document("undated", "Trafficker's networks", "Traffickers move victims between motels. MEMORANDUM of agreement."),
)  # fmt: skip
NAMES = {
    each.item_id: name for each, name in zip(LIBRARY, ("housing", "media", "visa", "undated"), strict=True)
}


@pytest.fixture(scope="module")
def library() -> Desk:
    desk = Desk(MemoryIndex())
    desk.put("houston", *LIBRARY)
    return desk


def names(desk: Desk, text: str, **filters: object) -> set[str]:
    return {NAMES[each] for each in desk.found(text, **filters)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("shelter", "housing media"),
        ("SHELTERS", "housing media"),
        ("shelter motel", "housing media undated"),
        ('"safe and secure housing"', "housing"),
        ('"secure safe"', ""),
        ('"memorandum of agreement"', "undated"),
        ('"memorandum agreement', "undated"),
        ("traff*", "visa undated"),
        ("trafficking*", "visa"),
        ("title:housing", "housing"),
        ("title:shelter", ""),
        ('title:"continued presence"', "visa"),
        ("title:traff*", "undated"),
        ("topic:victims", "housing"),
        ('topic:"victim services"', "housing"),
        ('topics:"immigration relief"', "visa"),
        ("agency:fbi", "media"),
        ('agency:"harbor house"', "housing visa"),
        ("kind:protocol", "housing undated"),
        ("KIND:Training", "visa"),
        ("marking:les", "media"),
        ("shelter -reporters", "housing"),
        ("victims -traff*", "housing"),
        ("shelter NOT reporters", "housing"),
        ('shelter -"name the shelter"', "housing"),
        ("victims -kind:training", "housing undated"),
        ("shelter AND hotline", "housing"),
        ("+shelter +hotline", "housing"),
        ("+shelter motels", "housing media"),
        ("title:media OR title:housing", "housing media"),
        ("shelter agency:fbi", "media"),
        ("shelter (motels OR visa)", "housing media undated visa"),
        ("+(reporters hotline) shelter", "housing media"),
        ("victims -(motels visa)", "housing"),
        ("victims NOT (motels visa)", "housing"),
        ("date:2023", "media visa"),
        ("date:2021..2023-07", "housing media"),
        ("date:2023-07-01", "media"),
        ("date:..2022", "housing"),
        ("date:2023-08..", "visa"),
        ("before:2023", "housing"),
        ("after:2021", "media visa"),
        ("after:2023-12-30", "visa"),
        ("shelter after:2022", "media"),
        ("date:2023-13 shelter", "housing media"),
        ("date:nonsense", ""),
        ("-shelter", "visa undated"),
        ("houston", "housing media"),
        ("1591", "media"),
        ("18 USC 1591", "media"),
        ('"18 U.S.C. 1591"', "media"),
        ("T-visa", "visa"),
        ("'t visa'", "visa"),
        ("trafficker", "visa undated"),
        ("nosuchfield:shelter", "housing media"),
        ("the of and", ""),
        ("   ", "housing media visa undated"),
        ("*", ""),
        ("a*", ""),
        ("()", ""),
        ('""', ""),
        ("AND OR NOT", ""),
        ("title:the", ""),
    ],
)
def test_the_query_finds(library: Desk, text: str, found: str) -> None:
    assert names(library, text) == set(found.split())


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"kind": "protocol"}, "housing undated"),
        ({"topic": "media"}, "media"),
        ({"task_force": "Houston"}, "housing media"),
        ({"year": 2023}, "media visa"),
        ({"year": 2023, "kind": "training"}, "visa"),
        ({"kind": "nothing"}, ""),
    ],
)
def test_filters_alone_browse(library: Desk, filters: dict[str, object], found: str) -> None:
    assert names(library, "", **filters) == set(found.split())


def test_browsing_is_newest_first_and_what_has_no_date_comes_last(library: Desk) -> None:
    assert [NAMES[each] for each in library.found()] == ["visa", "media", "housing", "undated"]
    assert [NAMES[each] for each in library.found("-motels")] == ["visa", "media", "housing"]


def test_newest_first_orders_a_search_by_date(library: Desk) -> None:
    found = library.found("victims shelter", newest_first=True)

    assert [NAMES[each] for each in found] == ["visa", "media", "housing", "undated"]


def test_terms_to_highlight_are_those_asked_for_and_not_those_excluded() -> None:
    assert understood('shelters "victim services" traff* -motels -(visa) title:housing NOT fbi').terms == [
        "shelter", "victim", "servic", "traff*", "hous",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1000,
        "((((((((shelter))))))))",
        ")" * 500 + "shelter",
        "-(" * 300 + "shelter",
        '"' * 999,
        "a* " * 300,
        "NOT " * 250 + "shelter",
        "AND " * 250,
        "title:" * 150,
        "date:" * 200,
        "x" * 100_000,
        "word " * 10_000,
        "\x00\ud800\u202e\U0010ffff e\u0301" * 50,
        "kind:\ud800 topic:\ud800 \ud800*",
        "date:99999999..1",
        "date:0000-00-00",
        "before:0001",
        "after:9999",
        "-" * 1000,
        "+" * 1000,
        "'" * 1000,
        "'" + "a'" * 500,
        "a." * 500,
        "1," * 500,
        "e\u0301" * 500,
    ],
)
def test_hostile_text_is_answered_at_once(library: Desk, text: str) -> None:
    begin = time.process_time()

    library.search(text)

    assert time.process_time() - begin < 0.5


def test_no_more_terms_than_the_bound_are_searched() -> None:
    asked = understood(" ".join(f"w{number}" for number in range(100)))

    assert asked.stems == [f"w{number}" for number in range(MOST_TERMS)]


def test_a_deep_nest_is_read_as_words(library: Desk) -> None:
    assert names(library, "(" * 50 + "shelter" + ")" * 50) == {"housing", "media"}


PIECES = st.sampled_from(
    [
        "shelter",
        "title:",
        "topic:",
        "date:",
        "2023",
        "..",
        '"',
        "(",
        ")",
        "-",
        "+",
        "*",
        " ",
        "AND",
        " OR ",
        "NOT ",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join)))
def test_no_text_ever_raises(text: str) -> None:
    results = _FIXED.search(text)

    assert results.total >= len(results.hits)
    assert results.total <= len(LIBRARY)


_FIXED = Desk(MemoryIndex())
_FIXED.put("houston", *LIBRARY)


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("", ()),
        ("...", ()),
        ("the", ("common",)),
        ("who are they?", ("common",)),
        ("the shelter", ()),
        ("a*", ("common", "prefix")),
        ("s*", ("prefix",)),
        ("*", ()),
        ("sh*", ()),
        ("title:", ("field",)),
        ("agency: shelter", ("field",)),
        ("title:media", ()),
        ("note: shelter", ()),
    ],
)
def test_why_a_part_asks_for_nothing_is_known(text: str, reasons: tuple[str, ...]) -> None:
    assert unheard(text) == reasons
