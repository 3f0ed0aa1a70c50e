"""Processes that save, shred and index until they are killed, each with an application of its own."""

import os
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

from flask import Flask

from portal import create_app
from portal.content import service
from portal.content.values import NewAttachment
from portal.content.worker import run
from portal.core.db import db
from tests.world import World, settings

DATABASE = "portal.db"


def opened(folder: Path) -> Flask:
    """An application over the folder and the file database in it."""
    return create_app(settings(folder, SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / DATABASE}"))


def save_until_killed(folder: Path, world: World, *, first: int) -> None:
    """Save documents one by one, shred every fourth, and note on disk what was acknowledged."""
    here = replace(world, app=opened(folder), items={})
    acknowledged = os.open(folder / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with here.app.app_context():
        for number in count(first):
            title = f"Quartz n{number}"
            file = NewAttachment(
                name=f"{number}.pdf", media_type="application/pdf", chunks=[b"%PDF", b"x" * 9000]
            )
            here.add("all", title, attachments=(file,))
            db.session.commit()
            os.write(acknowledged, f"saved {number}\n".encode())
            if number % 4 == 3:
                service.shred(here.operator(), here.items[title])
                db.session.commit()
                os.write(acknowledged, f"shredded {number}\n".encode())


def work_until_killed(folder: Path) -> None:
    """The worker, as it runs beside the portal."""
    with opened(folder).app_context(), suppress(KeyboardInterrupt):
        run()
