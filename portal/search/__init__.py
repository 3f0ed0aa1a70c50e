"""Search: the box on every page and its results."""

from flask import Flask

from portal.search import views


def init_app(app: Flask) -> None:
    """Add the search pages."""
    app.register_blueprint(views.bp)
