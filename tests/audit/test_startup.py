"""The key that a start is refused for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from portal import audit
from portal.audit.trail import Trail
from portal.core.db import db
from portal.core.errors import Misconfigured

Record = Callable[[int], None]


def swap_key(trail: Trail) -> None:
    trail.key_file.path.unlink()
    trail.key_file.create()


def test_a_new_trail_starts_with_its_key(inside: None) -> None:
    audit.check_key()

    assert not db.session.registry().in_transaction()


def test_a_trail_starts_with_the_key_it_was_written_with(record: Record) -> None:
    for _ in range(2):
        record(2)
        audit.check_key()
        audit.checkpoint()
        audit.check_key()


def test_a_key_that_a_crash_left_behind_is_still_the_right_one(record: Record, trail: Trail) -> None:
    record(1)
    before = trail.key_file.path.read_text()
    audit.checkpoint()

    trail.key_file.path.write_text(before)

    audit.check_key()


def test_another_key_stops_the_start(record: Record, trail: Trail) -> None:
    record(1)
    swap_key(trail)

    with pytest.raises(Misconfigured, match="not the one"):
        audit.check_key()


def test_another_key_stops_the_start_when_a_checkpoint_is_the_last_thing(
    record: Record, trail: Trail, tmp_path: Path
) -> None:
    record(1)
    audit.checkpoint()
    swap_key(trail)

    with pytest.raises(Misconfigured, match="not the one"):
        audit.check_key()


def test_a_missing_key_stops_the_start(record: Record, trail: Trail) -> None:
    trail.key_file.path.unlink()

    with pytest.raises(Misconfigured, match="is missing"):
        audit.check_key()
