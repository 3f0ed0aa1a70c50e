"""The contract of ``SearchIndex``, over every implementation."""

import pytest

from portal.core.errors import Unavailable
from portal.index import SearchQuery
from tests.index.desk import Desk, document, ids, named, new_sealer


def test_what_was_put_is_found_in_its_compartment_and_in_no_other(desk: Desk) -> None:
    desk.put("houston", document("shelter", "Safe shelter"))
    desk.put("dallas", document("media", "Media inquiries about a shelter"))

    hits = desk.search("shelter", "houston").hits

    assert [(hit.item_id, hit.compartment_id) for hit in hits] == [(named("shelter"), named("houston"))]


def test_several_compartments_are_searched_as_one(desk: Desk) -> None:
    desk.put("houston", document("one", "Shelter"))
    desk.put("dallas", document("two", "Shelter and shelter staff"))

    results = desk.search("shelter", "houston", "dallas")

    assert results.total == 2
    assert {hit.compartment_id for hit in results.hits} == {named("houston"), named("dallas")}


def test_no_reader_finds_nothing(desk: Desk) -> None:
    desk.put("houston", document("one", "Shelter"))

    results = desk.index.search({}, SearchQuery("shelter"))

    assert (results.total, results.hits, results.did_you_mean) == (0, (), None)
    assert all(not counts for counts in results.facets.values())


def test_a_put_replaces_the_document_of_the_same_id(desk: Desk) -> None:
    desk.put("houston", document("one", "Shelter"), document("two", "Shelter"))

    desk.put("houston", document("one", "Housing"))

    assert desk.found("shelter") == ids("two")
    assert desk.found("housing") == ids("one")


def test_the_last_of_several_puts_of_one_id_holds(desk: Desk) -> None:
    desk.put("houston", document("one", "Shelter"), document("one", "Housing"))

    assert desk.found("shelter housing") == ids("one")
    assert desk.search("shelter").total == 0


def test_a_removed_document_is_found_no_more_and_counted_nowhere(desk: Desk) -> None:
    desk.put("houston", document("one", "Shelter", topics=("housing",)), document("two", "Shelter"))

    desk.put("houston", without=["one", "never there"])

    results = desk.search("shelter")
    assert [hit.item_id for hit in results.hits] == ids("two")
    assert (results.total, results.facets["topic"]) == (1, ())


def test_the_same_change_again_changes_no_answer(desk: Desk) -> None:
    change = document("one", "Shelter for victims"), document("two", "Victims")
    desk.put("houston", *change, without=["three"])
    before = desk.search("shelter victims")

    desk.put("houston", *change, without=["three"])

    assert desk.search("shelter victims") == before


def test_generations_rise_with_every_change(desk: Desk) -> None:
    first = desk.put("houston", document("one", "Shelter"))
    second = desk.put("houston", without=["one"])
    desk.compact("houston")

    assert 0 < first < second < desk.generations["houston"]


def test_compacting_changes_no_answer(desk: Desk) -> None:
    for number in range(20):
        desk.put("houston", document(f"{number}", f"Shelter {number}", "victims " * (number % 4)))
    desk.put("houston", without=["3", "7"])
    before = desk.search("shelter victims 5")

    desk.compact("houston")

    assert desk.search("shelter victims 5") == before


def test_everything_may_be_removed_and_the_index_lives_on(desk: Desk) -> None:
    desk.put("houston", document("one", "Shelter"))
    desk.put("houston", without=["one"])
    desk.compact("houston")
    assert desk.search("").total == 0

    desk.put("houston", document("two", "Shelter"))

    assert desk.found("shelter") == ids("two")


def test_a_change_to_an_index_that_should_be_there_and_is_not_is_refused(desk: Desk) -> None:
    desk.generations["houston"] = 7

    with pytest.raises(Unavailable):
        desk.put("houston", document("one", "Shelter"))
    with pytest.raises(Unavailable):
        desk.search("shelter")
    with pytest.raises(Unavailable):
        desk.compact("houston")


def test_an_index_older_than_the_database_knows_is_refused(desk: Desk) -> None:
    desk.put("houston", document("one", "Shelter"))
    assert desk.search("shelter").total == 1
    desk.generations["houston"] += 1

    with pytest.raises(Unavailable):
        desk.search("shelter")
    with pytest.raises(Unavailable):
        desk.put("houston", document("two", "Shelter"))
    with pytest.raises(Unavailable):
        desk.index.check(named("houston"), desk.sealer("houston"), desk.generations["houston"])


def test_a_dropped_index_is_gone_and_the_next_one_counts_on(desk: Desk) -> None:
    last = desk.put("houston", document("one", "Shelter"))

    desk.index.drop(named("houston"))

    with pytest.raises(Unavailable):
        desk.compact("houston")
    desk.generations["houston"] = 0
    assert desk.put("houston", document("two", "Housing")) > last
    assert desk.found("shelter housing") == ids("two")


def test_dropping_what_is_not_there_does_nothing(desk: Desk) -> None:
    desk.index.drop(named("houston"))
    desk.index.drop(named("houston"))

    assert desk.put("houston", document("one", "Shelter")) > 0


def test_another_key_opens_nothing_even_of_what_is_in_memory(desk: Desk) -> None:
    desk.put("houston", document("one", "Shelter"))
    assert desk.search("shelter").total == 1

    desk.sealers["houston"] = new_sealer("houston")

    with pytest.raises(Unavailable):
        desk.search("shelter")
    with pytest.raises(Unavailable):
        desk.index.check(named("houston"), desk.sealer("houston"), desk.generations["houston"])


def test_a_sound_index_passes_its_check(desk: Desk) -> None:
    desk.put("houston", document("one", "Shelter", "victims " * 50_000))

    desk.index.check(named("houston"), desk.sealer("houston"), desk.generations["houston"])


def test_pages_of_results_follow_each_other_without_gap_or_repetition(desk: Desk) -> None:
    desk.put("houston", *(document(f"{n}", "Shelter", "victims " * (n % 5)) for n in range(25)))

    pages = [desk.found("shelter victims", offset=at, limit=10) for at in (0, 10, 20, 30)]

    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert [each for page in pages for each in page] == desk.found("shelter victims", limit=1000)


def test_a_page_without_room_still_counts(desk: Desk) -> None:
    desk.put("houston", document("one", "Shelter"))

    results = desk.search("shelter", limit=0)

    assert (results.total, results.hits) == (1, ())
