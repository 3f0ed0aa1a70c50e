"""The shell round every page: templates, headers, limits, errors, paging, forms; knows no feature."""

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect

from portal.web import assets, errors, headers, limits, shell

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Wire the shell into ``app``; call it before anything else that registers request hooks.

    Hooks before a request run in this order, so that nothing parses a body that is over a limit; hooks after
    it run in the opposite order, so that the headers are set last, on whatever the other parts answered.
    """
    headers.init_app(app)
    errors.init_app(app)
    limits.init_app(app)
    csrf.init_app(app)
    assets.init_app(app)
    shell.init_app(app)
    app.register_blueprint(Blueprint("web", __name__, template_folder="templates"))
