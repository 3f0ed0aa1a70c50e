"""The keyring as the configuration wants it."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import Flask
from sqlalchemy.exc import OperationalError

from portal.core.db import db
from portal.core.errors import Misconfigured
from portal.keyring.cli import keys
from portal.keyring.file import FileKeyManager
from portal.keyring.memory import MemoryKeyManager
from portal.keyring.port import KeyManager
from portal.keyring.ring import Keyring


def init_app(app: Flask) -> None:
    """Give ``app`` its keyring, ``flask keys`` and SECRET_KEY, once the master key has proved right."""
    ring = Keyring(key_manager(app.config))
    with app.app_context():
        # A database that is down now is no fault of the key; ``portal.startup`` sees to it that the key is tried later.
        with suppress(OperationalError):
            ring.check()
        # A server that forks its workers after this must not hand them one connection to share.
        db.session.remove()
        db.engine.dispose()
    app.extensions["keyring"] = ring
    app.secret_key = app.secret_key or ring.derive("flask secret key")
    app.cli.add_command(keys)


def key_manager(config: Mapping[str, Any]) -> KeyManager:
    """The manager that ``KEY_MANAGER`` names: ``file``, at ``KEY_FILE``, or ``memory``, for tests."""
    kind = config.get("KEY_MANAGER", "file")
    if kind == "file" and config.get("KEY_FILE"):
        return FileKeyManager(config["KEY_FILE"])
    if kind == "memory" and config.get("PORTAL_ENV") == "test":
        return MemoryKeyManager()
    raise Misconfigured(
        'KEY_MANAGER must be "file", with KEY_FILE naming the master-key file ("memory" is for tests only).'
    )
