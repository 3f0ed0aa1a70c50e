"""Time comes from one place."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.core import clock

THEN = datetime(2026, 1, 2, tzinfo=UTC)


def test_the_time_is_the_present_and_says_its_zone() -> None:
    before = datetime.now(UTC)

    now = clock.now()

    assert now.utcoffset() == timedelta(0)
    assert before <= now <= datetime.now(UTC)


def test_another_source_holds_inside_its_block_and_no_longer() -> None:
    with clock.using(lambda: THEN):
        with clock.using(lambda: THEN + timedelta(days=1)):
            assert clock.now() == THEN + timedelta(days=1)
        assert clock.now() == THEN

    assert clock.now() > THEN


def test_the_source_is_put_back_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), clock.using(lambda: THEN):
        raise ZeroDivisionError

    assert clock.now() != THEN
