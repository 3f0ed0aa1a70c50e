"""The key manager for tests."""

import pytest

from portal.core.errors import Broken
from portal.keyring import InsecureKeyManager, MemoryKeyManager


def test_it_warns_when_it_is_built() -> None:
    with pytest.warns(InsecureKeyManager, match="kept in memory"):
        MemoryKeyManager()


def test_what_a_forgotten_version_wrapped_does_not_open(manager: MemoryKeyManager) -> None:
    wrapped = manager.wrap(b"key", b"place")

    manager.rotate()
    manager.forget_old()

    with pytest.raises(Broken, match="not kept here"):
        manager.unwrap(wrapped, b"place")
