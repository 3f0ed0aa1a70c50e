"""The trail's key on disk."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.audit.chain import EpochKey, ratchet
from portal.audit.keyfile import FURTHEST_STEP, KeyFile, read_k0
from portal.core.errors import Misconfigured


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    made = KeyFile(tmp_path / "keys" / "audit.key")
    made.create()
    return made


def test_a_new_key_and_the_auditors_copy_are_private_and_agree(key_file: KeyFile) -> None:
    offline = key_file.path.with_name("audit-k0")

    modes = [stat.S_IMODE(path.stat().st_mode) for path in (key_file.path, offline, key_file.path.parent)]

    assert modes == [0o600, 0o600, 0o700]
    assert key_file.current() == EpochKey(0, read_k0(offline))


def test_a_key_is_not_created_over_another(key_file: KeyFile) -> None:
    before = key_file.path.read_bytes()

    with pytest.raises(Misconfigured, match="exists already"):
        key_file.create()

    assert key_file.path.read_bytes() == before


def test_moving_forward_replaces_the_key_and_leaves_no_earlier_one_in_the_folder(key_file: KeyFile) -> None:
    first = key_file.current()
    key_file.path.with_name("audit-k0").unlink()

    moved = key_file.advance(2)

    assert moved == EpochKey(2, ratchet(ratchet(first.key))) == key_file.current()
    left = b"".join(path.read_bytes() for path in key_file.path.parent.iterdir())
    assert first.key.hex().encode() not in left
    assert ratchet(first.key).hex().encode() not in left


def test_the_key_never_moves_back(key_file: KeyFile) -> None:
    key_file.advance(3)

    assert key_file.advance(1).epoch == 3


def test_threads_that_move_the_key_at_once_leave_it_at_the_furthest(key_file: KeyFile) -> None:
    first = key_file.current()

    with ThreadPoolExecutor(8) as threads:
        reached = list(threads.map(KeyFile(key_file.path).advance, [5, 2, 9, 1, 7, 3, 9, 4]))

    assert key_file.current() == first.at(9)
    assert all(key == first.at(key.epoch) for key in reached)


def test_another_process_that_moved_the_key_is_noticed(key_file: KeyFile) -> None:
    first = key_file.current()
    other = KeyFile(key_file.path)

    other.advance(4)

    assert key_file.current() == first.at(4)


def test_what_a_crash_left_half_written_is_replaced(key_file: KeyFile) -> None:
    half = key_file.path.with_name("audit.key.new")
    half.write_text("{")

    key_file.advance(1)

    assert not half.exists()
    assert key_file.current().epoch == 1


def test_a_step_that_no_portal_makes_is_refused(key_file: KeyFile) -> None:
    with pytest.raises(Misconfigured, match="does not belong"):
        key_file.advance(FURTHEST_STEP + 1)


def test_a_missing_key_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"audit\.key is missing.*flask audit init"):
        KeyFile(tmp_path / "audit.key").current()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_key_that_others_can_read_or_write_is_refused(key_file: KeyFile, mode: int) -> None:
    key_file.current()
    key_file.path.chmod(mode)

    with pytest.raises(Misconfigured, match="chmod 600"):
        key_file.current()


def test_a_key_of_another_user_is_refused(key_file: KeyFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: key_file.path.stat().st_uid + 1)

    with pytest.raises(Misconfigured, match="another user"):
        key_file.current()


def test_a_link_in_place_of_the_key_is_refused(key_file: KeyFile, tmp_path: Path) -> None:
    link = tmp_path / "link.key"
    link.symlink_to(key_file.path)

    with pytest.raises(Misconfigured, match="regular file"):
        KeyFile(link).current()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"epoch": 0}', '{"epoch": 0, "key": "zz"}', '{"epoch": 0, "key": "00"}', "é"],
)
def test_a_damaged_key_is_refused(key_file: KeyFile, text: str) -> None:
    key_file.path.write_text(text)

    with pytest.raises(Misconfigured, match="damaged"):
        key_file.current()


def test_a_key_does_not_show_itself_in_text(key_file: KeyFile) -> None:
    assert repr(key_file.current()) == "EpochKey(epoch=0)"


@pytest.mark.parametrize("text", ["", "00", "not hexadecimal"])
def test_an_auditors_file_without_a_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "k0"
    path.write_text(text)

    with pytest.raises(Misconfigured, match="first key"):
        read_k0(path)


def test_an_auditors_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="first key"):
        read_k0(tmp_path / "k0")
