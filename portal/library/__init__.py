"""The library: sample protocols, training and reference documents; reading, downloading and importing them."""

from flask import Flask

from portal.library import views, views_attachments, views_import
from portal.library.cli import library


def init_app(app: Flask) -> None:
    """Add the library's pages and its import command."""
    app.register_blueprint(views.bp)
    app.register_blueprint(views_attachments.bp)
    app.register_blueprint(views_import.bp)
    app.cli.add_command(library)
