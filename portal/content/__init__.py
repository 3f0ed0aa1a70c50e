"""The item: saved, loaded, listed, searched and shredded, always through a clearance."""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from flask import Flask

from portal.content.cli import reindex, worker
from portal.storage import SealedSpool

# Smaller uploads wait in memory.
SPOOLED_FROM = 1024 * 1024


def init_app(app: Flask) -> None:
    """Add the commands that carry out what the outbox promises, and the place where uploads wait."""
    app.cli.add_command(worker)
    app.cli.add_command(reindex)
    folder = Path(app.config["BLOB_FOLDER"]) / "spool"

    def place_for_upload(size: int | None) -> BinaryIO:
        if size is not None and size < SPOOLED_FROM:
            return BytesIO()
        return cast(BinaryIO, SealedSpool(folder, app.extensions["keyring"].passing_sealer()))

    app.extensions["place_for_upload"] = place_for_upload
