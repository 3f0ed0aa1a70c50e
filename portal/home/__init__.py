"""The home page of a member's task force."""

from flask import Flask

from portal.home import views


def init_app(app: Flask) -> None:
    """Add the home page and the address that says the portal is up."""
    app.register_blueprint(views.bp)
