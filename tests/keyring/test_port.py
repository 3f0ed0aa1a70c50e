"""What every key manager must do, run over each of them."""

from pathlib import Path

import pytest

from portal.core.errors import Broken
from portal.keyring import FileKeyManager, InsecureKeyManager, KeyManager, MemoryKeyManager
from portal.keyring.port import wrapping_version


@pytest.fixture(params=["file", "memory"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> KeyManager:
    if request.param == "file":
        return FileKeyManager.create(tmp_path / "master.key")
    with pytest.warns(InsecureKeyManager):
        return MemoryKeyManager()


def test_it_unwraps_what_it_wrapped(manager: KeyManager) -> None:
    wrapped = manager.wrap(b"k" * 32, b"place")

    assert manager.unwrap(wrapped, b"place") == b"k" * 32
    assert b"k" * 8 not in wrapped


def test_it_refuses_another_place_and_every_changed_byte(manager: KeyManager) -> None:
    wrapped = manager.wrap(b"k" * 32, b"place")

    with pytest.raises(Broken):
        manager.unwrap(wrapped, b"other")
    for index in range(len(wrapped)):
        with pytest.raises(Broken):
            manager.unwrap(wrapped[:index] + bytes([wrapped[index] ^ 1]) + wrapped[index + 1 :], b"place")
        with pytest.raises(Broken):
            manager.unwrap(wrapped[:index], b"place")


def test_after_a_rotation_it_wraps_under_the_new_version_and_opens_the_old(manager: KeyManager) -> None:
    old = manager.wrap(b"old", b"place")

    manager.rotate()

    new = manager.wrap(b"new", b"place")
    assert (wrapping_version(old), wrapping_version(new)) == (1, 2)
    assert manager.unwrap(old, b"place") == b"old"
    assert manager.unwrap(new, b"place") == b"new"
    assert [kept.version for kept in manager.status().versions] == [1, 2]
    assert manager.status().current == 2


def test_a_wrapped_key_cannot_pass_as_another_version(manager: KeyManager) -> None:
    old = manager.wrap(b"old", b"place")
    manager.rotate()

    with pytest.raises(Broken):
        manager.unwrap((2).to_bytes(8, "big") + old[8:], b"place")


def test_forgetting_keeps_the_current_version_only(manager: KeyManager) -> None:
    manager.rotate()
    new = manager.wrap(b"new", b"place")

    manager.forget_old()

    assert manager.unwrap(new, b"place") == b"new"
    assert [kept.version for kept in manager.status().versions] == [2]


def test_a_derived_key_depends_on_the_purpose_and_the_current_version(manager: KeyManager) -> None:
    before = manager.derive("cookies")

    assert len(before) == 32
    assert manager.derive("cookies") == before
    assert manager.derive("other") != before
    manager.rotate()
    assert manager.derive("cookies") != before
