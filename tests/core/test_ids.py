"""Identifiers tell nothing."""

from uuid import UUID

import pytest

from portal.core import ids

FIRST = UUID("00000000-0000-4000-8000-000000000001")


def test_identifiers_are_random_and_of_version_four() -> None:
    made = [ids.new_id() for _ in range(500)]

    assert len(set(made)) == 500
    assert {made_id.version for made_id in made} == {4}
    assert made != sorted(made)


def test_another_source_holds_inside_its_block_and_is_put_back_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), ids.using(lambda: FIRST):
        assert ids.new_id() == FIRST
        raise ZeroDivisionError

    assert ids.new_id() != FIRST
