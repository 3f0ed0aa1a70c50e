"""The order of results."""

from pathlib import Path

import pytest

from bench.relevance import measures, run
from portal.index import MemoryIndex
from tests.index.desk import Desk, document, ids

COLLECTIONS = Path(__file__).parents[2].parent / "shared" / "data" / "search"
BM25 = {"cranfield": (0.306, 0.367, 0.234), "npl": (0.286, 0.438, 0.363)}


def test_words_that_stand_together_as_asked_count_more(quick_desk: Desk) -> None:
    quick_desk.put(
        "houston",
        document("apart", "Notes", "house of the hotline which is safe"),
        document("together", "Notes", "hotline of the safe house which is"),
        document("other", "Notes", "bed"),
    )

    assert quick_desk.found("safe house") == ids("together", "apart")


def test_a_word_in_the_title_counts_more(quick_desk: Desk) -> None:
    quick_desk.put("houston", document("body", "Notes", "shelter"), document("title", "Shelter", "notes"))

    assert quick_desk.found("shelter") == ids("title", "body")


def test_a_title_that_is_the_query_comes_first_whatever_the_text_repeats(quick_desk: Desk) -> None:
    quick_desk.put(
        "houston",
        document("long", "Labor in the fishing fleets of other countries", "forced labor in the fleets " * 5),
        document("part", "Labor", "forced labor in the fleets " * 5),
        document("whole", "18 USC \u00a7 1589 Forced labor", "Whoever obtains it is fined; forced labor."),
        *(document(f"noise {n}", "Meadow", "valley river") for n in range(20)),
    )

    assert quick_desk.found("forced labor")[0] == ids("whole")[0]


def test_a_section_comes_before_those_that_cite_it(quick_desk: Desk) -> None:
    quick_desk.put(
        "houston",
        document(
            "citing", "22 USC \u00a7 7110 Authorizations", "22 U.S.C. 7105, 22 U.S.C. 7105, section 7105"
        ),
        document("section", "22 USC \u00a7 7105 Protection and assistance for victims", "assistance"),
    )

    for text in ("22 USC 7105", "22 U.S.C. \u00a7 7105", "22 U. S. C. sec. 7105", "7105"):
        assert quick_desk.found(text)[0] == ids("section")[0], text


def test_of_equal_documents_the_sample_protocol_comes_first(quick_desk: Desk) -> None:
    quick_desk.put(
        "houston",
        document("statute", "Shelter", "bed", kind="reference", dated="2025-01-01"),
        document("sample", "Shelter", "bed", kind="protocol"),
    )

    assert quick_desk.found("shelter") == ids("sample", "statute")


def test_related_words_raise_documents_that_match_and_find_no_others(quick_desk: Desk) -> None:
    quick_desk.put(
        "houston",
        *(document(f"best {n}", "Shelter bed", "shelter bed harbor lighthouse") for n in range(4)),
        document("related", "Shelter", "plain harbor lighthouse"),
        document("plain", "Shelter", "plain meadow valley"),
        document("unasked", "Harbor", "harbor lighthouse"),
        *(document(f"noise {n}", "Meadow", "valley river") for n in range(20)),
    )

    found = quick_desk.found("shelter bed")

    assert found[4:] == ids("related", "plain")


def test_documents_without_words_do_no_harm(quick_desk: Desk) -> None:
    quick_desk.put("houston", document("empty"))
    quick_desk.put("houston", *(document(f"{n}", "Shelter bed", "harbor") for n in range(30)))

    assert quick_desk.search("shelter bed").total == 30
    assert quick_desk.search("").total == 31


def test_removed_documents_are_not_among_the_best(quick_desk: Desk) -> None:
    kept = [document(f"{n}", "Shelter bed", f"harbor {'river ' * (n % 3)}") for n in range(30)]
    never = Desk(MemoryIndex())
    quick_desk.put("houston", *kept, document("gone", "Shelter bed", "river river"))
    quick_desk.put("houston", without=["gone"])
    never.put("houston", *kept)

    assert quick_desk.search("shelter bed") == never.search("shelter bed")


def test_measures_are_those_of_trec_eval() -> None:
    found = measures(["a", "x", "b"], {"a": 2, "b": 1, "c": 1, "x": 0})

    assert found["MAP"] == pytest.approx((1 + 2 / 3) / 3)
    assert found["P@10"] == pytest.approx(0.2)
    assert found["nDCG@10"] == pytest.approx((2 + 0.5) / (2 + 1 / 1.584962500721156 + 0.5))


@pytest.mark.slow
@pytest.mark.parametrize("name", list(BM25))
def test_the_order_is_better_than_plain_bm25_on_the_test_collections(name: str) -> None:
    if not (COLLECTIONS / name).is_dir():
        pytest.skip(f"the test collection {name} is not beside the project (../shared/data/search)")

    found = run(COLLECTIONS / name)

    assert all(
        found[key] > least for key, least in zip(("MAP", "nDCG@10", "P@10"), BM25[name], strict=True)
    ), found
