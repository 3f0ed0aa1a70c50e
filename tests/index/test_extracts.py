"""Extracts."""

from hypothesis import given
from hypothesis import strategies as st

from portal.index import extract


def shown(pieces: tuple[tuple[str, bool], ...]) -> str:
    """Pieces as text, matches in brackets."""
    return "".join(f"[{text}]" if match else text for text, match in pieces)


def test_words_of_the_same_stem_are_marked() -> None:
    assert shown(extract("Victims of trafficking; a trafficker.", ("traffick", "victim"))) == (
        "[Victims] of [trafficking]; a [trafficker]."
    )


def test_beginnings_are_marked_by_their_star() -> None:
    assert shown(extract("Motels and motorists", ("mot*",))) == "[Motels] and [motorists]"


def test_the_passage_with_most_different_words_is_taken() -> None:
    text = "shelter shelter shelter " + "filler " * 200 + "a shelter with an interpreter " + "filler " * 200

    pieces = extract(text, ("shelter", "interpret"))

    assert "[shelter] with an [interpreter]" in shown(pieces)
    assert pieces[0] == pieces[-1] == ("…", False)
    assert len(shown(pieces)) < 330


def test_a_text_without_any_of_the_words_gives_its_beginning() -> None:
    pieces = extract("Beginning " + "filler " * 100, ("nothing",))

    assert pieces[0][0].startswith("Beginning filler")
    assert not any(match for _, match in pieces)


def test_white_space_is_shown_as_single_spaces() -> None:
    assert shown(extract("A  shelter \t here", ("shelter",))) == "A [shelter] here"


def test_headings_and_table_cells_do_not_run_into_what_follows() -> None:
    text = "When a reporter calls\nTake the number.\nMedia contact\nSheriff"

    assert shown(extract(text, ("report", "sheriff"))) == (
        "When a [reporter] calls \u00b7 Take the number. Media contact \u00b7 [Sheriff]"
    )


def test_an_empty_text_gives_nothing() -> None:
    assert extract("", ("shelter",)) == ()
    assert shown(extract("   ", ())) == " "


def test_a_text_without_spaces_is_cut_all_the_same() -> None:
    pieces = extract("-" * 5000 + "shelter" + "-" * 5000, ("shelter",))

    assert "[shelter]" in shown(pieces)
    assert len(shown(pieces)) < 330


@given(st.text(max_size=600), st.lists(st.sampled_from(["a", "b*", "shelter", "é"]), max_size=3))
def test_every_piece_is_a_part_of_the_text(text: str, terms: list[str]) -> None:
    together = "".join(text.replace("\u00b7", "").split())
    for piece, match in extract(text, terms):
        assert piece
        plain = "".join(piece.replace("\u00b7", "").split())
        assert piece == "…" or (piece in text if match else plain in together)
