"""The audit trail: who did what, when, in a chain that shows what was changed or removed afterwards."""

from flask import Flask

from portal.audit.checkpoints import Checkpoint, checkpoint, checkpoint_if_due
from portal.audit.cli import audit as commands
from portal.audit.collector import gather, take
from portal.audit.keys import record_key_event
from portal.audit.port import CheckpointSigner
from portal.audit.record import Entry, write
from portal.audit.startup import check_key
from portal.audit.trail import Trail, set_up
from portal.keyring import key_event

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
    """Give ``app`` its trail and the ``flask audit`` commands; acts of the keyring are recorded from then on."""
    set_up(app, signer=signer)
    key_event.connect(record_key_event)
    app.cli.add_command(commands)
