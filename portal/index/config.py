"""The index as the configuration wants it."""

from flask import Flask

from portal.index.engine import FileIndex


def init_app(app: Flask) -> None:
    """Give ``app`` its sealed indexes, a folder for each compartment below ``INDEX_FOLDER``."""
    app.extensions["index"] = FileIndex(app.config["INDEX_FOLDER"])
