"""What the application was given for its trail: the key file, and a signer of checkpoints if there is one."""

from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app

from portal.audit.keyfile import KeyFile
from portal.audit.port import CheckpointSigner


@dataclass(frozen=True, slots=True)
class Trail:
    """The trail's key and signer."""

    key_file: KeyFile
    signer: CheckpointSigner | None = None


def set_up(app: Flask, *, signer: CheckpointSigner | None = None) -> Trail:
    """Give ``app`` its trail; the key is at ``AUDIT_KEY_FILE``, or in the instance at ``keys/audit.key``."""
    default = Path(app.instance_path) / "keys" / "audit.key"
    trail = Trail(KeyFile(Path(app.config.get("AUDIT_KEY_FILE") or default)), signer)
    app.extensions["audit"] = trail
    return trail


def current_trail() -> Trail:
    """The current application's trail."""
    trail: Trail = current_app.extensions["audit"]
    return trail
