"""The master-key file: its format, who may read it, and writing it so that a crash loses nothing."""

import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.core.errors import Misconfigured
from portal.keyring.aead import KEY_BYTES
from portal.keyring.master import MasterKey, MasterKeys

FORMAT = "portal-master-keys/1"
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


def read(path: Path) -> MasterKeys:
    """The keys in the file, or ``Misconfigured``."""
    text = _private_text(path)
    try:
        document = json.loads(text)
        keys = [_key(path, entry) for entry in document["keys"]]
        sound = document["format"] == FORMAT and len({key.version for key in keys}) == len(keys) > 0
    except (ValueError, TypeError, KeyError, AttributeError):
        sound = False
    # Raised outside the handler above, whose exception quotes the file.
    if not sound:
        raise Misconfigured(
            f"The master-key file {path} is damaged or not one of this portal's: "
            "restore it from where you keep its copy."
        )
    return MasterKeys(keys)


def write_new(path: Path, keys: MasterKeys) -> None:
    """Write a file that must not exist yet."""
    _make_folder(path.parent)
    draft = _write_draft(path, keys)
    try:
        # A link, unlike a rename, fails where somebody else made the file meanwhile.
        os.link(draft, path)
    except FileExistsError:
        raise Misconfigured(
            f"The master-key file {path} exists already and is left as it is: "
            "move it away first if you mean to start anew."
        ) from None
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def replace(path: Path, keys: MasterKeys) -> None:
    """Swap the file for one with these keys; at every moment the old or the new one is there, whole."""
    _write_draft(path, keys).replace(path)
    _sync_folder(path.parent)


def missing(path: Path, error: OSError) -> Misconfigured:
    """The sentence for a file that cannot be read."""
    return Misconfigured(
        f"The master-key file {path} cannot be read ({error.strerror}): restore it from where you keep its "
        f"copy, or, for a new portal only, make one with: python3 -m portal.keyring create {path}"
    )


def _private_text(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # Asked of the open file, so that it cannot be another one by the time it is read.
            _refuse_shared(path, os.fstat(file.fileno()))
            return file.read()
    except OSError as error:
        raise missing(path, error) from None


def _refuse_shared(path: Path, found: os.stat_result) -> None:
    if found.st_uid != os.geteuid():
        raise Misconfigured(
            f"The master-key file {path} belongs to another user: "
            "give it to the user who runs the portal, with chown."
        )
    if found.st_mode & 0o077:
        raise Misconfigured(
            f"The master-key file {path} can be read by others: run chmod 600 {path}, "
            "and rotate the master key, because somebody may have copied it."
        )


def _key(path: Path, entry: dict[str, Any]) -> MasterKey:
    secret = bytes.fromhex(entry["key"])
    created_at = datetime.fromisoformat(entry["created_at"])
    version = entry["version"]
    if len(secret) != KEY_BYTES or type(version) is not int or version < 1 or created_at.tzinfo is None:
        raise ValueError
    key = MasterKey(version, created_at, secret)
    if not key.has_check_value(entry["check"]):
        raise Misconfigured(
            f"Version {version} in the master-key file {path} does not match its check value: "
            "restore the file from where you keep its copy."
        )
    return key


def _text(keys: MasterKeys) -> bytes:
    entries = [
        {
            "version": key.version,
            "created_at": key.created_at.isoformat(),
            "key": key.secret.hex(),
            "check": key.check_value,
        }
        for key in keys.all
    ]
    return json.dumps({"format": FORMAT, "keys": entries}, indent=1).encode() + b"\n"


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)


def _write_draft(path: Path, keys: MasterKeys) -> Path:
    draft = path.with_name(f".{path.name}.draft")
    # Rotations run one at a time, so a draft that is there already was left behind by a crash.
    with suppress(FileNotFoundError):
        draft.unlink()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb") as file:
        file.write(_text(keys))
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
