"""Two worlds that differ only in compartments that are not read give the same answers, to the last bit."""

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.index import IndexDocument, MemoryIndex, SearchResults
from tests.index.desk import Desk, document

WORDS = [
    "shelter",
    "victims",
    "motel",
    "visa",
    "hotline",
    "zanzibarine",
    "zanzibarian",
    "trafficking",
    "interpreter",
]
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
hidden_documents = st.lists(
    st.tuples(
        texts, texts, st.sampled_from(["housing", "secret topic"]), st.sampled_from(["2019-01-01", None])
    ),
    max_size=12,
).map(
    lambda rows: [
        document(
            f"hidden {n}", title, body, topics=(topic,), task_force="Hidden", kind="hidden kind", dated=day
        )
        for n, (title, body, topic, day) in enumerate(rows)
    ]
)
QUESTIONS = (
    "shelter", "victims motel", "visa hotline trafficking", "zanzibarines", "shelterr victms", '"victims motel"',
    "tra*", "zan*", "topic:housing", "title:shelter -motel", "", "date:2019..2021", "interpretor", "the",
)  # fmt: skip


def visible() -> list[IndexDocument]:
    return [
        document(
            f"visible {n}", WORDS[n % 5], " ".join(WORDS[n % 3 : n % 3 + 4 + n % 5]).replace("zanzibari", "shelteri"),
            topics=("housing",), dated="2020-05-05" if n % 2 else None,
        )
        for n in range(12)
    ]  # fmt: skip


def answers(desk: Desk) -> list[SearchResults]:
    return [desk.search(text, "houston", limit=100) for text in QUESTIONS]


@settings(max_examples=12, deadline=None)
@given(hidden_documents, hidden_documents)
def test_answers_do_not_depend_on_other_compartments(
    some: list[IndexDocument], others: list[IndexDocument]
) -> None:
    poor, rich = Desk(MemoryIndex()), Desk(MemoryIndex())
    for desk, hidden in ((poor, some), (rich, others)):
        desk.put("dallas", *hidden)
        desk.search("shelter victims zanzibarine", "dallas")
        desk.put("houston", *visible())
        desk.search("victims zanzibarine", "houston", "dallas")
        desk.put("dallas", *hidden, document("late", "zanzibarine"))

    assert answers(poor) == answers(rich)


def test_a_shared_cache_carries_no_statistics_from_one_set_of_compartments_to_another(
    quick_desk: Desk,
) -> None:
    quick_desk.put("houston", *visible())
    alone = answers(quick_desk)

    quick_desk.put("dallas", *(document(f"d{n}", "shelter victims", "shelter " * 20) for n in range(30)))
    both = quick_desk.search("shelter victims", "houston", "dallas", limit=100)

    assert answers(quick_desk) == alone
    assert both.total > quick_desk.search("shelter victims", "houston").total


def test_the_law_would_notice_a_shared_statistic(quick_desk: Desk) -> None:
    quick_desk.put("houston", *visible())
    quick_desk.put("dallas", *(document(f"d{n}", "shelter victims", "shelter " * 20) for n in range(30)))
    mixed = {
        hit.item_id: hit.score for hit in quick_desk.search("shelter", "houston", "dallas", limit=100).hits
    }

    alone = quick_desk.search("shelter", "houston", limit=100).hits

    assert any(mixed[hit.item_id] != hit.score for hit in alone)


def test_suggestions_come_only_from_what_is_read(quick_desk: Desk) -> None:
    quick_desk.put("houston", document("one", "Shelter", "victims"))
    quick_desk.put("dallas", document("two", "zanzibarine"))

    assert quick_desk.search("zanzibarina", "houston").did_you_mean is None
    assert quick_desk.search("zanzibarina", "houston", "dallas").did_you_mean == "zanzibarine"


def test_a_removed_word_is_suggested_no_more(quick_desk: Desk) -> None:
    quick_desk.put("houston", document("one", "zanzibarine"), document("two", "Shelter"))
    quick_desk.put("houston", without=["one"])

    assert quick_desk.search("zanzibarina").did_you_mean is None
