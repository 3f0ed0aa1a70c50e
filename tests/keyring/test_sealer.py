"""Fields and tags: what was sealed opens, in its place only, and as it was only."""

import os
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Broken
from portal.core.ids import new_id
from portal.keyring.sealer import DataKeySealer

KEY, COMPARTMENT, OWNER = os.urandom(32), new_id(), new_id()


def the_sealer(key: bytes = KEY, compartment_id: UUID = COMPARTMENT, owner_id: UUID = OWNER) -> DataKeySealer:
    return DataKeySealer(compartment_id, owner_id, key)


@given(st.binary(), st.binary())
def test_what_was_sealed_opens_with_the_same_associated_data(plaintext: bytes, aad: bytes) -> None:
    sealed = the_sealer().seal(plaintext, aad=aad)

    opened = the_sealer().open(sealed, aad=aad)

    assert opened == plaintext
    assert len(sealed) == len(plaintext) + 28


@given(st.binary(max_size=40), st.data())
def test_no_bit_of_a_sealed_field_can_be_changed(plaintext: bytes, data: st.DataObject) -> None:
    sealed = bytearray(the_sealer().seal(plaintext, aad=b"title"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))

    sealed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(Broken):
        the_sealer().open(bytes(sealed), aad=b"title")


def test_every_single_bit_of_one_field_is_guarded() -> None:
    sealed = the_sealer().seal(b"Elm Street 7", aad=b"title")

    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Broken):
            the_sealer().open(bytes(changed), aad=b"title")


def test_a_field_cut_at_any_length_or_lengthened_does_not_open() -> None:
    sealed = the_sealer().seal(b"Elm Street 7", aad=b"title")

    for other in [*(sealed[:length] for length in range(len(sealed))), sealed + b"\0", b"\0" + sealed]:
        with pytest.raises(Broken):
            the_sealer().open(other, aad=b"title")


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_a_field_does_not_open_as_another_field(aad: bytes, other: bytes) -> None:
    sealed = the_sealer().seal(b"text", aad=aad)

    if other == aad:
        assert the_sealer().open(sealed, aad=other) == b"text"
    else:
        with pytest.raises(Broken):
            the_sealer().open(sealed, aad=other)


@pytest.mark.parametrize(
    "other",
    [
        the_sealer(key=os.urandom(32)),
        the_sealer(compartment_id=new_id()),
        the_sealer(owner_id=new_id()),
        the_sealer(compartment_id=OWNER, owner_id=COMPARTMENT),
    ],
    ids=["another key", "another compartment", "another owner", "compartment and owner swapped"],
)
def test_a_field_opens_only_under_its_key_in_its_place(other: DataKeySealer) -> None:
    sealed = the_sealer().seal(b"text", aad=b"title")

    with pytest.raises(Broken):
        other.open(sealed, aad=b"title")


def test_the_same_text_is_never_sealed_the_same_way_twice() -> None:
    sealed = {the_sealer().seal(b"text", aad=b"title") for _ in range(1000)}

    nonces = {ciphertext[:12] for ciphertext in sealed}

    assert len(nonces) == 1000


def test_a_tag_is_equal_for_equal_data_under_one_key_only() -> None:
    tag = the_sealer().tag(b"data")

    assert the_sealer().tag(b"data") == tag
    assert len(tag) == 32
    assert the_sealer().tag(b"date") != tag
    assert the_sealer(key=os.urandom(32)).tag(b"data") != tag


def test_neither_a_field_nor_a_stream_opens_as_the_other() -> None:
    field = the_sealer().seal(b"text" * 10, aad=b"place")
    stream = b"".join(the_sealer().seal_stream([b"text" * 10], aad=b"place"))

    with pytest.raises(Broken):
        the_sealer().open(stream, aad=b"place")
    with pytest.raises(Broken):
        list(the_sealer().open_stream([field], aad=b"place"))


def test_the_text_of_an_error_and_of_a_sealer_show_nothing_of_what_they_hold() -> None:
    sealed = the_sealer().seal(b"Elm Street 7", aad=b"title")

    with pytest.raises(Broken) as caught:
        the_sealer().open(sealed, aad=b"other")

    shown = repr(the_sealer()) + str(caught.value) + repr(caught.value)
    assert "Elm" not in shown
    assert KEY.hex() not in shown
    assert repr(KEY)[2:-1] not in shown
    assert caught.value.__cause__ is None
