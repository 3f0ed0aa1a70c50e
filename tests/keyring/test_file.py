"""The key manager over a file, as several processes share it."""

from pathlib import Path

import pytest

from portal.core.errors import Broken, Misconfigured
from portal.keyring import FileKeyManager


def test_another_process_that_runs_sees_a_rotation(key_file: Path) -> None:
    worker, command = FileKeyManager(key_file), FileKeyManager(key_file)
    before = worker.wrap(b"before", b"place")

    command.rotate()

    assert worker.unwrap(command.wrap(b"after", b"place"), b"place") == b"after"
    assert worker.status().current == 2
    assert command.unwrap(before, b"place") == b"before"


def test_a_worker_still_opens_for_a_transaction_that_began_before_the_rotation_ended(key_file: Path) -> None:
    worker, command = FileKeyManager(key_file), FileKeyManager(key_file)
    before = worker.wrap(b"before", b"place")

    command.rotate()
    command.forget_old()

    assert worker.unwrap(before, b"place") == b"before"
    with pytest.raises(Broken):
        FileKeyManager(key_file).unwrap(before, b"place")


def test_a_thread_that_waited_for_another_to_read_the_file_does_not_read_it_again(key_file: Path) -> None:
    worker, command = FileKeyManager(key_file), FileKeyManager(key_file)
    before = worker.wrap(b"before", b"place")
    command.rotate()
    command.forget_old()

    worker.status()
    worker._read_again()

    assert worker.unwrap(before, b"place") == b"before"


def test_a_file_that_goes_away_is_named(key_file: Path) -> None:
    worker = FileKeyManager(key_file)

    key_file.unlink()

    with pytest.raises(Misconfigured, match=str(key_file)):
        worker.derive("cookies")


def test_a_manager_shows_its_file_and_no_key(key_file: Path) -> None:
    shown = repr(FileKeyManager(key_file))

    assert shown == f"FileKeyManager({str(key_file)!r})"
