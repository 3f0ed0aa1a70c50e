"""The configuration names the key manager, and start-up proves it."""

from pathlib import Path

import pytest
from flask import Flask

from portal.core.errors import Misconfigured
from portal.keyring import (
    FileKeyManager,
    InsecureKeyManager,
    Keyring,
    MemoryKeyManager,
    init_app,
    key_manager,
)


def test_the_file_is_the_default(key_file: Path) -> None:
    assert isinstance(key_manager({"KEY_FILE": key_file}), FileKeyManager)


def test_tests_may_keep_keys_in_memory() -> None:
    with pytest.warns(InsecureKeyManager):
        assert isinstance(key_manager({"KEY_MANAGER": "memory", "PORTAL_ENV": "test"}), MemoryKeyManager)


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"KEY_FILE": ""},
        {"KEY_MANAGER": "cloud", "KEY_FILE": "x"},
        {"KEY_MANAGER": "memory"},
        {"KEY_MANAGER": "memory", "PORTAL_ENV": "production"},
        {"KEY_MANAGER": "memory", "PORTAL_ENV": "demo"},
    ],
)
def test_anything_else_stops_the_start(config: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="KEY_MANAGER"):
        key_manager(config)


def test_the_application_gets_its_keyring_its_secret_and_its_commands(app: Flask, key_file: Path) -> None:
    app.config["KEY_FILE"] = key_file

    init_app(app)

    assert isinstance(app.extensions["keyring"], Keyring)
    assert app.secret_key == FileKeyManager(key_file).derive("flask secret key")
    assert "keys" in app.cli.commands


def test_a_secret_that_was_set_is_kept(app: Flask, key_file: Path) -> None:
    app.config["KEY_FILE"] = key_file
    app.secret_key = "set by hand"

    init_app(app)

    assert app.secret_key == "set by hand"
