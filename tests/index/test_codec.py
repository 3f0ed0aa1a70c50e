"""Whoosh's own readers and searchers work on our sealed segments."""

import pytest
from whoosh.index import FileIndex as WhooshIndex
from whoosh.reading import TermNotFound
from whoosh.searching import Searcher

from portal.index.engine import SealedIndex
from portal.index.files import MemoryFiles
from portal.index.queries import understood
from portal.index.ranking import STOCK, Ranking
from portal.index.schema import NAME
from portal.index.storage import SealedStorage
from portal.index.weighting import PORTAL_BM25, WHOOSH_BM25
from tests.index.desk import Desk, document, named


@pytest.fixture
def files() -> MemoryFiles:
    return MemoryFiles()


def opened(files: MemoryFiles, desk: Desk) -> WhooshIndex:
    storage = SealedStorage(files, named("houston"), desk.sealer("houston"))
    return WhooshIndex(storage, indexname=NAME)


def filled(files: MemoryFiles, ranking: Ranking = STOCK) -> Desk:
    desk = Desk(SealedIndex(lambda _: files, ranking=ranking))
    for n in range(6):
        desk.put(
            "houston", document(f"{n}", f"Shelter {n}", "victims motel " * n + "hotline", topics=("housing",))
        )
    return desk


def test_whooshs_searcher_finds_the_same_phrases_prefixes_and_fields(files: MemoryFiles) -> None:
    desk = filled(files)
    desk.put("houston", without=["2"])
    searcher = opened(files, desk).searcher()

    for text in (
        "shelter",
        "victims hotline",
        '"motel victims"',
        "vict*",
        "topic:housing",
        "title:shelter",
        "kind:protocol",
        "unheard",
    ):
        results = searcher.search(understood(text).matching, limit=None)
        assert {hit["item"] for hit in results} == {each.hex for each in desk.found(text, limit=100)}, text


def test_whooshs_searcher_scores_with_our_formula_as_we_do(files: MemoryFiles) -> None:
    desk = filled(files, Ranking(PORTAL_BM25))
    searcher = Searcher(opened(files, desk).reader(), weighting=PORTAL_BM25.model())

    for text in ("shelter", "victims hotline", "shelter motel 3", "title:shelter"):
        results = searcher.search(understood(text).matching, limit=None)
        ours = {hit.item_id.hex: hit.score for hit in desk.search(text, limit=100).hits}
        assert {hit["item"]: hit.score for hit in results} == pytest.approx(ours)


def test_a_reader_tells_terms_counts_and_lengths(files: MemoryFiles) -> None:
    desk = filled(files)
    desk.put("houston", without=["1"])
    desk.compact("houston")
    desk.put("houston", without=["2"])
    reader = opened(files, desk).reader()

    assert (reader.doc_count(), reader.doc_count_all(), reader.has_deletions()) == (4, 5, True)
    assert next(iter(reader.terms_from("content", "mo"))) == ("content", b"motel")
    assert ("content", "hotlin") in reader
    assert reader.doc_frequency("content", "hotlin") == 5
    assert reader.frequency("content", "motel") == 2 + 3 + 4 + 5
    assert reader.field_length("title") == 10
    assert (reader.min_field_length("title"), reader.max_field_length("title")) == (2, 2)
    assert {"content", "title", "words"} <= set(reader.indexed_field_names())
    assert any(term == ("kind", b"protocol") for term in reader.all_terms())
    assert dict(reader)["topics", b"housing"].doc_frequency() == 5
    assert not reader.is_deleted(0)
    with pytest.raises(TermNotFound):
        reader.term_info("content", "unheard")
    assert WHOOSH_BM25.model().B == 0.75
