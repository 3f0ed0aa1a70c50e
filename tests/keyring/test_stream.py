"""Streams: sealed piece by piece, and opened only in the order and to the end that was sealed."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.errors import Broken
from portal.core.ids import new_id
from portal.keyring.sealer import DataKeySealer
from portal.keyring.stream import SALT_BYTES, SEGMENT_BYTES

SEALED_BYTES = SEGMENT_BYTES + 16
SEALER = DataKeySealer(new_id(), new_id(), os.urandom(32))


def sealed(plaintext: bytes, aad: bytes = b"blob") -> bytes:
    return b"".join(SEALER.seal_stream([plaintext], aad=aad))


def opened(stream: bytes, aad: bytes = b"blob") -> bytes:
    return b"".join(SEALER.open_stream([stream], aad=aad))


def segments(stream: bytes) -> list[bytes]:
    """The salt, then each segment."""
    body = stream[SALT_BYTES:]
    return [
        stream[:SALT_BYTES],
        *(body[start : start + SEALED_BYTES] for start in range(0, len(body), SEALED_BYTES)),
    ]


def test_a_stream_of_any_size_round_the_segments_opens_again() -> None:
    for segment_count in (0, 1, 2, 3):
        for more in (-1, 0, 1):
            plaintext = os.urandom(max(0, segment_count * SEGMENT_BYTES + more))

            assert opened(sealed(plaintext)) == plaintext


def test_an_empty_stream_is_sealed_too() -> None:
    stream = b"".join(SEALER.seal_stream([], aad=b"blob"))

    assert len(stream) == SALT_BYTES + 16
    assert opened(stream) == b""


@settings(max_examples=30)
@given(st.lists(st.integers(0, 90_000), max_size=5), st.integers(1, 100_000))
def test_how_the_bytes_arrive_does_not_matter(sizes: list[int], arriving: int) -> None:
    chunks = [os.urandom(size) for size in sizes]
    stream = b"".join(SEALER.seal_stream(chunks, aad=b"blob"))

    pieces = (stream[start : start + arriving] for start in range(0, len(stream), arriving))

    assert b"".join(SEALER.open_stream(pieces, aad=b"blob")) == b"".join(chunks)


def test_a_stream_that_arrives_byte_by_byte_opens() -> None:
    stream = sealed(b"short")

    assert b"".join(SEALER.open_stream((bytes([byte]) for byte in stream), aad=b"blob")) == b"short"


@given(st.binary(max_size=60), st.data())
def test_no_bit_of_a_stream_can_be_changed(plaintext: bytes, data: st.DataObject) -> None:
    stream = bytearray(sealed(plaintext))
    bit = data.draw(st.integers(0, len(stream) * 8 - 1))

    stream[bit // 8] ^= 1 << bit % 8

    with pytest.raises(Broken):
        opened(bytes(stream))


def test_a_stream_cut_at_any_place_does_not_open_to_its_end() -> None:
    stream = sealed(b"x" * 40)

    for length in range(len(stream)):
        with pytest.raises(Broken):
            opened(stream[:length])


@pytest.mark.parametrize(
    "order",
    [
        [0, 1, 2],
        [0, 1],
        [0],
        [0, 2, 1, 3],
        [0, 1, 1, 2, 3],
        [0, 1, 2, 3, 3],
        [0, 1, 2, 3, 1],
        [0, 2, 3],
        [0, 3],
        [1, 2, 3],
        [0, 0, 1, 2, 3],
    ],
    ids=lambda order: "-".join(map(str, order)),
)
def test_segments_dropped_repeated_added_or_reordered_are_refused(order: list[int]) -> None:
    parts = segments(sealed(os.urandom(3 * SEGMENT_BYTES)))

    with pytest.raises(Broken):
        opened(b"".join(parts[index] for index in order))


def test_a_segment_of_another_stream_of_the_same_item_is_refused() -> None:
    one, other = (segments(sealed(b"x" * 2 * SEGMENT_BYTES)) for _ in range(2))

    with pytest.raises(Broken):
        opened(one[0] + one[1] + other[2])


def test_bytes_after_the_end_are_refused() -> None:
    for more in (b"\0", b"\0" * SEALED_BYTES, sealed(b"more")):
        for size in (3, SEGMENT_BYTES):
            with pytest.raises(Broken):
                opened(sealed(b"x" * size) + more)


def test_a_stream_opens_only_in_its_place() -> None:
    stream = sealed(b"text", aad=b"blob")

    with pytest.raises(Broken):
        opened(stream, aad=b"blot")
    with pytest.raises(Broken):
        list(DataKeySealer(new_id(), new_id(), os.urandom(32)).open_stream([stream], aad=b"blob"))


def test_what_comes_before_a_damage_is_authentic_and_nothing_of_the_damage_is_given_out() -> None:
    plaintext = os.urandom(3 * SEGMENT_BYTES)
    stream = bytearray(sealed(plaintext))
    stream[SALT_BYTES + SEALED_BYTES + 5] ^= 1
    got = []

    with pytest.raises(Broken):
        got.extend(SEALER.open_stream([bytes(stream)], aad=b"blob"))

    assert b"".join(got) in (b"", plaintext[:SEGMENT_BYTES])


def test_a_failing_source_is_not_sealed_as_if_it_had_ended() -> None:
    def failing() -> Iterator[bytes]:
        yield b"x" * SEGMENT_BYTES * 2
        raise ConnectionResetError

    got = []
    with pytest.raises(ConnectionResetError):
        got.extend(SEALER.seal_stream(failing(), aad=b"blob"))

    with pytest.raises(Broken):
        opened(b"".join(got))
