"""Pages for administrators and auditors. Nothing here opens an item."""

from flask import Flask

from portal.admin import views


def init_app(app: Flask) -> None:
    """Add the administrators' and auditors' pages."""
    app.register_blueprint(views.bp)
