"""Runs in processes of its own: rotates, and kills itself at a given step or goes on until it is killed."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import event

from portal.core.db import db
from portal.keyring import FileKeyManager, Keyring, rotation
from tests.keyring.world import make_app

KEY_FILE, DATABASE = "master.key", "portal.db"


@contextmanager
def ring_in(folder: Path) -> Iterator[Keyring]:
    """The keyring of the database and the key file in the folder."""
    app = make_app(f"sqlite:///{folder / DATABASE}")
    with app.app_context():
        yield Keyring(FileKeyManager(folder / KEY_FILE))
        db.session.remove()
        db.engine.dispose()


def rotate_and_die(folder: Path, compartment_id: UUID | None, step: int) -> None:
    """Rotate, and die just before the step of that number: a commit, or a change to the key file."""
    rotation.BATCH = 3
    steps = 0

    def count(*_event: object) -> None:
        nonlocal steps
        steps += 1
        if steps == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def count_file_changes(name: str, arguments: tuple[object, ...]) -> None:
        if name in ("os.rename", "os.remove") or (name == "open" and KEY_FILE in str(arguments[0])):
            count()

    with ring_in(folder) as ring:
        event.listen(db.engine, "commit", count)
        sys.addaudithook(count_file_changes)
        rotate(ring, compartment_id)
        # What the interpreter does on its way out is no step of ours.
        os._exit(0)


def rotate_until_killed(folder: Path, compartment_id: UUID) -> None:
    """Rotate one compartment and the master, over and over."""
    rotation.BATCH = 3
    with ring_in(folder) as ring:
        while True:
            rotate(ring, compartment_id)
            rotate(ring, None)


def rotate(ring: Keyring, compartment_id: UUID | None) -> rotation.Progress:
    """Rotate the compartment, or the master where none is given."""
    return ring.rotate_compartment(compartment_id) if compartment_id else ring.rotate_master()
