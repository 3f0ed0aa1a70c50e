"""The item: saved, loaded, listed, searched and shredded, always through a clearance."""

from flask import Flask

from portal.content.cli import reindex, worker


def init_app(app: Flask) -> None:
    """Add the commands that carry out what the outbox promises."""
    app.cli.add_command(worker)
    app.cli.add_command(reindex)
