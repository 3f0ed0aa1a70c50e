"""Segments: joined as they gather, and cleared of removed documents."""

from pathlib import Path

from portal.index.directory import FAN, _tail_to_join
from tests.index.desk import Desk, document, named


def test_segments_stay_few_however_many_commits_there_are(file_desk: Desk, tmp_path: Path) -> None:
    for number in range(150):
        file_desk.put("houston", document(f"{number}", "Shelter"))

    segments = list((tmp_path / "index" / str(named("houston"))).glob("*.arr"))

    assert len(segments) < 3 * FAN
    assert file_desk.search("shelter").total == 150


def test_segments_of_one_size_are_joined_when_enough_have_gathered() -> None:
    assert _tail_to_join([100, *[1] * (FAN - 2)], 1) == 0
    assert _tail_to_join([100, *[1] * (FAN - 1)], 1) == FAN - 1
    assert _tail_to_join([], 1) == 0


def test_joining_goes_on_to_the_next_size_where_that_is_full_too() -> None:
    level = [FAN] * (FAN - 1)

    assert _tail_to_join([5000, *level, *[1] * (FAN - 1)], 1) == len(level) + FAN - 1


def test_a_segment_whose_documents_are_all_gone_is_let_go(file_desk: Desk, tmp_path: Path) -> None:
    file_desk.put("houston", document("one", "Shelter"))
    file_desk.put("houston", document("one", "Housing"))

    assert len(list((tmp_path / "index" / str(named("houston"))).glob("*.arr"))) == 1


def test_a_large_vocabulary_of_beginnings_is_bounded(quick_desk: Desk) -> None:
    quick_desk.put("houston", *(document(f"{n}", "Shelter", f"zeta{n:04} zetacommon") for n in range(700)))

    assert quick_desk.search("zeta*").total == 700
    assert quick_desk.search("zeta00*").total == 100
