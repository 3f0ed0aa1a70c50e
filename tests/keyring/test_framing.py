"""Associated data says one thing only."""

from hypothesis import given
from hypothesis import strategies as st

from portal.keyring.framing import frame

PARTS = st.lists(st.binary(max_size=6), max_size=4)


@given(PARTS, PARTS)
def test_two_lists_of_parts_are_framed_alike_only_if_they_are_alike(
    one: list[bytes], other: list[bytes]
) -> None:
    framed = frame(*one), frame(*other)

    assert (framed[0] == framed[1]) == (one == other)


def test_moving_a_byte_from_one_part_to_the_next_changes_the_frame() -> None:
    assert frame(b"ab", b"c") != frame(b"a", b"bc")
