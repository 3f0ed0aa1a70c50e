"""The audit trail: who did what, when, in a chain that shows what was changed or removed afterwards."""

from flask import Flask

from portal.audit.checkpoints import Checkpoint, checkpoint, checkpoint_if_due
from portal.audit.cli import audit as commands
from portal.audit.collector import gather, take
from portal.audit.port import CheckpointSigner
from portal.audit.record import Entry, write
from portal.audit.startup import check_key
from portal.audit.trail import Trail, set_up

__all__ = [
    "Checkpoint",
    "CheckpointSigner",
    "Entry",
    "Trail",
    "check_key",
    "checkpoint",
    "checkpoint_if_due",
    "gather",
    "init_app",
    "take",
    "write",
]


def init_app(app: Flask, *, signer: CheckpointSigner | None = None) -> None:
    """Give ``app`` its trail and the ``flask audit`` commands."""
    set_up(app, signer=signer)
    app.cli.add_command(commands)
